import type { LedgerEvent } from '@fireledger/domain'
import { maskPersons } from '../persons.ts'
import { type Audience, presentEvent } from '../present-event.ts'

/** An event on its way to live clients: rendered once for each audience, however many clients there are. */
export type LiveEvent = {
  readonly event: LedgerEvent
  /** The whole `event` message as UTF-8 JSON, persons withheld. */
  encoded(audience: Audience): Buffer
}

export function toLiveEvent(event: LedgerEvent): LiveEvent {
  const encodings = new Map<Audience, Buffer>()
  return {
    event,
    encoded(audience) {
      const known = encodings.get(audience)
      if (known) return known
      const presented = presentEvent(event, maskPersons(event.data), audience)
      const message = { type: 'event', cursor: String(event.position), event: presented }
      const encoded = Buffer.from(JSON.stringify(message), 'utf8')
      encodings.set(audience, encoded)
      return encoded
    },
  }
}
