import { standingDirectFails } from '../assessment-judgement.ts'
import { assessmentScore, standingFindings } from '../assessment-state.ts'
import { gradeOf, type StageDefinition } from '../process-content.ts'
import {
  archivist,
  type Desk,
  type DeskCommand,
  division,
  engineer,
  idOf,
  instrument,
  lead,
  legal,
  operator,
  project,
  sha256,
  team,
  technical,
  unit,
  uscc,
} from './assessment-desk.ts'

/** How an assessment goes when nobody makes a mistake, act by act, by whatever process the desk has. */

export const reportNumber = 'CZPG-2026-001'

export function engagement(desk: Desk): DeskCommand {
  const data = { division, institution: uscc, unit, project, process: desk.code, team }
  return { type: 'EngageAssessment', data }
}

/** By the institution, as most do. */
const kept = { file: null, heldElsewhere: { holder: '常州安信消防', place: '竹林西路19号档案室' } }

export function evidence(desk: Desk, stage: string, kind: string, change = {}): DeskCommand {
  const piece = { title: kind, sha256, recordedBy: lead, instrument: null, place: null, ...kept }
  const data = { evidenceId: desk.id(), stage, kind, ...piece, takenAt: desk.now(), ...change }
  return { type: 'RecordEvidence', data }
}

export const plannedItems = [
  { item: '5.1.1', class: 'A' as const, population: 1, sample: 1 },
  { item: '5.2.1', class: 'B' as const, population: 40, sample: 8 },
  { item: '5.3.1', class: 'C' as const, population: 30, sample: 3 },
]
export const people = [
  { group: 'responsible', population: 2, planned: 2 },
  { group: 'control-room', population: 4, planned: 4 },
  { group: 'department-heads', population: 11, planned: 3 },
  { group: 'staff', population: 51, planned: 10 },
]
export const plan: DeskCommand = {
  type: 'RecordPlan',
  data: { items: plannedItems, interviews: people, preparedBy: lead, approvedBy: technical },
}

/** The plan, with those of the groups whom the process wants interviewed. */
function planOf(desk: Desk): DeskCommand {
  const groups = desk.content.sampling.interviews.map((each) => each.group)
  const asked = people.filter(({ group }) => groups.includes(group))
  return { ...plan, data: { ...plan.data, interviews: asked } } as DeskCommand
}

/** Id of the latest evidence of the stage. */
export function evidenceAt(desk: Desk, stage: string): string {
  return desk.known().evidence.findLast((each) => each.stage === stage)?.evidenceId ?? idOf(999)
}

export function presence(desk: Desk, stage: string, member: string, minutes = 90): DeskCommand {
  const where = { place: '一层大厅', latitude: 31.81, longitude: 119.97, evidence: evidenceAt(desk, stage) }
  const arrivedAt = desk.known().stageSince
  const leftAt = new Date(Date.parse(arrivedAt) + minutes * 60_000).toISOString()
  return { type: 'RecordPresence', data: { stage, member, arrivedAt, leftAt, ...where } }
}

export function interviews(desk: Desk, stage: string): DeskCommand {
  const held = people.map(({ group, planned }) => ({ group, count: planned }))
  return {
    type: 'RecordInterviews',
    data: { stage, held, evidence: evidenceAt(desk, stage), recordedBy: lead },
  }
}

type ItemClass = 'A' | 'B' | 'C'
export function finding(
  desk: Desk,
  stage: string,
  { item, class: itemClass }: { item: string; class: ItemClass },
  change: {
    conforms?: boolean
    earned?: number
    findingId?: string
    supersedes?: string | null
    evidence?: string[]
  } = {},
): DeskCommand {
  const { conforms = true, earned = conforms ? 10 : 4, supersedes = null } = change
  const data = {
    findingId: change.findingId ?? desk.id(),
    item,
    class: itemClass,
    conforms,
    score: { earned, full: 10 },
    description: conforms ? '符合要求' : '不符合要求',
    evidence: change.evidence ?? [evidenceAt(desk, stage)],
    recordedBy: engineer,
    supersedes,
  }
  return { type: 'RecordFinding', data }
}

export function judgement(desk: Desk, change = {}): DeskCommand {
  const state = desk.known()
  const fails = standingDirectFails(state)
  const score = assessmentScore(state)
  const grade = gradeOf(desk.content, score, fails.length > 0) ?? 'none'
  const directFails = fails.map(({ findingId }) => ({
    finding: findingId,
    handling: '限期改正，未改正前不得使用',
  }))
  return { type: 'RecordJudgement', data: { score, grade, directFails, judgedBy: lead, ...change } }
}

