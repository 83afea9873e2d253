import { startOfDay, uscc } from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../cursors.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { visibleEvents } from '../event-visibility.ts'
import { parseOrRefuse } from '../invalid.ts'
import { awaitMinPosition } from '../min-position.ts'
import type { Principal } from '../policy.ts'
import { audienceOf, presentEvent } from '../present-event.ts'
import * as values from '../query-values.ts'
import { type PersonView, personViewOf, revealQuery } from '../reveal.ts'
import { marksOf } from '../rulebook-marks.ts'
import { both, type Condition } from '../scope.ts'
import { categoryName, eventType } from './event-filters.ts'

const historyQuery = z.strictObject({
  limit: values.limit,
  after: values.after,
  order: values.order,
  category: categoryName.optional(),
  type: eventType.optional(),
  from: values.day.optional().meta({ description: 'facts that hold from this day in China on' }),
  at: z.uuid().optional().meta({ description: 'begins at the event with this id' }),
  asOf: values.moment.optional().meta({ description: 'facts that hold by then' }),
  asKnownAt: values.moment.optional().meta({ description: 'facts that the ledger knew by then' }),
  ...revealQuery,
})

type HistoryRow = { readonly stream: string; readonly revision: number; readonly position: number }

/** `GET /v1/institutions/{uscc}/history`: every event about an institution, from whatever stream, in ledger order. */
export function registerHistory(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { id: string } }>(
    '/institutions/:id/history',
    {
      schema: {
        operationId: 'institution-history',
        tags: ['institutions'],
        summary: '机构全部事件 Institution: every event about it',
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring: historyQuery,
      },
    },
    async (request, reply) => {
      const institution = parseOrRefuse(uscc, request.params.id, '/id')
      const query = request.query as z.output<typeof historyQuery>
      await awaitMinPosition(request, deps.projector, 'institution-history')
      const persons = personViewOf(request, reply, query, deps)
      const { limit, after, order, reveal: _, purpose: __, ...question } = query
      const asked = [institution, order, question]
      const key = after === undefined ? null : decodeCursor(asked, after, 1)
      const conditions = both(
        { sql: 'institution = ?', parameters: [institution] },
        visibleEvents(request.principal),
        ...filtersOf(question),
        ...beginningAt(institution, question.at, order),
        ...(key ? [{ sql: `position ${order === 'desc' ? '<' : '>'} ?`, parameters: key }] : []),
      )
      const { rows, asOf } = deps.readStore.snapshot(() => ({
        rows: deps.readStore.all<HistoryRow>(
          `SELECT stream, revision, position FROM institution_history WHERE ${conditions.sql}
           ORDER BY position ${order === 'desc' ? 'DESC' : 'ASC'} LIMIT ?`,
          [...conditions.parameters, limit + 1],
        ),
        asOf: String(deps.readStore.checkpoint('institution-history')),
      }))
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const items = await readEvents(page, deps, request.principal, persons)
      await persons.recorded()
      return {
        items,
        nextCursor: last && rows.length > limit ? encodeCursor(asked, [last.position]) : null,
        asOf,
      }
    },
  )
}

/** Nothing when the institution has no such event. */
function beginningAt(institution: string, event: string | undefined, order: 'asc' | 'desc'): Condition[] {
  if (event === undefined) return []
  const place = 'SELECT position FROM institution_history WHERE institution = ? AND event_id = ?'
  return [{ sql: `position ${order === 'desc' ? '<=' : '>='} (${place})`, parameters: [institution, event] }]
}

type Question = Pick<z.output<typeof historyQuery>, 'category' | 'type' | 'from' | 'asOf' | 'asKnownAt'>

function filtersOf({ category, type, from, asOf, asKnownAt }: Question): Condition[] {
  const pairs: [string, string | undefined][] = [
    ['category = ?', category],
    ['type = ?', type],
    ['effective_at >= ?', from === undefined ? undefined : startOfDay(from)],
    ['effective_at <= ?', asOf],
    ['recorded_at <= ?', asKnownAt],
  ]
  return pairs.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, parameters: [value] }]))
}

async function readEvents(
  rows: readonly HistoryRow[],
  deps: GatewayDependencies,
  principal: Principal,
  persons: PersonView,
) {
  const audience = audienceOf(principal)
  const marks = marksOf(deps.ledger)
  return await Promise.all(
    rows.map(async ({ stream, revision }) => {
      for await (const page of deps.ledger.readStream(stream, { from: revision, limit: 1 })) {
        for (const stored of page) {
          const event = decodeEvent(stored)
          await marks.learn([event.data as object])
          return presentEvent(event, persons.show(event.data, event.metadata), audience, marks)
        }
      }
      throw new Error(`the read model names ${stream}@${revision}, which the ledger does not have`)
    }),
  )
}
