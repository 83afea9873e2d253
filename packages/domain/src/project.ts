import { z } from 'zod'
import { type CommandOf, command, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, type Reliance, refuse, unreachable } from './decider.ts'
import { institution } from './institution.ts'
import {
  conclusionDetails,
  contractDetails,
  evolveProject,
  initialProjectState,
  type KnownProject,
  type ProjectEvent,
  type ProjectState,
  projectEvents,
  signers,
} from './project-events.ts'
import {
  contractFault,
  describeFailures,
  type LeadFailure,
  leadFailures,
  refuseInstitution,
} from './project-rules.ts'
import { addMonths, dayOf, type Instant, type LocalDate, localDate, sha256Hex, text, ulid } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/**
 * Project 技术服务项目: one contract of an institution with a unit. Stream `project-<ULID>`.
 * contracted → (entered in the system, leads appointed, conclusions) → concluded → archived. Order 7 art. 12–16, 20.
 * Events, state and fold are in `project-events.ts`; what others must be for the act is in `project-rules.ts`.
 */

const reason = text(500)

export const projectCommands = {
  ContractProject: command(
    { zh: '签订项目合同', en: 'Contract project', law: ['O7:13'], permission: 'assess', opens: true },
    contractDetails,
  ),
  EnterProject: command(
    { zh: '项目录入系统', en: 'Enter project in the system', law: ['O7:20'], permission: 'assess' },
    { entryNumber: text(60) },
  ),
  AppointLeads: command(
    { zh: '确定技术负责人和项目负责人', en: 'Appoint leads', law: ['O7:12', 'O7:13'], permission: 'assess' },
    signers,
  ),
  IssueConclusion: command(
    { zh: '出具书面结论文件', en: 'Issue conclusion', law: ['O7:14'], permission: 'assess' },
    { ...conclusionDetails, ...signers },
  ),
  VoidConclusion: command(
    { zh: '作废书面结论文件', en: 'Void conclusion', law: ['O7:14', 'XF3005:7'], permission: 'assess' },
    { number: conclusionDetails.number, reason },
  ),
  ReviseConclusion: command(
    { zh: '修订书面结论文件', en: 'Revise conclusion', law: ['O7:14', 'XF3005:7'], permission: 'assess' },
    {
      revises: conclusionDetails.number,
      documentSha256: conclusionDetails.documentSha256,
      conclusion: conclusionDetails.conclusion,
      ...signers,
      reason,
    },
  ),
  ConcludeProject: command(
    { zh: '项目结束', en: 'Conclude project', law: ['O7:13'], permission: 'assess' },
    { outcome: z.enum(['completed', 'terminated']), note: text(500).nullable().default(null) },
  ),
  DepositArchive: command(
    { zh: '项目档案归档', en: 'Deposit archive', law: ['O7:15'], permission: 'assess' },
    { indexSha256: sha256Hex, location: text(200), retainUntil: localDate },
  ),
}
export type ProjectCommand = CommandOf<typeof projectCommands>
type Command<Type extends ProjectCommand['type']> = Extract<ProjectCommand, { type: Type }>

const entryDaysMax = 5
const archiveMonthsMin = 6 * 12

function reliesOn(command: ProjectCommand, state: ProjectState): readonly Reliance[] {
  if (command.type === 'ContractProject') {
    return [
      { category: 'institution', id: command.data.institution },
      { category: 'unit', id: command.data.unit },
    ]
  }
  if (!('technicalLead' in command.data) || state.status === 'unknown') return []
  const { technicalLead, projectLead } = command.data
  const people = technicalLead === projectLead ? [technicalLead] : [technicalLead, projectLead]
  return [
    { category: 'institution', id: state.contract.institution },
    ...people.map((id) => ({ category: 'practitioner', id })),
  ]
}

function decide(
  command: ProjectCommand,
  state: ProjectState,
  context: DecisionContext,
): Decision<ProjectEvent> {
  if (command.type === 'ContractProject') return contract(command, state, context)
  if (state.status === 'unknown') {
    return refuse(
      'project-not-contracted',
      { zh: '项目合同尚未登记', en: 'the project is not contracted; record its contract first' },
      ['O7:13', 'O7:28(3)'],
    )
  }
  switch (command.type) {
    case 'EnterProject':
      return enter(command, state)
    case 'AppointLeads':
      return appoint(command, state, context)
    case 'IssueConclusion':
      return issue(command, state, context)
    case 'VoidConclusion':
      return voidConclusion(command, state)
    case 'ReviseConclusion':
      return revise(command, state, context)
    case 'ConcludeProject':
      return state.status === 'contracted'
        ? accept({ type: 'ProjectConcluded', data: command.data })
        : accept()
    case 'DepositArchive':
      return deposit(command, state)
    default:
      return unreachable(command)
  }
}