/** One sentence of each section, those that state results with the standing findings. */
export function sentences(desk: Desk) {
  const findings = standingFindings(desk.known()).map((each) => each.findingId)
  return desk.content.sections.map(({ section, statesResults }, index) => ({
    id: `${index + 1}`,
    section,
    text: statesResults ? '检查结果见所列各项。' : '该单位为商业综合体。',
    findings: statesResults ? findings : [],
  }))
}

export function draft(desk: Desk, change = {}): DeskCommand {
  const drafter = desk.content.signers.draft.at(-1) ?? 'projectLead'
  const data = { reportNumber, sha256, draftedBy: members[drafter], sentences: sentences(desk), ...change }
  return { type: 'DraftReport', data }
}
export const check = (number = reportNumber): DeskCommand => ({
  type: 'CheckReport',
  data: { reportNumber: number, checkedBy: lead },
})
export const audit = (number = reportNumber): DeskCommand => ({
  type: 'AuditReport',
  data: { reportNumber: number, auditedBy: technical },
})
export const issue = (number = reportNumber): DeskCommand => ({
  type: 'IssueReport',
  data: { reportNumber: number, issuedBy: legal, sha256 },
})
export const deliver = (desk: Desk, number = reportNumber): DeskCommand => ({
  type: 'DeliverReport',
  data: { reportNumber: number, deliveredOn: desk.day(), receiptSha256: sha256 },
})
export const archive: DeskCommand = {
  type: 'ArchiveAssessment',
  data: { indexSha256: sha256, archivedBy: archivist, retainUntil: '2033-01-01' },
}
export const voiding = (number: string, reason = '面积有误'): DeskCommand => ({
  type: 'VoidReport',
  data: { reportNumber: number, voidedBy: technical, reason },
})
export function revision(desk: Desk, change = {}): DeskCommand {
  const number = { reportNumber: `${reportNumber}-1`, replaces: reportNumber, sha256, draftedBy: lead }
  return {
    type: 'ReviseReport',
    data: { ...number, reason: '面积更正', sentences: sentences(desk), ...change },
  }
}

const members = {
  legalRepresentative: legal,
  technicalLead: technical,
  projectLead: lead,
  engineer,
  operator,
  archivist,
}

export function completion(desk: Desk, code: string, change = {}): DeskCommand {
  const stage = stageOf(desk, code)
  const scored = stage.gate.some(({ check }) => check === 'score-recomputes')
  const completedBy = members[stage.responsible[0] ?? 'projectLead']
  const score = scored ? assessmentScore(desk.known()) : null
  return { type: 'CompleteStage', data: { stage: code, completedBy, score, ...change } }
}

export function stageOf(desk: Desk, code: string): StageDefinition {
  const stage = desk.content.stages.find((each) => each.code === code)
  if (!stage) throw new Error(`no stage ${code}`)
  return stage
}

/** All the work of a stage but its completion; `without` leaves evidence of that kind, or acts of that type, undone. */
export function work(desk: Desk, code: string, without: readonly string[] = []): void {
  const stage = stageOf(desk, code)
  const get = (command: DeskCommand) => {
    if (!without.includes(command.type)) desk.get(command)
  }
  for (const { kind, required } of stage.evidence) {
    const used = stage.onSite && kind === 'instrument-list' ? { instrument } : {}
    if (required && !without.includes(kind)) desk.get(evidence(desk, code, kind, used))
  }
  if (stage.acts.includes('plan')) get(planOf(desk))
  if (stage.acts.includes('inspect') && stage.onSite) inspect(desk, stage, get)
  if (stage.acts.includes('judge')) get(judgement(desk))
  if (stage.acts.includes('draft')) get(draft(desk))
  if (stage.acts.includes('sign')) for (const command of [check(), audit(), issue()]) get(command)
  if (stage.acts.includes('deliver')) get(deliver(desk))
}

function inspect(desk: Desk, stage: StageDefinition, get: (command: DeskCommand) => void): void {
  desk.wait(3)
  for (const member of [lead, operator]) get(presence(desk, stage.code, member))
  if (desk.content.sampling.interviews.length > 0) get(interviews(desk, stage.code))
  for (const item of plannedItems) get(finding(desk, stage.code, item))
}

/** Everything up to the beginning of the stage; without one, to the end. */
export function until(desk: Desk, code?: string): Desk {
  desk.get(engagement(desk))
  for (const stage of desk.content.stages) {
    if (stage.code === code) return desk
    work(desk, stage.code)
    desk.get(completion(desk, stage.code))
  }
  return desk
}
