import { gradeOf, type Instant, type ProcessContent, type StageCode } from '@fireledger/domain'
import { ownAccount } from './actors.ts'
import type { Pace } from './calendar.ts'
import type { assessmentItems } from './data/assessment-items.ts'
import { digestOf, ulidOf } from './identifiers.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import type { City, Institution, Unit, World } from './world.ts'

/** One assessment under way, and the steps that more than one part of it takes. */

export type Item = (typeof assessmentItems)[number]

export type Assessment = {
  readonly world: World
  readonly city: City
  readonly key: string
  readonly id: string
  readonly project: string
  readonly institution: Institution
  readonly unit: Unit
  readonly random: Random
  readonly pace: Pace
  readonly team: Team
  /** Code of the process that it began under, and what that says. */
  process: string
  content: ProcessContent
  /** Of the latest draft. */
  reportNumber: string
  /** Evidence taken on site, on which findings may rest. */
  readonly onSite: { readonly id: string; readonly kind: string }[]
  /** What is planned to be checked. */
  readonly planned: Item[]
  /** The standing findings, by id. */
  readonly findings: Map<string, { readonly item: Item; readonly earned: number }>
}

export type Team = {
  readonly legalRepresentative: string
  readonly technicalLead: string
  readonly projectLead: string
  readonly engineers: readonly string[]
  readonly operators: readonly string[]
  readonly archivist: string
}

/** By the institution's own account, unless another actor is named. */
export type Act = Pick<Order, 'type' | 'data' | 'expected' | 'effectiveAt'> & Partial<Pick<Order, 'actor'>>

export function assessmentStep(life: Assessment, slot: number, act: Act): Step {
  const { institution, id, team, project, process } = life
  const account = ownAccount(institution)
  const signer = signerOf(act)
  const actor = signer === null ? account : { ...account, person: signer }
  const order = { category: 'assessment', id, actor, ...act }
  const { technicalLead, projectLead, engineers, operators } = team
  const people = [technicalLead, projectLead, ...engineers, ...operators]
  return { slot, order, reads: [institution.uscc, project, process, ...people] }
}

/** What counts as a signature: whoever gives it does so under a login that is their own. */
const signerFields = [
  'completedBy',
  'draftedBy',
  'checkedBy',
  'auditedBy',
  'issuedBy',
  'voidedBy',
  'archivedBy',
  'approvedBy',
  'judgedBy',
]

function signerOf({ data }: Act): string | null {
  const fields = data as Readonly<Record<string, unknown>>
  const signer = signerFields.map((field) => fields[field]).find((value) => typeof value === 'string')
  return typeof signer === 'string' ? signer : null
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
  const by = life.team[completedBy[code] ?? 'projectLead']
  return { type: 'CompleteStage', data: { stage: code, completedBy: by, score } }
}

/** Points earned of the full points, on a scale of 100, to 0.01. */
function scoreOf({ findings }: Assessment): number {
  const all = [...findings.values()]
  const earned = all.reduce((total, each) => total + each.earned, 0)
  const full = all.reduce((total, each) => total + each.item.full, 0)
  return Math.round((earned * 10_000) / full) / 100
}

/** On site it was taken at a moment of the stay by whoever was there; elsewhere it comes into being as it is recorded. */
type Taken = {
  readonly at: Instant
  readonly by: string
  readonly place: string
  readonly instrument?: string | null
}

export function evidence(
  life: Assessment,
  stage: StageCode,
  kind: string,
  title: string,
  taken: Taken | null = null,
): Step {
  const { random, pace, team, institution } = life
  const slot = pace.next()
  const evidenceId = ulidOf(pace.now, random)
  if (taken) life.onSite.push({ id: evidenceId, kind })
  return assessmentStep(life, slot, {
    type: 'RecordEvidence',
    data: {
      evidenceId,
      stage,
      kind,
      title,
      sha256: digestOf(random),
      recordedBy: taken?.by ?? team.projectLead,
      instrument: taken?.instrument ?? null,
      place: taken?.place ?? null,
      takenAt: taken?.at ?? pace.now,
      // The files of the story exist nowhere; institutions keep their own archives.
      heldElsewhere: { holder: institution.name, place: institution.address },
    },
  })
}

