import {
  type CreditFacts,
  dayOf,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookInForce,
  rulebookVersion,
  type Score,
  type SubjectKind,
  scoreOn,
} from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import { creditGrades, creditScoreOn } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type ReadPermission } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { readRowsAt } from './past.ts'

const creditQuery = z.strictObject({
  asOf: values.moment.optional().meta({ description: 'the day of the score; today when absent' }),
  asKnownAt: values.moment.optional().meta({ description: 'from what the ledger knew by then' }),
})

type Account = { readonly division: string; readonly subject_kind: SubjectKind; readonly facts: CreditFacts }

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
        const account = await readAccount(deps, id, asKnownAt)
        if (!account) throw notFound()
        const scope = { division: account.division, institutions: [id] }
        if (!allows(principal, permission, scope)) throw notFound()
        const score =
          asKnownAt === undefined
            ? creditScoreOn(deps.readStore, id, day)
            : await scoreAsKnownAt(deps, account, day, asKnownAt)
        const explained = allows(principal, 'read-register', scope)
        const { division, subject_kind: subjectKind } = account
        return {
          subject: id,
          subjectKind,
          division,
          day,
          asKnownAt: asKnownAt ?? null,
          ...present(score, explained),
        }
      },
    )
  }
}

async function readAccount(
  deps: GatewayDependencies,
  subject: string,
  asKnownAt: string | undefined,
): Promise<Account | undefined> {
  if (asKnownAt === undefined) {
    return deps.readStore.get<Account>(
      'SELECT division, subject_kind, facts FROM credit_account WHERE subject = ?',
      [subject],
    )
  }
  const rows = await readRowsAt(creditGrades, subject, deps, { asKnownAt })
  return rows.credit_account?.[0] as Account | undefined
}

/** With the rulebooks, too, as the ledger knew them. */
async function scoreAsKnownAt(
  deps: GatewayDependencies,
  account: Account,
  day: string,
  asKnownAt: string,
): Promise<Score | null> {
  const library = await readLibrary(deps, asKnownAt)
  const version = rulebookInForce(library, account.division, account.subject_kind, day)
  return version && scoreOn(account.facts, version, day, library)
}

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

/** Null score: no rulebook is in force on that day. The public gets the result, not the facts behind it. */
function present(score: Score | null, explained: boolean) {
  if (score === null) return { score: null, level: null, grade: null, veto: null, rulebook: null }
  const { day: _, lines, inputs, ...result } = score
  return explained ? { ...result, lines, inputs } : result
}
