import {
  creditWarningsOn,
  dayOf,
  gradeInputs,
  gradeTimeline,
  isDisputed,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookVersion,
  scoreOn,
  sha256OfText,
} from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import {
  creditGrades,
  readScoredAccount,
  rulebookLibrary,
  rulebookOf,
  type ScoredAccount,
} from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type ReadPermission } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { presentScore } from './credit-answer.ts'
import { watchedOf } from './credit-watched.ts'
import { readRowsAt } from './past.ts'

const creditQuery = z.strictObject({
  asOf: values.moment.optional().meta({ description: 'the day of the score; today when absent' }),
  asKnownAt: values.moment.optional().meta({ description: 'from what the ledger knew by then' }),
})

/**
 * `GET /v1/institutions/{uscc}/credit` and `GET /v1/credit-accounts/{id}/credit`: score and grade on a day, and what
 * makes them, line by line.
 */
export function registerCredit(app: FastifyInstance, deps: GatewayDependencies): void {
  const kinds: [path: string, permission: ReadPermission][] = [
    ['institutions', 'read-public'],
    ['credit-accounts', 'read-register'],
  ]
  for (const [path, permission] of kinds) {
    app.get<{ Params: { id: string } }>(
      `/${path}/:id/credit`,
      {
        schema: {
          operationId: `credit-${path}`,
          tags: [path],
          summary: '信用得分与逐项说明 Credit: score and grade on a day, explained line by line',
          params: z.object({ id: z.string().min(1).max(100) }),
          querystring: creditQuery,
        },
      },
      async (request) => {
        const { principal } = request
        if (!holds(principal, permission)) throw forbidden(principal)
        await awaitMinPosition(request, deps.projector, 'credit-grades')
        const { id } = request.params
        const { asOf, asKnownAt } = request.query as z.output<typeof creditQuery>
        const day = dayOf(asOf ?? deps.now())
        const read = asKnownAt === undefined ? readNow(deps, id) : await readAsKnown(deps, id, asKnownAt)
        if (!read) throw notFound()
        const { account, library, watched } = read
        // What is published is published of institutions; people and units are found among the accounts.
        if (path === 'institutions' && account.subject_kind !== 'institution') throw notFound()
        const scope = { division: account.division, institutions: [id] }
        if (!allows(principal, permission, scope)) throw notFound()
        const explained = allows(principal, 'read-register', scope)
        const { division, subject_kind: subjectKind } = account
        const about = { subject: id, subjectKind, division, day, asKnownAt: asKnownAt ?? null }
        const version = rulebookOf(account, library, day)
        if (!version) return { ...about, score: null, level: null, grade: null, veto: null, rulebook: null }
        const { facts, residences } = account
        const score = scoreOn(facts, version, day, library)
        return {
          ...about,
          disputed: score.inputs.some((eventId) => isDisputed(facts, eventId, day)),
          ...presentScore(score, version, { facts, library, explained }),
          ...(explained && {
            inputsDigest: sha256OfText(gradeInputs(id, version, facts, day)),
            warnings: creditWarningsOn(
              {
                steps: gradeTimeline(facts, library, { division, subjectKind, residences }),
                content: version.content,
                ...watched,
              },
              day,
            ),
          }),
        }
      },
    )
  }
}

/** Account, rulebooks and what warnings look at, all of one moment: no commit falls between them. */
function readNow({ readStore }: GatewayDependencies, subject: string) {
  return readStore.snapshot(() => {
    const account = readScoredAccount(readStore, subject)
    if (!account) return null
    const watched = watchedOf(readStore, subject, account.subject_kind)
    return { account, library: rulebookLibrary(readStore), watched }
  })
}

/** The same from what the ledger knew by then; the registers that warnings look at are of today only, so left out. */
async function readAsKnown(deps: GatewayDependencies, subject: string, asKnownAt: string) {
  const rows = await readRowsAt(creditGrades, subject, deps, { asKnownAt })
  const account = rows.credit_account?.[0] as ScoredAccount | undefined
  return account ? { account, library: await readLibrary(deps, asKnownAt), watched: {} } : null
}

/** The rulebooks, too, as the ledger knew them. */
async function readLibrary(deps: GatewayDependencies, asKnownAt: string): Promise<RulebookVersion[]> {
  const states = new Map<string, RulebookState>()
  for await (const page of deps.ledger.readAll({ filter: { categories: ['rulebook'] } })) {
    for (const { streamId, id, type, data, metadata } of page.map(decodeEvent)) {
      if (metadata.recordedAt > asKnownAt) continue
      const event = { id, type, data, effectiveAt: metadata.effectiveAt } as never
      states.set(streamId, rulebook.evolve(states.get(streamId) ?? rulebook.initialState, event))
    }
  }
  return [...states].flatMap(([id, state]) => rulebookVersion(id, state) ?? [])
}
