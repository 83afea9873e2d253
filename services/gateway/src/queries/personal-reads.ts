import { subjectId } from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../cursors.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import * as values from '../query-values.ts'
import { presentRow } from '../rows.ts'
import { both, scopeOf } from '../scope.ts'
import type { Row } from './lists.ts'

const readsQuery = z.strictObject({
  limit: values.limit,
  after: values.after,
  subject: subjectId.optional(),
  reader: z.string().min(1).max(64).optional(),
})

/** `GET /v1/personal-reads`: who saw whose personal data in clear, when and why; the latest first. */
export function registerPersonalReads(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get(
    '/personal-reads',
    {
      schema: {
        operationId: 'personal-reads',
        tags: ['personal-reads'],
        summary: '个人信息查阅记录 Who saw whose personal data',
        querystring: readsQuery,
      },
    },
    async (request) => {
      const { principal } = request
      if (!holds(principal, 'read-operations')) throw forbidden(principal, 'read-operations')
      await awaitMinPosition(request, deps.projector, 'personal-reads')
      const { limit, after, ...question } = request.query as z.output<typeof readsQuery>
      const key = after === undefined ? null : decodeCursor(question, after, 2)
      const { sql, parameters } = both(
        scopeOf(principal, 'read-operations', { division: 'division', institution: null }),
        ...Object.entries(question).flatMap(([column, value]) =>
          value === undefined ? [] : [{ sql: `${column} = ?`, parameters: [value] }],
        ),
        ...(key ? [{ sql: '(position, subject) < (?, ?)', parameters: key }] : []),
      )
      const { rows, asOf } = deps.readStore.snapshot(() => ({
        rows: deps.readStore.all<Row>(
          `SELECT * FROM personal_read WHERE ${sql} ORDER BY position DESC, subject DESC LIMIT ?`,
          [...parameters, limit + 1],
        ),
        asOf: String(deps.readStore.checkpoint('personal-reads')),
      }))
      const last = rows[limit - 1]
      const more = rows.length > limit && last !== undefined
      return {
        items: rows.slice(0, limit).map((row) => presentRow(row)),
        nextCursor: more ? encodeCursor(question, [Number(last.position), String(last.subject)]) : null,
        asOf,
      }
    },
  )
}
