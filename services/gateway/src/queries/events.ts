import { divisionContains, uscc } from '@fireledger/domain'
import { decodeEvent, ledgerStart } from '@fireledger/event-store'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { maySee } from '../event-visibility.ts'
import { audienceOf, presentEvent } from '../present-event.ts'
import * as values from '../query-values.ts'
import { personViewOf, revealQuery } from '../reveal.ts'
import { marksOf } from '../rulebook-marks.ts'
import { categoryName, eventType } from './event-filters.ts'

/** Bounds what one request may read, however few events its filters let through. */
const scannedMax = 10_000

const eventsQuery = z.strictObject({
  limit: values.limit,
  after: values.position.optional().meta({ description: '`nextPosition` of the page before' }),
  order: values.order,
  category: categoryName.optional(),
  type: eventType.optional(),
  institution: uscc.optional(),
  division: values.division.optional(),
  ...revealQuery,
})

/** `GET /v1/events`: the ledger in its order, as far as the reader may see it. */
export function registerEvents(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get(
    '/events',
    {
      schema: {
        operationId: 'events',
        tags: ['ledger'],
        summary: '全部事件 The ledger, page by page',
        querystring: eventsQuery,
      },
    },
    async (request, reply) => {
      const { principal } = request
      const query = request.query as z.output<typeof eventsQuery>
      const persons = personViewOf(request, reply, query, deps)
      const audience = audienceOf(principal)
      const marks = marksOf(deps.ledger)
      const items: unknown[] = []
      const backwards = query.order === 'desc'
      // Read first: what comes later is for whoever follows the ledger from here.
      const head = await deps.ledger.head()
      let position = query.after ?? (backwards ? head : ledgerStart)
      let scanned = 0
      let full = false
      const filter = {
        ...(query.category === undefined ? {} : { categories: [query.category] }),
        ...(query.type === undefined ? {} : { types: [query.type] }),
      }
      const pages = deps.ledger.readAll({
        ...(query.after === undefined && backwards ? {} : { from: position }),
        direction: backwards ? 'backwards' : 'forwards',
        filter,
        limit: scannedMax,
      })
      for await (const page of pages) {
        for (const stored of page) {
          if (items.length === query.limit) {
            full = true
            break
          }
          const event = decodeEvent(stored)
          position = event.position
          scanned++
          const { institutions, division } = event.metadata
          if (query.institution !== undefined && !institutions.includes(query.institution)) continue
          if (query.division !== undefined && !(division && divisionContains(query.division, division)))
            continue
          if (!maySee(principal, event)) continue
          await marks.learn([event.data as object])
          items.push(presentEvent(event, persons.show(event.data, event.metadata), audience, marks))
        }
        if (full) break
      }
      await persons.recorded()
      return {
        items,
        nextPosition: String(position),
        atEnd: !full && scanned < scannedMax,
        asOf: String(head),
      }
    },
  )
}
