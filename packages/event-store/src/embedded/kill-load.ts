import { createHash } from 'node:crypto'
import type { NewEvent } from '../event-store.ts'

/** The load of the kill loop. Every byte follows from the attempt's name, so the test knows what must be in the ledger. */

export type Attempt = {
  readonly name: string
  readonly stream: string
  readonly expected: number
  readonly count: number
}

/** One line of the child's output: written before an append, and after it was acknowledged. */
export type Line =
  | { readonly kind: 'warm' }
  | { readonly kind: 'trying'; readonly attempt: Attempt }
  | {
      readonly kind: 'acknowledged'
      readonly name: string
      readonly revision: number
      readonly position: string
    }
  | { readonly kind: 'conflicted'; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }

/** One line of input. `unanswered`: attempts of killed children, to be tried again as they were. */
export type Go = {
  readonly directory: string
  readonly round: number
  readonly unanswered: readonly Attempt[]
}

export function eventsOfAttempt({ name, count }: Attempt): NewEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha256').update(`${name}/${index}`).digest()
    const hex = digest.toString('hex')
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    // 32 B to 16 KiB: from several events a page to several pages an event.
    const data = new Uint8Array(32 << ((digest[0] ?? 0) % 10))
    for (let offset = 0; offset < data.length; offset += digest.length) data.set(digest, offset)
    return {
      id,
      type: `Kind${(digest[1] ?? 0) % 5}`,
      data,
      metadata: new TextEncoder().encode(`${name}/${index}/${count}`),
    }
  })
}
