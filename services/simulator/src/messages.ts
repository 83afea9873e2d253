import type { RulebookVersion, SimulationPlan, Tally } from '@fireledger/domain'
import type { LedgerLocation, Position } from '@fireledger/event-store'

/** What the simulator and its threads tell each other. */

export type ThreadData = {
  /** The thread opens a reader of its own there. */
  readonly ledger: LedgerLocation
  readonly plan: SimulationPlan
  /** The last position that counts: whatever comes while it runs is left out. */
  readonly until: Position
  /** Most entries and requests that a thread holds at one time, when it can be asked for fewer subjects. */
  readonly happeningsMax: number
}

/** Subjects by id, both ends included. */
export type Range = { readonly first: string; readonly last: string }

export type ToThread =
  /** Who is there, and by which rulebooks. */
  | { readonly kind: 'census' }
  /** One pass over the ledger for the subjects of the range. */
  | { readonly kind: 'replay'; readonly range: Range }
  | { readonly kind: 'stop' }

export type Census = {
  /** Sorted. */
  readonly subjects: readonly string[]
  /** The rulebooks before and after, the one in force for the division on the day first. */
  readonly served: readonly RulebookVersion[]
  readonly simulated: readonly RulebookVersion[]
  /** SHA-256 of plan and rulebooks; further digests go on from it. */
  readonly digest: string
}

export type Replayed = {
  readonly tally: Tally
  /** Events read, whomever they concern. */
  readonly events: number
  /** SHA-256 of the ids of all events read, in order. */
  readonly digest: string
  /** The movements as JSON texts joined by commas, and as CSV rows; gzipped, empty where nobody moves. */
  readonly json: Uint8Array
  readonly csv: Uint8Array
}

export type FromThread =
  | { readonly kind: 'progress'; readonly events: number; readonly share: number }
  | { readonly kind: 'census'; readonly census: Census }
  | { readonly kind: 'replayed'; readonly replayed: Replayed }
  /** The subjects of the range have more history than a thread may hold: ask for fewer. */
  | { readonly kind: 'crowded' }