function contract(
  command: Command<'ContractProject'>,
  state: ProjectState,
  context: DecisionContext,
): Decision<ProjectEvent> {
  if (state.status !== 'unknown') {
    return refuse(
      'project-already-contracted',
      { zh: '该项目合同已登记', en: 'this project is already contracted; use a new id for another contract' },
      ['O7:13'],
    )
  }
  const { from, until } = command.data
  if (until !== null && until < from) {
    return refuse(
      'period-reversed',
      { zh: '服务期限截止日早于起始日', en: 'the service ends before it begins' },
      ['O7:13'],
      '/data/until',
    )
  }
  return (
    contractFault(command.data, command.effectiveAt, context) ??
    accept({ type: 'ProjectContracted', data: command.data })
  )
}

/** Late entry is a fact, with consequences elsewhere; it is never refused. */
function enter(command: Command<'EnterProject'>, state: KnownProject): Decision<ProjectEvent> {
  if (state.entered !== null) return accept()
  const due = addWorkingDays(state.contractedOn, entryDaysMax)
  return accept({
    type: 'ProjectEntered',
    data: {
      ...command.data,
      dueOn: due.day,
      duePrecision: due.provisional ? 'provisional' : 'final',
      late: dayOf(command.effectiveAt) > due.day,
    },
  })
}

function appoint(
  command: Command<'AppointLeads'>,
  state: KnownProject,
  context: DecisionContext,
): Decision<ProjectEvent> {
  if (isOver(state, dayOf(command.effectiveAt))) return refuseConcluded()
  const { technicalLead, projectLead } = command.data
  const last = state.leads.at(-1)
  if (last?.technicalLead === technicalLead && last.projectLead === projectLead) return accept()
  const day = dayOf(command.effectiveAt)
  const barred = refuseInstitution(
    context.stateOf(institution, state.contract.institution),
    command.effectiveAt,
  )
  if (barred) return barred
  const failures = leadFailures(command.data, state.contract.institution, day, context)
  if (failures.length === 0) return accept({ type: 'LeadsAppointed', data: command.data })
  return {
    ...refuseLeads('lead-not-qualified', failures),
    recorded: [{ type: 'LeadAppointmentAttempted', data: { ...command.data, failures } }],
  }
}

type Signed = { readonly technicalLead: string; readonly projectLead: string }

/** Whether these two could sign for the project on that day; the refusal records the attempt. */
function signatureFault(
  signed: Signed,
  document: { readonly number: string; readonly documentSha256: string },
  state: KnownProject,
  at: Instant,
  context: DecisionContext,
): Decision<ProjectEvent> | null {
  const day = dayOf(at)
  const barred = refuseInstitution(context.stateOf(institution, state.contract.institution), at)
  if (barred) return barred
  const leads = state.leads.findLast((entry) => dayOf(entry.from) <= day)
  if (!leads) {
    return refuse(
      'leads-not-appointed',
      {
        zh: '该日尚未确定技术负责人和项目负责人',
        en: 'no leads were appointed by that day; appoint them first',
      },
      ['O7:13', 'O7:28(1)'],
    )
  }
  const failures = leadFailures(signed, state.contract.institution, day, context)
  for (const role of ['technicalLead', 'projectLead'] as const) {
    if (signed[role] !== leads[role])
      failures.push({ role, practitioner: signed[role], obstacle: 'not-appointed' })
  }
  if (failures.length === 0) return null
  const { technicalLead, projectLead } = signed
  return {
    ...refuseLeads('signer-not-qualified', failures),
    recorded: [
      {
        type: 'ConclusionAttempted',
        data: {
          number: document.number,
          documentSha256: document.documentSha256,
          technicalLead,
          projectLead,
          failures,
        },
      },
    ],
  }
}

