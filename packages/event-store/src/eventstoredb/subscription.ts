import {
  ledgerStart,
  type Position,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../event-store.ts'
import { matches } from '../filter.ts'
import { type Connection, type Incoming, type ServerFilter, withoutSystemEvents } from './eventstoredb.ts'
import { ReadBrokenError } from './failures.ts'
import type { Link } from './link.ts'
import { createPull } from './pull.ts'
import { interruptible, recover } from './read-pages.ts'
import { toStored, type WireEvent } from './wire.ts'

/**
 * Subscriptions that survive their server: whatever ends one, it is taken up again after the last event that was seen.
 *
 * What is there already is filtered by the server. What comes is filtered here: the server tells how far a filtered
 * subscription is only now and then, so that a subscriber to rare events would not know for hours that it is up to date.
 */

const batchMaxDefault = 512
/** How long an unfilled message waits for more where more is to be expected: the server sends events one by one. */
const gatherMs = 20

/** The filter in the server's terms; what it cannot express is filtered here as well. Null when there is none. */
export function serverFilterOf({ categories, types }: SubscribeOptions['filter'] = {}): ServerFilter | null {
  // An empty list lets nothing through; the server would take it for none. It takes one of both: types are the rarer.
  if (types && types.length > 0) {
    return { typePattern: `^(${types.map((type) => type.replace(/[^\w]/g, '\\$&')).join('|')})$` }
  }
  if (categories && categories.length > 0) {
    return { streamPrefixes: categories.map((category) => `${category}-`) }
  }
  return null
}

/** Where a subscription is, across all its lives. */
type Place = {
  position: Position
  /** Whether `caughtUp` was said since the last message. */
  announced: boolean
}

type Life = {
  readonly link: Link
  readonly used: Connection
  readonly place: Place
  readonly wanted: (event: StoredEvent) => boolean
  readonly stop: AbortSignal
  readonly batchMax: number
  readonly head: () => Promise<Position>
}

export async function* subscribe(
  link: Link,
  options: SubscribeOptions & { readonly signal: AbortSignal },
  head: () => Promise<Position>,
): AsyncGenerator<SubscriptionMessage> {
  const { filter, signal: stop, batchMax = batchMaxDefault } = options
  const place: Place = { position: options.after, announced: false }
  const narrow = serverFilterOf(filter)
  const wanted = matches(filter)
  // Nobody waits for an answer: a subscriber outlasts any outage.
  const patience = link.patience(true)
  while (!stop.aborted) {
    const life: Life = { link, used: link.current(), place, wanted, stop, batchMax, head }
    try {
      const phases = narrow ? [backfill(life, narrow), live(life)] : [live(life)]
      for (const phase of phases) {
        for await (const message of phase) {
          patience.reset()
          place.announced = message.kind === 'caughtUp'
          yield message
          if (stop.aborted) return
        }
        if (stop.aborted) return
      }
    } catch (error) {
      if (stop.aborted) return
      await recover(link, life.used, error, patience)
    }
  }
}

/** What is there, filtered by the server; returns when the server says that there is no more. */
async function* backfill(life: Life, filter: ServerFilter): AsyncGenerator<SubscriptionMessage> {
  const flow = open(life, filter)
  try {
    while (!life.stop.aborted) {
      const events = await flow.gather(flow.caughtUp)
      if (events.length > 0) yield messageOf(life, events)
      else if (flow.caughtUp()) return
      else if (flow.passed() > life.place.position) {
        life.place.position = flow.passed()
        yield { kind: 'checkpoint', position: life.place.position }
      } else await flow.wait()
    }
  } finally {
    flow.close()
  }
}

/** Everything but the server's own events, for ever. */
async function* live(life: Life): AsyncGenerator<SubscriptionMessage> {
  const { place, wanted, stop, head } = life
  const flow = open(life, withoutSystemEvents)
  // A wanted event that comes live goes out at once. What nobody wants is told together.
  const goesOut = (events: readonly StoredEvent[]) => flow.caughtUp() && events.some(wanted)
  try {
    while (!stop.aborted) {
      const events = await flow.gather(goesOut)
      if (events.length > 0) yield messageOf(life, events)
      else if (flow.caughtUp() && !place.announced) yield { kind: 'caughtUp', position: place.position }
      else if ((await flow.wait()) === 'late' && (await head()) > place.position) {
        throw new ReadBrokenError('the server has newer events and sends none')
      }
    }
  } finally {
    flow.close()
  }
}

/** Events of which none is wanted are news of the position alone. */
function messageOf({ place, wanted }: Life, arrived: readonly StoredEvent[]): SubscriptionMessage {
  place.position = arrived.at(-1)?.position ?? place.position
  const events = arrived.filter(wanted)
  return events.length > 0 ? { kind: 'events', events } : { kind: 'checkpoint', position: place.position }
}

/** One subscription at the server, as something to take events from. */
function open({ link, used, place, stop, batchMax }: Life, filter: ServerFilter) {
  let caughtUp = false
  let passed = place.position
  let last = place.position
  let wake = () => {}
  const incoming: Incoming = used.subscribeToAll(last === ledgerStart ? null : last, filter, {
    caughtUp() {
      caughtUp = true
      wake()
    },
    checkpoint(position) {
      passed = position
      wake()
    },
  })
  const pull = createPull<WireEvent>(incoming.stream)
  wake = pull.wake
  const release = interruptible(pull, used, stop)
  // A notice of the server stands behind the events that came before it: it holds when all of them have been taken.
  const drained = () => incoming.stream.readableLength === 0

  /** Each event once: one that the server sends again is passed over. */
  function take(max: number): StoredEvent[] {
    const events: StoredEvent[] = []
    for (const item of pull.take(max)) {
      const event = toStored(item)
      if (event === null || event.position <= last) continue
      last = event.position
      events.push(event)
    }
    return events
  }

  return {
    caughtUp: () => caughtUp && drained(),
    passed: () => (drained() ? passed : last),
    close() {
      release()
      incoming.close()
    },
    /** What is there; unless it `goesOut` as it is, waits a little to fill the message. */
    async gather(goesOut: (events: readonly StoredEvent[]) => boolean): Promise<StoredEvent[]> {
      const events = take(batchMax)
      const until = performance.now() + gatherMs
      while (events.length > 0 && events.length < batchMax && !goesOut(events) && !stop.aborted) {
        const left = until - performance.now()
        // What ends the stream is told by the next `wait`.
        const arrival = left > 0 ? await pull.wait(left).catch(() => 'end' as const) : 'late'
        events.push(...take(batchMax - events.length))
        if (arrival !== 'something') break
      }
      return events
    },
    /** @throws ReadBrokenError when the server ends the subscription, or is silent before it has caught up. */
    async wait() {
      const arrival = await pull.wait(link.deadlineMs)
      // The client tells nobody when the server ends a subscription: to us that is a drop.
      if (arrival === 'end' && drained()) throw new ReadBrokenError('the server ended the subscription')
      if (arrival === 'late' && !caughtUp) throw new ReadBrokenError(`no answer within ${link.deadlineMs} ms`)
      return arrival
    },
  }
}
