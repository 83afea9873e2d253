import type { LegalBasis } from './law.ts'
import { permitProcess } from './permit-process.ts'
import type { Title } from './values.ts'

/**
 * The eight stages of a fire safety assessment, as data. XF/T 3005-2020 ch. 7 gives the course of the work; the
 * numbering into eight, the evidence lists and the time limits are defaults of this house, replaceable by another
 * process version. An assessment keeps the version it began under.
 */

export const stageCodes = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8'] as const
export type StageCode = (typeof stageCodes)[number]

export const assessmentRoles = {
  legalRepresentative: { zh: '法定代表人', en: 'legal representative' },
  technicalLead: { zh: '技术负责人', en: 'technical lead' },
  projectLead: { zh: '项目负责人', en: 'project lead' },
  engineer: { zh: '注册消防工程师', en: 'engineer' },
  operator: { zh: '消防设施操作员', en: 'operator' },
  archivist: { zh: '档案管理人员', en: 'archivist' },
} as const satisfies Record<string, Title>
export type AssessmentRole = keyof typeof assessmentRoles

/** What must hold, beyond evidence and persons, before a stage is complete. */
export type GateCheck =
  /** The institution is active and may assess (type assessment or both). */
  | 'institution-entitled'
  /** Every practitioner of the team is registered, unexpired, not suspended and employed here. */
  | 'team-entitled'
  /** Every finding names evidence that was recorded on site (S4). */
  | 'findings-evidenced'
  /** The stated score is what the findings give. */
  | 'score-recomputes'
  | 'report-drafted'
  | 'report-issued'
  | 'report-delivered'

export type StageEvidence = { readonly kind: string; readonly title: Title; readonly required: boolean }

export type StageDefinition = {
  readonly code: StageCode
  readonly title: Title
  readonly evidence: readonly StageEvidence[]
  /** Who may complete the stage. */
  readonly responsible: readonly AssessmentRole[]
  readonly gate: readonly GateCheck[]
  /** Stages it may be returned to. */
  readonly backTo: readonly StageCode[]
  readonly limitWorkingDays: number
  readonly legalBasis: readonly LegalBasis[]
}

export type ProcessDefinition = {
  readonly code: string
  readonly title: Title
  readonly source: string
  readonly illustrative: boolean
  readonly stages: readonly StageDefinition[]
  /** Archives are kept at least so long (Order 7 art. 15). */
  readonly retentionYearsMin: number
}

function needed(kind: string, zh: string, en: string): StageEvidence {
  return { kind, title: { zh, en }, required: true }
}

function possible(kind: string, zh: string, en: string): StageEvidence {
  return { kind, title: { zh, en }, required: false }
}

