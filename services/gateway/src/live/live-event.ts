import type { LedgerEvent } from '@fireledger/domain'
import { decodeEvent, type EventReader, type StoredEvent } from '@fireledger/event-store'
import { maskPersons } from '../persons.ts'
import { type Audience, presentEvent } from '../present-event.ts'
import { marksOf, type RulebookMarks } from '../rulebook-marks.ts'

/** An event on its way to live clients: rendered once for each audience, however many clients there are. */
export type LiveEvent = {
  readonly event: LedgerEvent
  /** The whole `event` message as UTF-8 JSON, persons withheld. */
  encoded(audience: Audience): Buffer
}

/** In the order given, with what is to be said of the rulebooks that they name. */
export async function toLiveEvents(
  stored: readonly StoredEvent[],
  reader: Pick<EventReader, 'readStream'>,
): Promise<LiveEvent[]> {
  const events = stored.map(decodeEvent)
  const marks = marksOf(reader)
  await marks.learn(events.map(({ data }) => data as object))
  return events.map((event) => toLiveEvent(event, marks))
}

function toLiveEvent(event: LedgerEvent, marks: RulebookMarks): LiveEvent {
  const encodings = new Map<Audience, Buffer>()
  return {
    event,
    encoded(audience) {
      const known = encodings.get(audience)
      if (known) return known
      const presented = presentEvent(event, maskPersons(event.data), audience, marks)
      const message = { type: 'event', cursor: String(event.position), event: presented }
      const encoded = Buffer.from(JSON.stringify(message), 'utf8')
      encodings.set(audience, encoded)
      return encoded
    },
  }
}
