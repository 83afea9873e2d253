import { LedgerBusyError } from '../event-store.ts'

/** What may wait for the writer: far more than it keeps waiting under any load it can carry. */
const waitingAppendsMax = 100_000
const waitingBytesMax = 256 * 1024 * 1024

/** Appends that wait for the writer, first come first served; what is over the bound is turned away. */
export function createAppendQueue<Append extends { readonly bytes: number }>(
  appendsMax = waitingAppendsMax,
  bytesMax = waitingBytesMax,
) {
  let waiting: Append[] = []
  /** Of the first that waits: what lies before it is gone, and cut off now and then, since a shift moves all others. */
  let first = 0
  let bytes = 0

  function drop(): void {
    if (first === waiting.length) {
      waiting = []
      first = 0
    } else if (first >= 1024 && first * 2 >= waiting.length) {
      waiting = waiting.slice(first)
      first = 0
    }
  }

  return {
    size: () => waiting.length - first,
    /** @throws LedgerBusyError when too many wait, or too many bytes; one append may always wait, however big. */
    push(append: Append): void {
      const size = waiting.length - first
      if (size >= appendsMax || (size > 0 && bytes + append.bytes > bytesMax)) {
        throw new LedgerBusyError(
          `${size} appends of ${bytes} bytes wait for the ledger already: nothing was appended, try again`,
        )
      }
      waiting.push(append)
      bytes += append.bytes
    },
    /** The first, when `fits` says so. */
    takeIf(fits: (append: Append) => boolean): Append | undefined {
      const append = waiting[first]
      if (append === undefined || !fits(append)) return undefined
      first += 1
      bytes -= append.bytes
      drop()
      return append
    },
    takeAll(): readonly Append[] {
      const all = waiting.slice(first)
      waiting = []
      first = 0
      bytes = 0
      return all
    },
  }
}
