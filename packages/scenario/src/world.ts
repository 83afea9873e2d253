import type { InstitutionType, LocalDate, Qualification, UnitKind } from '@fireledger/domain'
import { eventIdOf } from '@fireledger/event-store'
import type { Calendar } from './calendar.ts'
import { ulidOf } from './identifiers.ts'
import { type Random, randomOf } from './random.ts'
import { commandIdOf } from './wave.ts'

/** What stands still in the story: who takes part, and the sources of chance, ids and time that the strands share. */

export type Fate = 'stays' | 'flagship-leaves' | 'removed' | 'banned' | 'suspended' | 'late'

export type Institution = {
  readonly key: string
  readonly uscc: string
  readonly name: string
  readonly type: InstitutionType
  /** The district whose authority registers it. */
  readonly division: string
  readonly address: string
  readonly establishedOn: LocalDate
  readonly fate: Fate
  /** From elsewhere; its code and address say so. */
  readonly outside: boolean
  /** 0 careless … 1 careful: weighs on findings, cures and fines. */
  readonly diligence: number
  /** Whether the first verification finds all practice conditions met. */
  readonly fit: boolean
  readonly registeredSlot: number
  /** The slot in which it leaves the market; after the story when it stays. */
  readonly leavesSlot: number
  /** Slots in which practice is stopped. */
  readonly stopped: { readonly from: number; readonly until: number } | null
  /** Filled by `castPeople`; the technical lead first, then the project lead, then the rest. */
  readonly engineers: Practitioner[]
  readonly operators: Practitioner[]
}

export type Anomaly = 'institution-left' | 'revoked' | 'dismissed'

/** What happens to one further engineer of the city, beside work. */
export type Episode =
  | 'second-employer'
  | 'suspended'
  | 'struck-off'
  | 'banned'
  | 'expired'
  | 'corrected'
  | 'registered-again'
  | 'cancelled'
  | 'erased'

export type Practitioner = {
  readonly key: string
  readonly id: string
  readonly division: string
  readonly qualification: Qualification
  /** Employed on the first day; the rest enter the register later. */
  readonly first: Institution | null
  readonly enters: number
  /** A found difference between the employer and the payer of social insurance, and what came of it. */
  readonly anomaly: Anomaly | null
  readonly episode: Episode | null
  /** Stays where they are for the whole story; leads of the work are taken from these. */
  readonly steady: boolean
}

export type Unit = {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly kind: UnitKind
  readonly areaSquareMetres: number
  readonly division: string
  readonly address: string
  readonly registeredSlot: number
  readonly keyUnit: boolean
}

export type City = {
  readonly key: string
  readonly institutions: readonly Institution[]
  readonly practitioners: readonly Practitioner[]
  readonly units: readonly Unit[]
}

export type World = {
  readonly calendar: Calendar
  random(...name: readonly (string | number)[]): Random
  /** A ULID of ours: of a moment in the story, different for every name. */
  idOf(slot: number, ...name: readonly (string | number)[]): string
  /** The n-th event that the strand's command of that count makes. */
  eventIdOf(strand: string, command: number, event?: number): string
}

export function worldOf(story: string, seed: string, calendar: Calendar): World {
  const random = (...name: readonly (string | number)[]) => randomOf(seed, ...name)
  return {
    calendar,
    random,
    eventIdOf: (strand, command, event = 0) => eventIdOf(commandIdOf(story, strand, command), event),
    idOf: (slot, ...name) => ulidOf(calendar.instantOf(Math.max(0, slot)), random('id', ...name)),
  }
}

/** Days of the story on which the great things happen. */
export const story = {
  /** The social-insurance check that the whole city remembers. */
  flagshipDay: 490,
  flagshipDays: 45,
  baseRegisterDays: 14,
} as const