function issue(
  command: Command<'IssueConclusion'>,
  state: KnownProject,
  context: DecisionContext,
): Decision<ProjectEvent> {
  const { number, documentSha256 } = command.data
  const existing = state.conclusions.find((entry) => entry.number === number)
  if (existing) {
    if (existing.documentSha256 === documentSha256 && existing.status === 'standing') return accept()
    return refuse(
      'conclusion-number-taken',
      {
        zh: '该文件编号已使用，修订须使用新编号',
        en: 'this number is taken; revise the conclusion under a new number',
      },
      ['XF3005:7'],
      '/data/number',
    )
  }
  if (isOver(state, dayOf(command.effectiveAt))) return refuseConcluded()
  return (
    signatureFault(command.data, command.data, state, command.effectiveAt, context) ??
    accept({ type: 'ConclusionIssued', data: command.data })
  )
}

function voidConclusion(command: Command<'VoidConclusion'>, state: KnownProject): Decision<ProjectEvent> {
  const existing = state.conclusions.find((entry) => entry.number === command.data.number)
  if (!existing) return refuseUnknownNumber('/data/number')
  if (existing.status === 'void') return accept()
  if (existing.status === 'revised') return refuseRevised('/data/number')
  return accept({ type: 'ConclusionVoided', data: command.data })
}

/** The old document stays and is stamped; the new one has the first number with the next suffix: -1, -2. */
function revise(
  command: Command<'ReviseConclusion'>,
  state: KnownProject,
  context: DecisionContext,
): Decision<ProjectEvent> {
  const { revises, documentSha256 } = command.data
  const existing = state.conclusions.find((entry) => entry.number === revises)
  if (!existing) return refuseUnknownNumber('/data/revises')
  if (existing.status === 'revised') {
    const successor = state.conclusions.find((entry) => entry.revises === revises)
    return successor?.documentSha256 === documentSha256 ? accept() : refuseRevised('/data/revises')
  }
  const earlier = state.conclusions.filter((entry) => entry.firstNumber === existing.firstNumber).length
  const number = `${existing.firstNumber}-${earlier}`
  if (state.conclusions.some((entry) => entry.number === number)) return refuseRevised('/data/revises')
  return (
    signatureFault(command.data, { number, documentSha256 }, state, command.effectiveAt, context) ??
    accept({ type: 'ConclusionRevised', data: { ...command.data, number } })
  )
}

function deposit(command: Command<'DepositArchive'>, state: KnownProject): Decision<ProjectEvent> {
  if (state.status === 'archived') return accept()
  if (state.status === 'contracted' || state.concludedOn === null) {
    return refuse(
      'project-not-concluded',
      { zh: '项目尚未结束', en: 'the project is not concluded; conclude it before archiving' },
      ['O7:15'],
    )
  }
  const least = addMonths(state.concludedOn, archiveMonthsMin)
  if (command.data.retainUntil >= least) return accept({ type: 'ArchiveDeposited', data: command.data })
  return refuse(
    'retention-too-short',
    { zh: `档案至少保管六年，即至${least}`, en: `archives are kept six years at least, until ${least}` },
    ['O7:15'],
    '/data/retainUntil',
  )
}

function refuseLeads(code: string, failures: readonly LeadFailure[]) {
  const first = failures[0]
  const pointer = first ? `/data/${first.role}` : '/data'
  return refuse(code, describeFailures(failures), ['O7:12', 'O7:13', 'O7:14'], pointer)
}

/** What was done before the project was concluded, or on its last day, may be recorded after it. */
function isOver(state: KnownProject, day: LocalDate): boolean {
  return state.concludedOn !== null && state.concludedOn < day
}

function refuseConcluded() {
  return refuse('project-concluded', { zh: '项目已结束', en: 'the project is concluded' }, ['O7:13'])
}

function refuseUnknownNumber(pointer: string) {
  return refuse(
    'conclusion-unknown',
    { zh: '本项目没有该编号的文件', en: 'this project has no conclusion of that number' },
    ['O7:14'],
    pointer,
  )
}

function refuseRevised(pointer: string) {
  return refuse(
    'conclusion-already-revised',
    { zh: '该文件已被修订，请使用其最新编号', en: 'that conclusion was revised; name its latest number' },
    ['XF3005:7'],
    pointer,
  )
}

export const project = streamCategory({
  name: 'project',
  path: 'projects',
  title: { zh: '技术服务项目', en: 'Project' },
  id: ulid,
  visibility: 'register',
  events: projectEvents,
  commands: projectCommands,
  initialState: initialProjectState,
  evolve: evolveProject,
  reliesOn,
  decide,
  concerns: (state) => state.concerned,
})
