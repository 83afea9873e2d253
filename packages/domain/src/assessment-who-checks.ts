import type { Gate } from './assessment-gates.ts'
import { teamObstacles } from './assessment-signatures.ts'
import type { RefusalPart } from './decider.ts'
import { institution, institutionStatusAt } from './institution.ts'
import type { LegalBasis } from './law.ts'
import { project } from './project.ts'
import { dayOf } from './values.ts'

/** Who assesses: the institution, its contract, its team, each on the day in question. */

/** The institution must be active on that moment, and of a type that may assess. Order 7 art. 6, 7. */
export function missingInstitution({
  state,
  context,
  at,
}: Pick<Gate, 'state' | 'context' | 'at'>): RefusalPart[] {
  const legalBasis: LegalBasis[] = ['O7:6', 'O7:7']
  const known = context.stateOf(institution, state.institution)
  const status = institutionStatusAt(known, at)
  if (known.status === 'unknown' || status !== 'active') {
    const message = {
      zh: `机构${state.institution}在${dayOf(at)}不处于执业状态（${status ?? '未登记'}）；恢复执业前不得进行`,
      en: `institution ${state.institution} was not active on ${dayOf(at)} (${status ?? 'not registered'}); it may go on once it is`,
    }
    return [{ code: 'institution-not-active', message, legalBasis }]
  }
  if (known.details.type !== 'maintenance') return []
  const message = {
    zh: `机构${state.institution}只从事维护保养检测，不得承接安全评估；请由具备条件的机构承接`,
    en: `institution ${state.institution} is for maintenance and testing only and may not assess; let one do it that may`,
  }
  return [{ code: 'institution-out-of-scope', message, legalBasis }]
}

/** Contracted by this institution for this unit, and entered in the system. Order 7 art. 13, 20. */
export function missingContract({ state, context, stage, at }: Gate): RefusalPart[] {
  const { legalBasis } = stage
  const part = (code: string, zh: string, en: string) => [{ code, message: { zh, en }, legalBasis }]
  if (state.project === null) {
    const [zh, en] = [
      '未关联技术服务合同；请以合同项目重新承接，或说明理由予以豁免',
      'no contract is named; engage anew with its project, or waive this with a reason',
    ]
    return part('contract-missing', zh, en)
  }
  const known = context.stateOf(project, state.project)
  if (known.status === 'unknown') {
    const [zh, en] = [
      `没有合同项目${state.project}；请先登记合同`,
      `there is no project ${state.project}; record its contract first`,
    ]
    return part('contract-missing', zh, en)
  }
  const { contract, entered, concludedOn } = known
  const same = contract.institution === state.institution && contract.unit === state.unit
  if (!same || contract.kind !== 'assessment') {
    const zh = `合同项目${state.project}不是本机构与该单位的安全评估合同；请以正确的项目重新承接`
    const en = `project ${state.project} is no contract of this institution to assess this unit; engage anew with the right one`
    return part('contract-of-others', zh, en)
  }
  if (concludedOn !== null && concludedOn < dayOf(at)) {
    const zh = `合同项目${state.project}已于${concludedOn}结束；请重新签订合同`
    return part(
      'contract-concluded',
      zh,
      `project ${state.project} ended on ${concludedOn}; make a new contract`,
    )
  }
  if (entered !== null && entered.on <= dayOf(at)) return []
  const zh = `合同项目${state.project}尚未录入系统；请先录入`
  return part(
    'contract-not-entered',
    zh,
    `project ${state.project} is not entered in the system; enter it first`,
  )
}

/** Every practitioner of the team is registered, unexpired, not suspended and employed here, each by the role's level. */
export function missingTeam({ stage, state, context, at }: Gate): RefusalPart[] {
  return teamObstacles(state, context, dayOf(at)).map(({ zh, en }) => ({
    code: 'team-not-entitled',
    message: { zh: `${zh}；请变更项目组`, en: `${en}; change the team` },
    legalBasis: [...new Set<LegalBasis>(['O7:11', ...stage.legalBasis])],
  }))
}
