import { z } from 'zod'
import type { Decision, DecisionContext, Occurred, Reliance, Requested } from './decider.ts'
import type { LegalBasis } from './law.ts'
import type { Sealed } from './person.ts'
import type { Title } from './values.ts'

/**
 * A permission is a kind of act; the gateway's policy table says which role holds which, within which division.
 * register: keep the registers · declare: what an institution says of itself, filed by it or for it · inspect: inspections · penalise: penalty cases · score: credit · object: to entries of credit, by the one whom they are about or for them ·
 * legislate: rulebooks · assess: assessments, by the institution's own people · collect: evidence of them, by whoever was
 * there · waive: what a gate asks · administer: keys and access.
 */
export const permissions = [
  'register',
  'declare',
  'inspect',
  'penalise',
  'score',
  'object',
  'legislate',
  'assess',
  'collect',
  'waive',
  'administer',
] as const
export type Permission = (typeof permissions)[number]

/**
 * Who may read an event: everyone · holders of the registers · of inspections, cases and assessments · of the ledger's
 * own running. Ordered from open to closed.
 */
export const visibilities = ['public', 'register', 'cases', 'operations'] as const
export type Visibility = (typeof visibilities)[number]

export type EventDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> = {
  readonly title: Title
  readonly legalBasis: readonly LegalBasis[]
  /** Raised when the stored shape changes; older shapes are lifted by `upcasters.ts`. */
  readonly schemaVersion: number
  /** Null: as its category says. */
  readonly visibility: Visibility | null
  /** Fields that the public does not get of a public event: persons, and free text that officers write for each other. */
  readonly withheld: readonly string[]
  readonly data: z.ZodObject<Shape, z.core.$strict>
}

export type CommandDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> = {
  readonly title: Title
  readonly legalBasis: readonly LegalBasis[]
  readonly permission: Permission
  /** True when the command begins a stream; its data then carry `division`. */
  readonly opens: boolean
  /**
   * True when the command mends what the event named in its `supersedes` said: unless it names a moment, it holds from
   * when that event held, so that the past is answered by the mended details.
   */
  readonly corrects: boolean
  /** Asked by our own services only: no route, no description. */
  readonly internal: boolean
  readonly data: z.ZodObject<Shape, z.core.$strict>
}

type About = { readonly zh: string; readonly en: string; readonly law: readonly LegalBasis[] }

/** A recorded fact: past tense in English, the regulator's own words in Chinese. */
export function event<Shape extends z.ZodRawShape>(
  about: About & {
    readonly schemaVersion?: number
    readonly visibility?: Visibility
    readonly withheld?: readonly (keyof Shape & string)[]
  },
  shape: Shape,
): EventDefinition<Shape> {
  return {
    title: { zh: about.zh, en: about.en },
    legalBasis: about.law,
    schemaVersion: about.schemaVersion ?? 1,
    visibility: about.visibility ?? null,
    withheld: about.withheld ?? [],
    data: z.strictObject(shape),
  }
}

/** A request, imperative. `data` is the body's `data` as it comes over the wire, persons in clear. */
export function command<Shape extends z.ZodRawShape>(
  about: About & {
    readonly permission: Permission
    readonly opens?: boolean
    readonly corrects?: boolean
    readonly internal?: boolean
  },
  shape: Shape,
): CommandDefinition<Shape> {
  return {
    title: { zh: about.zh, en: about.en },
    legalBasis: about.law,
    permission: about.permission,
    opens: about.opens ?? false,
    corrects: about.corrects ?? false,
    internal: about.internal ?? false,
    data: z.strictObject(shape),
  }
}

type AnyEvents = Readonly<Record<string, { readonly data: z.ZodType }>>

/** The union of a category's events, as folds see them. */
export type EventOf<Events extends AnyEvents> = {
  [Type in keyof Events & string]: Occurred<Type, z.output<Events[Type]['data']>>
}[keyof Events & string]

/** The union of a category's commands, as rules see them (persons sealed). */
export type CommandOf<Commands extends AnyEvents> = {
  [Type in keyof Commands & string]: Requested<Type, Sealed<z.output<Commands[Type]['data']>>>
}[keyof Commands & string]

/** Whom a stream is about: stamped on each of its events, so that any reader can filter without folding. */
export type Concerns = {
  /** GB/T 2260, six digits; null for what applies everywhere. */
  readonly division: string | null
  readonly institutions: readonly string[]
  readonly practitioners: readonly string[]
  readonly units: readonly string[]
}

/** One stream category: the whole of what the rest of the system knows of it. */
export type StreamCategory<
  State,
  Events extends Record<string, EventDefinition>,
  Commands extends Record<string, CommandDefinition>,
> = {
  /** Stream names are `<name>-<id>`; no hyphen in the name. */
  readonly name: string
  /** Plural, as in `/v1/institutions/{id}`. */
  readonly path: string
  readonly title: Title
  readonly id: z.ZodType<string>
  /** Of its events that do not say it themselves. */
  readonly visibility: Visibility
  readonly events: Events
  readonly commands: Commands
  readonly initialState: State
  evolve(state: State, event: EventOf<Events>): State
  /** Other streams whose state the decision needs. */
  reliesOn?(command: CommandOf<Commands>, state: State): readonly Reliance[]
  decide(command: CommandOf<Commands>, state: State, context: DecisionContext): Decision<EventOf<Events>>
  /** What the stream concerns, from the state after the event. */
  concerns(state: State, id: string): Concerns
  /**
   * Whose business a command to this stream is, where another stream knows better than this one: the division
   * (GB/T 2260) whose officers may ask it; null for those of the whole country only. It may read what `reliesOn` names.
   * Absent: the division that the stream concerns.
   */
  jurisdiction?(command: CommandOf<Commands>, state: State, context: DecisionContext): string | null
}

/** Types a category literal against its own events and commands. */
export function streamCategory<
  State,
  Events extends Record<string, EventDefinition>,
  Commands extends Record<string, CommandDefinition>,
>(definition: StreamCategory<State, Events, Commands>): StreamCategory<State, Events, Commands> {
  return definition
}

/** A category whose own types no longer matter: what the catalogue, the codec and the gateway handle. */
// biome-ignore lint/suspicious/noExplicitAny: the catalogue holds categories of every state; each keeps its own types inside
export type AnyCategory = StreamCategory<any, any, any>