const eightStages: readonly StageDefinition[] = [
  {
    code: 'S1',
    title: { zh: '承接与合同评审', en: 'Engagement and contract review' },
    evidence: [
      needed('request', '委托申请', 'client’s request'),
      needed('conflict-check', '利益冲突审查', 'conflict-of-interest check'),
      needed('capacity-check', '能力评审', 'capacity check'),
      needed('signed-contract', '已签合同', 'signed contract'),
      needed('system-entry', '系统录入凭证', 'proof of entry in the system'),
    ],
    responsible: ['legalRepresentative', 'technicalLead'],
    gate: ['institution-entitled'],
    backTo: [],
    limitWorkingDays: 5,
    legalBasis: ['O7:6', 'O7:13', 'XF3005:7'],
  },
  {
    code: 'S2',
    title: { zh: '组队与方案', en: 'Team and plan' },
    evidence: [
      needed('team-list', '项目组名单及注册编号', 'team list with registration numbers'),
      needed('plan', '评估方案', 'assessment plan'),
      needed('standards-list', '依据标准及版本', 'basis standards with versions'),
      needed('sampling-plan', '抽样方案', 'sampling plan'),
      needed('plan-approval', '方案审批记录', 'approval of the plan'),
    ],
    responsible: ['projectLead', 'technicalLead'],
    gate: ['team-entitled'],
    backTo: ['S1'],
    limitWorkingDays: 5,
    legalBasis: ['O7:11', 'O7:12', 'O7:13', 'XF3005:7'],
  },
  {
    code: 'S3',
    title: { zh: '资料收集', en: 'Data collection' },
    evidence: [
      needed('client-documents', '委托方资料', 'documents of the client'),
      needed('approvals', '消防审批文件', 'fire approvals'),
      needed('drawings', '图纸', 'drawings'),
      needed('maintenance-records', '维护保养记录', 'maintenance records'),
      needed('hazard-records', '隐患记录', 'hazard records'),
      needed('receipt-list', '资料接收清单', 'receipt list'),
    ],
    responsible: ['projectLead'],
    gate: [],
    backTo: ['S2'],
    limitWorkingDays: 10,
    legalBasis: ['XF3005:7'],
  },
  {
    code: 'S4',
    title: { zh: '现场检查测试', en: 'On-site check and test' },
    evidence: [
      needed('check-table', '检查测试记录表', 'check and test tables'),
      needed('site-image', '现场照片或视频', 'photographs or video with time and place'),
      needed('instrument-list', '仪器编号及校准', 'instruments with calibration'),
      needed('interview', '访谈记录', 'interviews'),
      needed('sign-in', '现场签到', 'sign-in on site'),
      needed('client-confirmation', '委托方确认', 'confirmation by the client'),
    ],
    responsible: ['projectLead'],
    gate: ['team-entitled', 'findings-evidenced'],
    backTo: ['S3'],
    limitWorkingDays: 20,
    legalBasis: ['O7:13', 'O7:14', 'XF3005:7'],
  },
  {
    code: 'S5',
    title: { zh: '分析判定', en: 'Analysis and judgement' },
    evidence: [
      needed('calculation-sheet', '评分计算表', 'calculation sheet'),
      needed('direct-fail-list', '直接判定项清单', 'list of direct-fail items'),
    ],
    responsible: ['projectLead', 'engineer'],
    gate: ['findings-evidenced', 'score-recomputes'],
    backTo: ['S4'],
    limitWorkingDays: 10,
    legalBasis: ['XF3005:7'],
  },
  {
    code: 'S6',
    title: { zh: '报告编制', en: 'Drafting the report' },
    evidence: [
      needed('draft-report', '报告初稿', 'draft report'),
      needed('team-certificates', '项目组证书', 'certificates of the team'),
      needed('system-printout', '系统打印件', 'printout of the system entry'),
    ],
    responsible: ['projectLead', 'engineer'],
    gate: ['report-drafted', 'findings-evidenced'],
    backTo: ['S5'],
    limitWorkingDays: 10,
    legalBasis: ['O7:14', 'XF3005:7'],
  },
  {
    code: 'S7',
    title: { zh: '审核签发', en: 'Review and issue' },
    evidence: [
      needed('review-record', '校核审核签发记录', 'record of check, audit and issue'),
      needed('sealed-report', '签章报告', 'report with signatures and seals'),
    ],
    responsible: ['technicalLead', 'legalRepresentative'],
    gate: ['report-issued'],
    backTo: ['S6', 'S5', 'S4'],
    limitWorkingDays: 5,
    legalBasis: ['O7:12', 'O7:14', 'XF3005:7'],
  },
  {
    code: 'S8',
    title: { zh: '交付归档回访', en: 'Delivery, archive and follow-up' },
    evidence: [
      needed('delivery-receipt', '交付回执', 'receipt of delivery'),
      needed('archive-index', '档案目录及哈希', 'archive index with hashes'),
      possible('cure-plan', '委托方整改计划', 'cure plan of the client'),
      possible('follow-up-record', '回访记录', 'record of the follow-up'),
    ],
    responsible: ['projectLead', 'archivist'],
    gate: ['report-delivered'],
    backTo: [],
    limitWorkingDays: 10,
    legalBasis: ['O7:15', 'XF3005:7'],
  },
]

/** Process definitions by code; an old one stays for the assessments that began under it. */
export const assessmentProcesses: Readonly<Record<string, ProcessDefinition>> = {
  'XF3005-EIGHT-1': {
    code: 'XF3005-EIGHT-1',
    title: { zh: '消防安全评估八阶段过程控制', en: 'Fire safety assessment in eight stages' },
    source:
      'XF/T 3005-2020 ch. 7 and Order 7; division into eight stages, evidence lists and limits are defaults',
    illustrative: true,
    stages: eightStages,
    retentionYearsMin: 6,
  },
  [permitProcess.code]: permitProcess,
}

export function findProcess(code: string): ProcessDefinition | undefined {
  return Object.hasOwn(assessmentProcesses, code) ? assessmentProcesses[code] : undefined
}

export function stageOf(process: ProcessDefinition, code: StageCode): StageDefinition {
  const stage = process.stages.find((each) => each.code === code)
  if (!stage) throw new Error(`${process.code} has no stage ${code}`)
  return stage
}

/** The stage after this one; null after the last. */
export function stageAfter(process: ProcessDefinition, code: StageCode): StageCode | null {
  return process.stages[process.stages.findIndex((each) => each.code === code) + 1]?.code ?? null
}
