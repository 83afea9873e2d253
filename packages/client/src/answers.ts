/** What the API answers with. Positions and cursors are opaque texts: compare them for equality, hand them back. */

export type BothLanguages = { readonly zh: string; readonly en: string }

export type Page<Item> = {
  readonly items: readonly Item[]
  /** Goes into `after` of the next page; null at the end. */
  readonly nextCursor: string | null
  /** The position of the ledger that the rows reflect. */
  readonly asOf: string
}

/** A row of a register, in the words of the API; which fields there are says the register. */
export type RegisterRow = Readonly<Record<string, unknown>>

export type LedgerEventView = {
  readonly id: string
  readonly type: string
  readonly title: BothLanguages | null
  /** `<category>-<id>` */
  readonly stream: string
  readonly category: string
  readonly streamId: string
  readonly revision: number
  readonly position: string
  /** When it holds in the world. */
  readonly effectiveAt: string
  /** When the ledger learnt it. */
  readonly recordedAt: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: {
    readonly schemaVersion: number
    readonly legalBasis: readonly string[]
    readonly rulebook: string | null
    /** Whether its numbers come from a rulebook whose numbers are a demonstration's; null: from none. */
    readonly illustrative: boolean | null
    readonly division: string | null
    readonly institutions: readonly string[]
    readonly practitioners: readonly string[]
    readonly units: readonly string[]
    readonly refusal: unknown
    /** The rest is for officials only. */
    readonly actor?: {
      readonly id: string
      readonly role: string
      readonly division: string | null
      /** Of an institution's account: whose login it was; null: nobody's in particular. */
      readonly person?: string | null
    }
    readonly correlationId?: string
    readonly causationId?: string | null
    readonly commandId?: string
    readonly reliedOn?: readonly { readonly stream: string; readonly revision: number }[]
  }
}

export type EventsPage = {
  readonly items: readonly LedgerEventView[]
  /** Goes into `after` of the next page. */
  readonly nextPosition: string
  readonly atEnd: boolean
  /** Where the ledger ended when the page was read: a live feed goes on from here. */
  readonly asOf: string
}

export type StreamPage = {
  readonly items: readonly LedgerEventView[]
  readonly nextRevision: number | null
  readonly revision: number
}

export type StreamState = {
  readonly stream: string
  readonly revision: number
  readonly asOf: string | null
  readonly asKnownAt: string | null
  readonly state: unknown
}

type Counts = Readonly<Record<string, number>>

export type Dashboard = {
  readonly division: string | null
  readonly today: string
  readonly totals: Counts
  readonly institutions: Counts
  readonly practitioners: Counts
  readonly inspections: Counts
  readonly penaltyCases: Counts
  readonly assessments: Counts
  readonly grades: Counts
  /** How many of `grades` are by a rulebook whose numbers are a demonstration's. */
  readonly illustrativeGrades: Counts
  readonly asOf: string
}

export type LedgerStatus = {
  readonly head: string
  readonly engine: 'embedded' | 'cluster'
  /** When this was asked. */
  readonly now: string
  /** What is wrong with parts of the process, in a sentence each. */
  readonly faults: readonly string[]
  readonly live: {
    readonly clients: number
    readonly failure: string | null
    readonly listeners: readonly LiveListener[]
  }
  readonly projections: readonly {
    readonly name: string
    readonly version: number
    readonly status: string
    readonly checkpoint: string
    /** `<type> <stream>@<revision>` */
    readonly failedEvent: string | null
    readonly failedPosition: string | null
    readonly failedReason: string | null
    readonly rebuild: RebuildProgress | null
    readonly lastRebuild: {
      readonly finishedAt: string
      /** Whether the new rows were the old ones; null when there was nothing to compare, or it failed. */
      readonly equal: boolean | null
      readonly failedReason: string | null
    } | null
    readonly caughtUp: boolean
  }[]
}

export type LiveListener = {
  readonly kind: 'websocket' | 'sse'
  readonly principal: string
  readonly role: string
  readonly division: string | null
  readonly since: string
  readonly cursor: string | null
  readonly waitingBytes: number
}

export type RebuildProgress = {
  readonly eventsDone: number
  readonly eventsTotal: number | null
  readonly eventsPerSecond: number
  readonly secondsLeft: number | null
}

export type JsonSchema = Readonly<Record<string, unknown>>
/** An article, short as events carry it and in words. */
export type Citation = { readonly basis: string; readonly text: BothLanguages }

export type CatalogueEvent = {
  readonly type: string
  readonly title: BothLanguages
  readonly schemaVersion: number
  readonly visibility: string
  readonly legalBasis: readonly Citation[]
  readonly data: JsonSchema
}

export type CatalogueCommand = {
  readonly type: string
  readonly title: BothLanguages
  /** `/v1/<streams>/{id}/<command>` */
  readonly path: string
  readonly permission: string
  /** Whether it begins a stream. */
  readonly opens: boolean
  readonly legalBasis: readonly Citation[]
  readonly data: JsonSchema
}

export type Catalogue = {
  readonly categories: readonly {
    readonly name: string
    readonly path: string
    readonly title: BothLanguages
    readonly events: readonly CatalogueEvent[]
    readonly commands: readonly CatalogueCommand[]
  }[]
  readonly instruments: unknown
}

export type Division = { readonly code: string; readonly name: string }
export type DivisionView = {
  /** Null: the whole country. */
  readonly code: string | null
  readonly name: string
  readonly fullName: string
  readonly parts: readonly Division[]
}

/** What a command came to. */
export type CommandOutcome = {
  readonly eventIds: readonly string[]
  /** Null when it left nothing: it was so already. */
  readonly position: string | null
  readonly revision: number
  readonly replayed: boolean
}
