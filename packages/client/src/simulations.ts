import type { BothLanguages } from './answers.ts'
import type { Answer, Http } from './http.ts'

/** What if another rulebook were in force: who moves, from which grade to which, and by which lines. */

export type SimulatedKind = 'institution' | 'practitioner' | 'unit'

export type SimulationWish = {
  /** A draft that is not in the ledger; absent: what the ledger has under the id. */
  readonly content?: unknown
  /** Subjects who belong there; absent: where the rulebook may be adopted, as far as it is the reader's own. */
  readonly division?: string
  readonly subjectKind?: SimulatedKind
  /** The day whose grades are compared; today when absent. */
  readonly asOf?: string
  /** As if in force from this day; absent: from its own adoption, else the whole history. */
  readonly from?: string
}

type About = {
  readonly id: string
  readonly rulebook: string
  /** `<id>@<revision>` */
  readonly reference: string
  readonly illustrative: boolean
  readonly division: string
  readonly subjectKind: SimulatedKind
  readonly asOf: string
  readonly from: string | null
  readonly position: string
  readonly startedBy: string
  readonly startedAt: string
}

export type RunningSimulation = About & {
  readonly status: 'running'
  /** `share` from 0 to 1. */
  readonly progress: { readonly share: number; readonly events: number }
}
export type FailedSimulation = About & {
  readonly status: 'failed'
  readonly finishedAt: string
  readonly reason: BothLanguages
}
/** One that is over, as the list tells of it. */
export type FinishedSimulation = About & {
  readonly status: 'finished'
  readonly finishedAt: string
  readonly subjects: number
  readonly moved: number
}

export type SimulatedGradeCount = {
  readonly level: string | null
  /** Null: no rulebook holds for them, or there is no result yet. */
  readonly grade: string | null
  readonly subjects: number
  /** Whether one of them has it by numbers that are a demonstration's. */
  readonly illustrative: boolean
}

export type SimulatedGrade = {
  readonly rulebook: string | null
  readonly score: number | null
  readonly level: string | null
  readonly grade: string | null
  /** Code of the veto that decides the grade. */
  readonly veto: string | null
  /** Points of a subject without any entry. */
  readonly base: number | null
  readonly illustrative: boolean
}

type SimulatedSide = {
  readonly points: number
  readonly cappedBy: string | null
  readonly validUntil: string | null
  readonly why: BothLanguages
  readonly rulebook: string
  readonly illustrative: boolean
}

/** One entry that counts otherwise than before; null on the side where there is none. */
export type SimulatedLine = {
  readonly item: string
  readonly title: BothLanguages
  /** Id of the event that the entry follows from. */
  readonly event: string
  readonly factId: string
  readonly legalBasis: readonly string[]
  readonly before: SimulatedSide | null
  readonly after: SimulatedSide | null
}

export type SimulatedMovement = {
  readonly subject: string
  readonly subjectKind: SimulatedKind
  /** Null for people. */
  readonly name: string | null
  readonly division: string
  readonly direction: 'up' | 'down' | 'other'
  readonly before: SimulatedGrade
  readonly after: SimulatedGrade
  readonly lines: readonly SimulatedLine[]
}

export type SimulationResult = {
  readonly status: 'finished'
  readonly rulebook: {
    readonly id: string
    readonly reference: string
    readonly title: BothLanguages
    readonly illustrative: boolean
  }
  readonly division: string
  readonly subjectKind: SimulatedKind
  readonly asOf: string
  readonly from: string | null
  /** SHA-256 of what was asked, the rulebook's content and the ids of all events read. */
  readonly inputsDigest: string
  readonly events: number
  readonly subjects: number
  readonly moved: number
  readonly up: number
  readonly down: number
  readonly scoreChanged: number
  /** Why nobody moves, where that does not follow from the grades. */
  readonly note: BothLanguages | null
  readonly before: readonly SimulatedGradeCount[]
  readonly after: readonly SimulatedGradeCount[]
  readonly movements: readonly SimulatedMovement[]
}

type Reading = { readonly signal?: AbortSignal }

/** The calls of a client that are about simulations. */
export function simulationsOf(http: Http) {
  const at = (id: string) => `/v1/simulations/${encodeURIComponent(id)}`
  return {
    /** Begins one; nothing is written to the ledger. */
    simulate: async (rulebook: string, wish: SimulationWish): Promise<RunningSimulation> =>
      (
        await http.send<RunningSimulation>(
          'POST',
          `/v1/rulebooks/${encodeURIComponent(rulebook)}/simulations`,
          { body: { data: wish } },
        )
      ).data,
    /** How far it is, why it failed, or its result. */
    simulation: async (id: string, reading?: Reading) =>
      dataOf(
        await http.send<RunningSimulation | FailedSimulation | SimulationResult>('GET', at(id), reading),
      ),
    /** The latest first: running ones, and those that ended within the hour. */
    simulations: async (reading?: Reading) =>
      dataOf(
        await http.send<{
          readonly items: readonly (RunningSimulation | FailedSimulation | FinishedSimulation)[]
        }>('GET', '/v1/simulations', reading),
      ).items,
    /** Ends one that runs, forgets one that is over; only who began it may. */
    cancelSimulation: async (id: string): Promise<void> => {
      await http.send('DELETE', at(id))
    },
    /** Where the movements are as CSV, without the gateway's base. */
    simulationCsvPath: (id: string): string => `${at(id)}?format=csv`,
  }
}

function dataOf<Data>({ data }: Answer<Data>): Data {
  return data
}
