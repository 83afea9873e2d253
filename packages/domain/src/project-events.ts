import { z } from 'zod'
import { type Concerns, type EventOf, event } from './category.ts'
import { unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { practiceObstacle } from './practice-standing.ts'
import {
  amountFen,
  areaSquareMetres,
  dayOf,
  type Instant,
  type LocalDate,
  localDate,
  sha256Hex,
  text,
  ulid,
} from './values.ts'

/** What can happen to a project, and what stands after it. The requests and their rules are in `project.ts`. */

export const projectKind = z.enum(['maintenance', 'assessment']).meta({
  description: 'maintenance 维护保养检测 · assessment 安全评估',
})

export const contractDetails = {
  institution: uscc,
  unit: ulid,
  kind: projectKind,
  contractNumber: text(60),
  /** First day of service. The contract was made on the day of `effectiveAt`. */
  from: localDate,
  /** Last day of service; null without a term. */
  until: localDate.nullable().default(null),
  /** Price in fen; null when it is not disclosed. */
  amountFen: amountFen.nullable().default(null),
  /** Floor area served. */
  areaSquareMetres: areaSquareMetres.nullable().default(null),
  division: divisionCode,
}

/** The two leads, by practitioner id; in a conclusion, the two who signed and sealed it. */
export const signers = { technicalLead: ulid, projectLead: ulid }

export const conclusionDetails = {
  number: text(60),
  documentSha256: sha256Hex,
  /** What the document concludes, in one or a few sentences. */
  conclusion: text(1000),
}

const failure = z.strictObject({
  role: z.enum(['technicalLead', 'projectLead']),
  practitioner: ulid,
  obstacle: z.enum([...practiceObstacle.options, 'not-appointed']),
})
const reason = text(500)

export const projectEvents = {
  /** A contract was made on the day of `effectiveAt`. Order 7 art. 13. */
  ProjectContracted: event({ zh: '签订项目合同', en: 'Project contracted', law: ['O7:13'] }, contractDetails),
  /** An institution that might not practise on that day tried to contract; refused, and kept as a fact. */
  ContractAttempted: event(
    { zh: '无从业资格签订合同（被拒）', en: 'Contract attempted', law: ['O7:13', 'O7:29'] },
    { ...contractDetails, institutionStatus: z.string().nullable() },
  ),
  /** Entered in the information system; due within five working days of the contract. Order 7 art. 20. */
  ProjectEntered: event(
    { zh: '项目录入系统', en: 'Project entered in the system', law: ['O7:20'] },
    {
      entryNumber: text(60),
      dueOn: localDate,
      /** Provisional when the due day was counted over a year whose holidays are not published. */
      duePrecision: z.enum(['final', 'provisional']),
      late: z.boolean(),
    },
  ),
  /** Technical lead (grade one) and project lead (registered engineer) named. Order 7 art. 12, 13. */
  LeadsAppointed: event(
    { zh: '确定技术负责人和项目负责人', en: 'Leads appointed', law: ['O7:12', 'O7:13'] },
    signers,
  ),
  /** Someone unqualified was to be appointed lead; refused, and kept as a fact. */
  LeadAppointmentAttempted: event(
    {
      zh: '任用不合格负责人（被拒）',
      en: 'Lead appointment attempted',
      law: ['O7:12', 'O7:13', 'O7:27(1)(2)'],
    },
    { ...signers, failures: z.array(failure).min(1) },
  ),
  /** A written conclusion, signed by both leads. Order 7 art. 14. */
  ConclusionIssued: event(
    { zh: '出具书面结论文件', en: 'Conclusion issued', law: ['O7:14'] },
    { ...conclusionDetails, ...signers },
  ),
  /** Someone who might not sign on that day was to sign; refused, and kept as a fact. */
  ConclusionAttempted: event(
    { zh: '不合格人员签署结论文件（被拒）', en: 'Conclusion attempted', law: ['O7:14', 'O7:28(2)'] },
    {
      number: text(60),
      documentSha256: sha256Hex,
      ...signers,
      failures: z.array(failure).min(1),
    },
  ),
  /** Stamped void, with the reason; stays visible. XF/T 3005-2020 ch. 7. */
  ConclusionVoided: event(
    { zh: '书面结论文件作废', en: 'Conclusion voided', law: ['O7:14', 'XF3005:7'] },
    { number: text(60), reason },
  ),
  /** Replaced by a new document under a new number, the first one's with -1, -2; the old one stays visible. */
  ConclusionRevised: event(
    { zh: '书面结论文件修订', en: 'Conclusion revised', law: ['O7:14', 'XF3005:7'] },
    { ...conclusionDetails, ...signers, revises: text(60), reason },
  ),
  /** Service ended: completed, or broken off. */
  ProjectConcluded: event(
    { zh: '项目结束', en: 'Project concluded', law: ['O7:13'] },
    { outcome: z.enum(['completed', 'terminated']), note: text(500).nullable().default(null) },
  ),
  /** Archive handed in, to be kept six years at least. Order 7 art. 15. */
  ArchiveDeposited: event(
    { zh: '项目档案归档', en: 'Archive deposited', law: ['O7:15'] },
    { indexSha256: sha256Hex, location: text(200), retainUntil: localDate },
  ),
}
export type ProjectEvent = EventOf<typeof projectEvents>
export type ContractData = Extract<ProjectEvent, { type: 'ProjectContracted' }>['data']

export type Conclusion = {
  readonly number: string
  /** The number without the suffix of a revision. */
  readonly firstNumber: string
  readonly revises: string | null
  readonly documentSha256: string
  readonly issuedAt: Instant
  readonly status: 'standing' | 'void' | 'revised'
}

export type ProjectState =
  | { readonly status: 'unknown'; readonly concerned: Concerns }
  | {
      readonly status: 'contracted' | 'concluded' | 'archived'
      readonly contract: ContractData
      readonly contractedOn: LocalDate
      readonly entered: { readonly on: LocalDate; readonly late: boolean } | null
      /** Each appointment with the moment from which it holds, in that order. */
      readonly leads: readonly {
        readonly from: Instant
        readonly technicalLead: string
        readonly projectLead: string
      }[]
      readonly conclusions: readonly Conclusion[]
      readonly concludedOn: LocalDate | null
      readonly retainUntil: LocalDate | null
      readonly concerned: Concerns
    }

export type KnownProject = Exclude<ProjectState, { status: 'unknown' }>

export const initialProjectState = {
  status: 'unknown',
  concerned: { division: null, institutions: [], practitioners: [], units: [] },
} as ProjectState

function concernedBy(before: Concerns, event: ProjectEvent): Concerns {
  const { data } = event
  const parties = 'institution' in data
  const people = 'technicalLead' in data ? [data.technicalLead, data.projectLead] : []
  return {
    division: parties ? data.division : before.division,
    institutions: parties ? [data.institution] : before.institutions,
    practitioners: [...new Set([...before.practitioners, ...people])],
    units: parties ? [data.unit] : before.units,
  }
}

export function evolveProject(state: ProjectState, event: ProjectEvent): ProjectState {
  const concerned = concernedBy(state.concerned, event)
  if (event.type === 'ContractAttempted') return { ...state, concerned }
  if (event.type === 'ProjectContracted') {
    return {
      status: 'contracted',
      contract: event.data,
      contractedOn: dayOf(event.effectiveAt),
      entered: null,
      leads: [],
      conclusions: [],
      concludedOn: null,
      retainUntil: null,
      concerned,
    }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before ProjectContracted`)
  return evolveKnown({ ...state, concerned }, event)
}

type LaterEvent = Exclude<ProjectEvent, { type: 'ProjectContracted' | 'ContractAttempted' }>

function evolveKnown(state: KnownProject, event: LaterEvent): KnownProject {
  const at = event.effectiveAt
  switch (event.type) {
    case 'ProjectEntered':
      return { ...state, entered: { on: dayOf(at), late: event.data.late } }
    case 'LeadsAppointed': {
      const leads = [...state.leads, { from: at, ...event.data }]
      return { ...state, leads: leads.sort((a, b) => Date.parse(a.from) - Date.parse(b.from)) }
    }
    case 'LeadAppointmentAttempted':
    case 'ConclusionAttempted':
      return state
    case 'ConclusionIssued': {
      const { number, documentSha256 } = event.data
      return withConclusion(state, {
        number,
        firstNumber: number,
        revises: null,
        documentSha256,
        issuedAt: at,
        status: 'standing',
      })
    }
    case 'ConclusionVoided':
      return stamp(state, event.data.number, 'void')
    case 'ConclusionRevised': {
      const { number, revises, documentSha256 } = event.data
      const firstNumber = state.conclusions.find((entry) => entry.number === revises)?.firstNumber ?? revises
      const revision = {
        number,
        firstNumber,
        revises,
        documentSha256,
        issuedAt: at,
        status: 'standing',
      } as const
      return withConclusion(stamp(state, revises, 'revised'), revision)
    }
    case 'ProjectConcluded':
      return { ...state, status: 'concluded', concludedOn: dayOf(at) }
    case 'ArchiveDeposited':
      return { ...state, status: 'archived', retainUntil: event.data.retainUntil }
    default:
      return unreachable(event)
  }
}

function withConclusion(state: KnownProject, conclusion: Conclusion): KnownProject {
  return { ...state, conclusions: [...state.conclusions, conclusion] }
}

function stamp(state: KnownProject, number: string, status: Conclusion['status']): KnownProject {
  const conclusions = state.conclusions.map((entry) =>
    entry.number === number ? { ...entry, status } : entry,
  )
  return { ...state, conclusions }
}
