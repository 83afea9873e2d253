import type { StageCode } from '@fireledger/domain'
import { ownAccount } from './actors.ts'
import type { Pace } from './calendar.ts'
import { digestOf } from './identifiers.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import type { Institution, Unit, World } from './world.ts'

/** One assessment under way, and the steps that more than one part of it takes. */

export type Assessment = {
  readonly world: World
  readonly key: string
  readonly id: string
  readonly project: string
  readonly institution: Institution
  readonly unit: Unit
  readonly random: Random
  readonly pace: Pace
  readonly team: Team
  /** Of the latest draft. */
  reportNumber: string
  /** Evidence taken on site. */
  readonly onSite: string[]
  /** Points of the standing findings, by finding id. */
  readonly points: Map<string, { readonly earned: number; readonly full: number }>
}

export type Team = {
  readonly legalRepresentative: string
  readonly technicalLead: string
  readonly projectLead: string
  readonly engineers: readonly string[]
  readonly operators: readonly string[]
  readonly archivist: string
}

export type Act = Pick<Order, 'type' | 'data' | 'expected'>

export function assessmentStep(life: Assessment, slot: number, act: Act): Step {
  const { institution, id, team } = life
  const order = { category: 'assessment', id, actor: ownAccount(institution), ...act }
  return {
    slot,
    order,
    reads: [institution.uscc, team.technicalLead, team.projectLead, ...team.engineers, ...team.operators],
  }
}

const completedBy: Readonly<Record<StageCode, keyof Team>> = {
  S1: 'legalRepresentative',
  S2: 'technicalLead',
  S3: 'projectLead',
  S4: 'projectLead',
  S5: 'projectLead',
  S6: 'projectLead',
  S7: 'technicalLead',
  S8: 'archivist',
}

export function completion(life: Assessment, code: StageCode): Act {
  const score = code === 'S5' ? scoreOf(life) : null
  return {
    type: 'CompleteStage',
    data: { stage: code, completedBy: life.team[completedBy[code] ?? 'projectLead'], score },
  }
}

/** Points earned of the full points, on a scale of 100, to 0.01. */
function scoreOf({ points }: Assessment): number {
  const all = [...points.values()]
  const sum = (pick: (point: { earned: number; full: number }) => number) =>
    all.reduce((total, point) => total + pick(point), 0)
  return Math.round((sum((point) => point.earned) * 10_000) / sum((point) => point.full)) / 100
}

export function drafting(life: Assessment, reportNumber: string): Act {
  const { random, team } = life
  const draftedBy = team.engineers[0] ?? team.projectLead
  return { type: 'DraftReport', data: { reportNumber, sha256: digestOf(random), draftedBy } }
}
