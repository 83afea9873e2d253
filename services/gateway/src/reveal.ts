import { dayOf, type OpenedPerson, personalRead, text } from '@fireledger/domain'
import { submitCommand } from '@fireledger/event-store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from './dependencies.ts'
import { maskPersons, replacePersons } from './persons.ts'
import { allows, holds } from './policy.ts'
import { forbidden } from './principal.ts'
import { ProblemError } from './problems.ts'

/**
 * Personal data are shown only to who may see them, only when asked for with a purpose, and every time it is recorded
 * who saw whom (PIPL art. 51) before the answer leaves.
 */

export const revealQuery = {
  reveal: z.literal('personal').optional().meta({ description: 'show personal data; recorded' }),
  purpose: text(200).optional().meta({ description: 'why personal data are needed; required with `reveal`' }),
}

type RevealQuery = { readonly reveal?: 'personal' | undefined; readonly purpose?: string | undefined }
type Scope = { readonly division: string | null; readonly institutions: readonly string[] }

export type PersonView = {
  /** The value with its persons shown or withheld, by whom it concerns. */
  show(value: unknown, scope: Scope): unknown
  /** To be awaited before the answer leaves. */
  recorded(): Promise<void>
}

const subjectsMax = 1000

export function personViewOf(
  request: FastifyRequest,
  reply: FastifyReply,
  query: RevealQuery,
  deps: GatewayDependencies,
): PersonView {
  if (query.reveal === undefined) return { show: maskPersons, recorded: async () => {} }
  const { principal } = request
  if (!holds(principal, 'read-personal')) throw forbidden(principal, 'read-personal')
  const { purpose } = query
  if (purpose === undefined) {
    const detail = { zh: '查阅个人信息须写明目的', en: 'say for what purpose you need the personal data' }
    throw new ProblemError('invalid', detail, {
      errors: [{ pointer: '?purpose', code: 'required', detail }],
      legalBasis: ['PIPL:51'],
    })
  }
  /** By the division whose audit the read belongs to: the reader's, or for a national reader the record's. */
  const seen = new Map<string, Set<string>>()
  reply.header('cache-control', 'no-store')
  return {
    show(value, scope) {
      const audit = principal.division ?? scope.division
      if (audit === null || !allows(principal, 'read-personal', scope)) return maskPersons(value)
      const shown = (person: OpenedPerson) => {
        if (person.withheld !== undefined) return person
        const subjects = seen.get(audit) ?? new Set()
        seen.set(audit, subjects.add(person.subjectId))
        return person
      }
      return replacePersons(value, { sealed: (sealed) => shown(deps.vault.open(sealed)), opened: shown })
    },
    async recorded() {
      for (const [division, subjects] of seen) await record(request, deps, division, [...subjects], purpose)
    },
  }
}

async function record(
  request: FastifyRequest,
  deps: GatewayDependencies,
  audit: string,
  subjects: readonly string[],
  purpose: string,
): Promise<void> {
  const { id, role, division } = request.principal
  const resource = (request.url.split('?', 1)[0] ?? '').slice(0, 500)
  for (let start = 0; start < subjects.length; start += subjectsMax) {
    const outcome = await submitCommand(
      {
        category: personalRead,
        type: 'RecordPersonalRead',
        id: `${id}.${dayOf(deps.now())}`,
        data: {
          division: audit,
          subjects: subjects.slice(start, start + subjectsMax),
          resource,
          purpose,
        },
        effectiveAt: null,
        commandId: deps.newId(),
        correlationId: request.id,
        causationId: null,
        actor: { id, role, division },
      },
      { ledger: deps.ledger, now: deps.now, seal: deps.vault.seal },
    )
    if (outcome.kind !== 'accepted') throw new Error(`a personal read could not be recorded: ${outcome.kind}`)
  }
}
