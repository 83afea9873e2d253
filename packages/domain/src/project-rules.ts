import { type Decision, type DecisionContext, refuse } from './decider.ts'
import { type InstitutionState, institution, institutionStatusAt } from './institution.ts'
import { type PracticeObstacle, practiceObstacleOn, practiceObstacles } from './practice-standing.ts'
import { practitioner } from './practitioner.ts'
import type { ContractData, ProjectEvent } from './project-events.ts'
import { isUnitClosedOn, unit } from './unit.ts'
import { dayOf, type Instant, type LocalDate, type Title } from './values.ts'

/** What institution, unit and leads must be on the day of an act. */

export type LeadFailure = {
  role: 'technicalLead' | 'projectLead'
  practitioner: string
  obstacle: PracticeObstacle | 'not-appointed'
}

const obstacleTitles: Readonly<Record<LeadFailure['obstacle'], Title>> = {
  ...practiceObstacles,
  'not-appointed': { zh: '不是本项目的负责人', en: 'was not appointed lead of this project' },
}
const roleTitles = {
  technicalLead: { zh: '技术负责人', en: 'technical lead' },
  projectLead: { zh: '项目负责人', en: 'project lead' },
} as const

/** Technical lead: grade one (Order 7 art. 12). Project lead: engineer (art. 13). Both employed here, on that day. */
export function leadFailures(
  leads: { readonly technicalLead: string; readonly projectLead: string },
  employer: string,
  day: LocalDate,
  context: DecisionContext,
): LeadFailure[] {
  const roles = [
    ['technicalLead', 'grade-one'],
    ['projectLead', 'engineer'],
  ] as const
  return roles.flatMap(([role, level]) => {
    const state = context.stateOf(practitioner, leads[role])
    const obstacle =
      state.status === 'unknown' ? 'unregistered' : practiceObstacleOn(state, day, employer, level)
    return obstacle === null ? [] : [{ role, practitioner: leads[role], obstacle }]
  })
}

export function describeFailures(failures: readonly LeadFailure[]): Title {
  return {
    zh: failures
      .map(({ role, obstacle }) => `${roleTitles[role].zh}在该日${obstacleTitles[obstacle].zh}`)
      .join('；'),
    en: failures
      .map(({ role, obstacle }) => `the ${roleTitles[role].en} ${obstacleTitles[obstacle].en} on that day`)
      .join('; '),
  }
}

const statusTitles: Readonly<Record<string, Title>> = {
  suspended: { zh: '被责令停止执业', en: 'was suspended' },
  withdrawn: { zh: '已退出', en: 'had withdrawn' },
  removed: { zh: '已被清理退出', en: 'had been removed' },
  banned: { zh: '已被市场禁入', en: 'was banned' },
}

/**
 * The refusal when the institution might not practise at that moment; null when it might. Since 2019 practice needs
 * conditions, not a licence: a registered institution may practise before its conditions are verified.
 */
export function refuseInstitution(state: InstitutionState, at: Instant) {
  const status = institutionStatusAt(state, at)
  if (status === 'registered' || status === 'active') return null
  const why = (status && statusTitles[status]) ?? { zh: '未登记', en: 'was not registered' }
  return refuse(
    'institution-may-not-practise',
    { zh: `机构在该日${why.zh}，不得从业`, en: `the institution ${why.en} on that day and may not practise` },
    ['O7:5', 'O7:29', 'FL:69'],
  )
}

/** What stands against this contract; null when nothing does. A contract of a barred institution is kept as a fact. */
export function contractFault(
  data: ContractData,
  at: Instant,
  context: DecisionContext,
): Decision<ProjectEvent> | null {
  const served = context.stateOf(unit, data.unit)
  if (served.status === 'unknown') {
    return refuse(
      'unit-not-registered',
      { zh: '被服务单位尚未登记', en: 'the unit is not registered; register it first' },
      ['O7:13'],
      '/data/unit',
    )
  }
  if (isUnitClosedOn(served, dayOf(at))) {
    return refuse(
      'unit-closed',
      { zh: '单位在该日已关闭', en: 'the unit was closed on that day' },
      ['O7:13'],
      '/data/unit',
    )
  }
  const provider = context.stateOf(institution, data.institution)
  const barred = refuseInstitution(provider, at)
  if (barred) {
    const attempt = { ...data, institutionStatus: institutionStatusAt(provider, at) }
    return { ...barred, recorded: [{ type: 'ContractAttempted', data: attempt }] }
  }
  if (provider.status === 'unknown' || [data.kind, 'both'].includes(provider.details.type)) return null
  return refuse(
    'service-outside-type',
    {
      zh: '项目类别不在机构的从业范围内',
      en: 'the institution does not offer this kind of service; see its type',
    },
    ['O7:5', 'O7:6'],
    '/data/kind',
  )
}
