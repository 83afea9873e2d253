import { findCategory, type LedgerEvent } from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { maySee } from '../event-visibility.ts'
import { parseOrRefuse } from '../invalid.ts'
import type { Principal } from '../policy.ts'
import { alreadyHas, entityTag } from '../preconditions.ts'
import { audienceOf, presentEvent } from '../present-event.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { personViewOf, revealQuery } from '../reveal.ts'
import { marksOf } from '../rulebook-marks.ts'
import { streamName } from './event-filters.ts'
import { readStream } from './past.ts'

const revision = z.coerce.number().pipe(z.int().min(0).max(1_000_000_000))

const streamQuery = z.strictObject({
  limit: values.limit,
  from: revision.optional().meta({ description: 'first revision of the page' }),
  order: values.order,
  ...revealQuery,
})

const stateQuery = z.strictObject({
  asOf: values.moment.optional(),
  asKnownAt: values.moment.optional(),
  ...revealQuery,
})

/** `GET /v1/streams/{stream}`: the events of one stream, and its state as of a moment and as known at another. */
export function registerStreams(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { stream: string } }>(
    '/streams/:stream',
    {
      schema: {
        operationId: 'stream',
        tags: ['ledger'],
        summary: '事件流 Events of one stream',
        params: z.object({ stream: z.string().min(1).max(200) }),
        querystring: streamQuery,
      },
    },
    async (request, reply) => {
      const { principal } = request
      const stream = parseOrRefuse(streamName, request.params.stream, '/stream')
      const query = request.query as z.output<typeof streamQuery>
      const last = await lastOfVisible(deps, principal, stream)
      const persons = personViewOf(request, reply, query, deps)
      if (query.reveal === undefined) {
        const tag = entityTag(last.revision)
        reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', 'authorization')
        if (alreadyHas(request.headers['if-none-match'], tag)) return reply.code(304).send()
      }
      const backwards = query.order === 'desc'
      const events = await readStream(stream, deps, {
        direction: backwards ? 'backwards' : 'forwards',
        limit: query.limit,
        ...(query.from === undefined ? {} : { from: query.from }),
      })
      const visible = events.filter((event) => maySee(principal, event))
      const audience = audienceOf(principal)
      const marks = marksOf(deps.ledger)
      await marks.learn(visible.map(({ data }) => data as object))
      const items = visible.map((event) =>
        presentEvent(event, persons.show(event.data, event.metadata), audience, marks),
      )
      await persons.recorded()
      const end = events.at(-1)
      const next = end === undefined ? null : end.revision + (backwards ? -1 : 1)
      const more = next !== null && next >= 0 && next <= last.revision
      return { items, nextRevision: more ? next : null, revision: last.revision }
    },
  )
  registerState(app, deps)
}

function registerState(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { stream: string } }>(
    '/streams/:stream/state',
    {
      schema: {
        operationId: 'stream-state',
        tags: ['ledger'],
        summary: '某时点的状态 State of one stream, as of a moment and as known at a moment',
        params: z.object({ stream: z.string().min(1).max(200) }),
        querystring: stateQuery,
      },
    },
    async (request, reply) => {
      const stream = parseOrRefuse(streamName, request.params.stream, '/stream')
      const { asOf, asKnownAt, ...reveal } = request.query as z.output<typeof stateQuery>
      const { principal } = request
      await lastOfVisible(deps, principal, stream)
      const persons = personViewOf(request, reply, reveal, deps)
      const held = (await readStream(stream, deps, {})).filter(
        ({ metadata }) =>
          (asOf === undefined || metadata.effectiveAt <= asOf) &&
          (asKnownAt === undefined || metadata.recordedAt <= asKnownAt),
      )
      const events = foldable(held, principal)
      const newest = events.at(-1)
      const state = foldOrNull(stream, events)
      const marks = marksOf(deps.ledger)
      await marks.learn(events.map(({ data }) => data as object))
      const said = events.map(({ data }) => marks.of(data as object)).filter((each) => each !== null)
      const shown = newest === undefined ? null : persons.show(state, newest.metadata)
      await persons.recorded()
      return {
        stream,
        revision: newest?.revision ?? -1,
        asOf: asOf ?? null,
        asKnownAt: asKnownAt ?? null,
        /** Whether some of its numbers come from a rulebook that is a demonstration's; null: from none. */
        illustrative: said.length === 0 ? null : said.includes(true),
        state: shown,
      }
    },
  )
}

/**
 * What a state may be made of for this reader. Attempts that were refused are no facts, and can be left out; a state
 * without facts that the reader may not see would be wrong, and with them would tell them.
 * @throws ProblemError `forbidden`, `unauthenticated`
 */
function foldable(events: readonly LedgerEvent[], principal: Principal): LedgerEvent[] {
  const visible = events.filter((event) => maySee(principal, event))
  const hidden = events.some((event) => event.metadata.refusal === null && !visible.includes(event))
  if (hidden) throw forbidden(principal)
  return visible
}

/** Null when what holds by then is not enough for a state: its beginning holds later. */
function foldOrNull(stream: string, events: readonly LedgerEvent[]): unknown {
  const category = findCategory(stream.slice(0, stream.indexOf('-')))
  if (!category || events[0]?.revision !== 0) return null
  return events.reduce(
    (state, { id, type, data, metadata }) =>
      category.evolve(state, { id, type, data, effectiveAt: metadata.effectiveAt }),
    category.initialState,
  )
}

/** The last event of a stream of which the reader may see any. @throws ProblemError `not-found` */
async function lastOfVisible(
  deps: GatewayDependencies,
  principal: Principal,
  stream: string,
): Promise<LedgerEvent> {
  let last: LedgerEvent | undefined
  for await (const page of deps.ledger.readStream(stream, { direction: 'backwards' })) {
    for (const stored of page) {
      const event = decodeEvent(stored)
      last ??= event
      if (maySee(principal, event)) return last
    }
  }
  throw notFound()
}
