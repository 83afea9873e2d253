import type { NewEvent } from './event-store.ts'

/** What every engine refuses before it touches anything; a caller that breaks these has a bug. */

const eventsPerAppendMax = 10_000
/** Of all events of one append, data and metadata together. */
export const appendBytesMax = 64 * 1024 * 1024
const streamNameLengthMax = 200

// No hyphen in the category: readers split at the first one.
const streamName = /^[A-Za-z][A-Za-z0-9]*-\S+$/

/** @throws TypeError or RangeError that says which limit was broken. */
export function checkAppend(stream: string, events: readonly NewEvent[], expected: number) {
  if (!streamName.test(stream) || stream.length > streamNameLengthMax) {
    throw new TypeError(
      `stream names are <category>-<id>, at most ${streamNameLengthMax} characters; this is no such name: ${stream.slice(0, 80)}`,
    )
  }
  if (!Number.isSafeInteger(expected) || expected < -1) {
    throw new RangeError(`an expected revision is an integer from -1 on, not ${expected}`)
  }
  if (events.length === 0) throw new RangeError('an append needs at least one event')
  if (events.length > eventsPerAppendMax) {
    throw new RangeError(`an append takes at most ${eventsPerAppendMax} events, not ${events.length}`)
  }
  const bytes = events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0)
  if (bytes > appendBytesMax)
    throw new RangeError(`an append takes at most ${appendBytesMax} bytes, not ${bytes}`)
}