export function finding(
  life: Assessment,
  item: Item,
  earned: number,
  supersedes: string | null,
  newEvidence: readonly string[] = [],
): Step {
  const { random, pace, team, onSite } = life
  const slot = pace.next()
  const findingId = ulidOf(pace.now, random)
  const conforms = earned === item.full
  if (supersedes) life.findings.delete(supersedes)
  life.findings.set(findingId, { item, earned })
  return assessmentStep(life, slot, {
    type: 'RecordFinding',
    data: {
      findingId,
      item: item.code,
      class: item.class,
      conforms,
      score: { earned, full: item.full },
      description: conforms ? `${item.zh}：符合要求` : `${item.zh}：存在问题，扣${item.full - earned}分`,
      evidence: newEvidence.length > 0 ? newEvidence : random.sample(onSite, 2).map(({ id }) => id),
      recordedBy: team.projectLead,
      supersedes,
    },
  })
}

/** Score, grade, and what follows from each item of class A that does not conform. */
export function judgement(life: Assessment): Act {
  const fails = [...life.findings].filter(([, { item, earned }]) => item.class === 'A' && earned < item.full)
  const score = scoreOf(life)
  const directFails = fails.map(([finding, { item }]) => ({
    finding,
    handling: `${item.zh}不合格，直接判定为差；已书面告知单位立即改正并报送消防救援机构`,
  }))
  const grade = gradeOf(life.content, score, fails.length > 0)
  return { type: 'RecordJudgement', data: { score, grade, directFails, judgedBy: life.team.projectLead } }
}

/** What the report says: each shortcoming in a sentence of its own, the conclusion on all findings. */
function sentencesOf({ content, findings, unit }: Assessment) {
  if (content.sections.length === 0) return []
  const short = [...findings].filter(([, { item, earned }]) => earned < item.full)
  const hazards = short.map(([id, { item, earned }], place) => ({
    id: `3-${place + 1}`,
    section: 'hazards',
    text: `${item.zh}存在问题，扣${item.full - earned}分。`,
    findings: [id],
  }))
  const all = [...findings.keys()]
  return [
    {
      id: '1-1',
      section: 'overview',
      text: `${unit.name}建筑面积${unit.areaSquareMetres}平方米。`,
      findings: [],
    },
    ...hazards,
    {
      id: '4-1',
      section: 'conclusion',
      text: `共检查${all.length}项，不符合${short.length}项。`,
      findings: all,
    },
    { id: '5-1', section: 'advice', text: '对不符合项应制定整改计划并落实责任人。', findings: [] },
  ]
}

export function drafting(life: Assessment, bare = false): Act {
  const { random, team, reportNumber } = life
  const draftedBy = team.engineers[0] ?? team.projectLead
  const sentences = sentencesOf(life).map((each) => (bare ? { ...each, findings: [] } : each))
  return { type: 'DraftReport', data: { reportNumber, sha256: digestOf(random), draftedBy, sentences } }
}

/** Under the next suffix; whoever follows reads the new number. */
export function revising(life: Assessment, reason: string): Act {
  const { random, team, reportNumber: replaces } = life
  const [, root = replaces, suffix = '0'] = /^(.*?)(?:-(\d))?$/.exec(replaces) ?? []
  life.reportNumber = `${root}-${Number(suffix) + 1}`
  const numbers = { reportNumber: life.reportNumber, replaces }
  const file = { sha256: digestOf(random), draftedBy: team.projectLead }
  return { type: 'ReviseReport', data: { ...numbers, ...file, reason, sentences: sentencesOf(life) } }
}
