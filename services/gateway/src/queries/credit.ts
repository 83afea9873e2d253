import {
  creditWarningsOn,
  dayOf,
  gradeInputs,
  gradeTimeline,
  isDisputed,
  scoreToldOn,
  sha256OfText,
} from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type ReadPermission } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { presentScore } from './credit-answer.ts'
import { readCredit, rulebookOn } from './credit-read.ts'

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
        if (!holds(principal, permission)) throw forbidden(principal, permission)
        await awaitMinPosition(request, deps.projector, 'credit-grades')
        const { id } = request.params
        const { asOf, asKnownAt } = request.query as z.output<typeof creditQuery>
        const day = dayOf(asOf ?? deps.now())
        const read = await readCredit(deps, id, asKnownAt)
        if (!read) throw notFound()
        const { account, library, watched } = read
        // What is published is published of institutions; people and units are found among the accounts.
        if (path === 'institutions' && account.subject_kind !== 'institution') throw notFound()
        const scope = { division: account.division, institutions: [id] }
        if (!allows(principal, permission, scope)) throw notFound()
        const explained = allows(principal, 'read-register', scope)
        const { division, subject_kind: subjectKind } = account
        const about = { subject: id, subjectKind, division, day, asKnownAt: asKnownAt ?? null }
        const found = rulebookOn(read, day)
        const none = { score: null, level: null, grade: null, veto: null }
        if (!found) return { ...about, ...none, rulebook: null }
        const { version, awaited } = found
        const { facts, residences } = account
        const score = scoreToldOn(facts, version, day, library, { division, subjectKind, residences })
        // A veto waits for no result; everybody else has none before the first cycle is settled.
        if (awaited !== null && score.veto === null)
          return { ...about, ...none, rulebook: version.reference, firstResultOn: awaited }
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
