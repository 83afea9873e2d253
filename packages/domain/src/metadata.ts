import type { Refusal } from './decider.ts'
import type { EventId, Instant } from './values.ts'

/** Who acted: the principal of the request, or a service of our own (`clerk`, `scenario`, `import`). */
export type Actor = {
  readonly id: string
  readonly role: string
  /** The division the actor may act for (GB/T 2260); null for the whole country. */
  readonly division: string | null
  /**
   * Whose login an institution's account is: practitioner id, or the subject id of who is none; null: nobody's in
   * particular. Absent for officers and services, who record what others did.
   */
  readonly person?: string | null
}

/**
 * What stands beside the data of every event. Field names are short forms of nothing: they are stored, and read by
 * people with a hex editor.
 */
export type EventMetadata = {
  readonly schemaVersion: number
  /** When the fact holds in the world. */
  readonly effectiveAt: Instant
  /** When the ledger learnt it. */
  readonly recordedAt: Instant
  readonly commandId: string
  /** SHA-256 of the canonical sealed command: tells a retry from another command with the same id. */
  readonly commandDigest: string
  /** The whole conversation (the request that began it). */
  readonly correlationId: string
  /** The event that caused the command, when a service of ours issued it. */
  readonly causationId: EventId | null
  readonly actor: Actor
  readonly legalBasis: readonly string[]
  /** Rulebook under which a credit decision was taken, `<id>@<revision>`. */
  readonly rulebook: string | null
  /** Other streams that the decision read, at which revision (-1: did not exist). */
  readonly reliedOn: readonly { readonly stream: string; readonly revision: number }[]
  readonly division: string | null
  readonly institutions: readonly string[]
  readonly practitioners: readonly string[]
  readonly units: readonly string[]
  /** Set when the command was refused and this event records the attempt. */
  readonly refusal: Refusal | null
}

/** An event as the ledger holds it, decoded: what projections, the clerk and the gateway see. */
export type LedgerEvent<Data = unknown> = {
  readonly id: EventId
  readonly type: string
  /** `<category>-<streamId>` */
  readonly stream: string
  readonly category: string
  readonly streamId: string
  /** Place in its stream, from 0. */
  readonly revision: number
  /** Place in the ledger; ordered, with gaps, opaque: compare, never calculate. */
  readonly position: bigint
  readonly data: Data
  readonly metadata: EventMetadata
}
