import type { AssessmentEvent } from './assessment-events.ts'
import { refuseSignature } from './assessment-signatures.ts'
import { findStage, processOf } from './assessment-stages.ts'
import { type AssessmentEventData, type KnownAssessment, practitionersOf } from './assessment-state.ts'
import { refuseOutsideAct, refuseUnreached } from './assessment-turn.ts'
import { refuseStranger } from './assessment-work.ts'
import {
  accept,
  type Decision,
  type DecisionContext,
  type RefusalPart,
  refusalOf,
  refuse,
} from './decider.ts'
import type { LegalBasis } from './law.ts'
import { dayOf, type Instant } from './values.ts'

/** The plan, and what on site goes by it: presence and interviews. */

type Asked<Type extends AssessmentEvent['type']> = {
  readonly data: AssessmentEventData<Type>
  readonly effectiveAt: Instant
}
type Answer = Decision<AssessmentEvent>

/** Prepared by one who may, approved by the technical lead. Whatever is wrong with it is told at once. */
export function recordPlan(
  { data, effectiveAt }: Asked<'PlanRecorded'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.plan && JSON.stringify(state.plan) === JSON.stringify(data)) return accept<AssessmentEvent>()
  const outside = refuseOutsideAct(state, 'plan', context)
  if (outside) return outside
  const { signers } = processOf(state, context)
  const by = (member: string, pointer: string, roles: (typeof signers)['plan'], legalBasis: LegalBasis[]) => {
    const act = { act: 'plan' as const, day: dayOf(effectiveAt), stage: state.stage, reportNumber: null }
    const isNamedByOther = member === data.preparedBy && member !== data.approvedBy
    const signature = { ...act, member, pointer, roles, legalBasis, isNamedByOther }
    return refuseSignature(signature, state, context) ?? []
  }
  const unsigned = [
    by(data.preparedBy, '/data/preparedBy', signers.plan, ['O7:13', 'XF3005:7']),
    by(data.approvedBy, '/data/approvedBy', signers.audit, ['O7:12', 'XF3005:7']),
  ].flat()
  const refusal = refusalOf([
    ...unsigned.map((each) => each.refusal),
    ...groupFaults(data.interviews, '/data/interviews', state, context),
    ...repeatedItems(data.items),
  ])
  if (!refusal) return accept<AssessmentEvent>({ type: 'PlanRecorded', data })
  return { accepted: false, refusal, recorded: unsigned.flatMap((each) => each.recorded) }
}

function repeatedItems(items: AssessmentEventData<'PlanRecorded'>['items']): RefusalPart[] {
  const codes = items.map((each) => each.item)
  return codes.flatMap((item, index) => {
    if (codes.indexOf(item) === index) return []
    const message = {
      zh: `检查项${item}重复；请合并`,
      en: `item ${item} is planned twice; make one of them`,
    }
    return [
      {
        code: 'planned-item-repeated',
        message,
        legalBasis: ['XF3005:7'],
        pointer: `/data/items/${index}/item`,
      },
    ]
  })
}

function groupFaults(
  groups: readonly { readonly group: string }[],
  pointer: string,
  state: KnownAssessment,
  context: DecisionContext,
): RefusalPart[] {
  const known = processOf(state, context).sampling.interviews.map((each) => each.group)
  return groups.flatMap(({ group }, index) => {
    if (known.includes(group)) return []
    const names = known.join(', ') || '—'
    const message = {
      zh: `本评估过程没有访谈对象${group}；请用：${names}`,
      en: `the process knows no group ${group} to interview; name one of ${names}`,
    }
    return [
      {
        code: 'interview-group-unknown',
        message,
        legalBasis: ['XF3005:7'],
        pointer: `${pointer}/${index}/group`,
      },
    ]
  })
}

/** Null when evidence with that id is there. */
function refuseUnknownEvidence(state: KnownAssessment, id: string) {
  if (state.evidence.some((each) => each.evidenceId === id)) return null
  const message = {
    zh: `没有证据${id}；请先登记证据`,
    en: `there is no evidence ${id}; record it first`,
  }
  return refuse('evidence-unknown', message, ['XF3005:7'], '/data/evidence')
}

export function recordPresence(
  { data }: Asked<'PresenceRecorded'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.presence.some((each) => JSON.stringify(each) === JSON.stringify(data)))
    return accept<AssessmentEvent>()
  const unreached = refuseUnreached(state, data.stage, '/data/stage')
  if (unreached) return unreached
  if (!findStage(processOf(state, context), data.stage)?.onSite) {
    const message = {
      zh: `${data.stage}不是现场阶段；请登记在现场阶段`,
      en: `stage ${data.stage} is not on site; record presence in one that is`,
    }
    return refuse('stage-not-on-site', message, ['O7:28(4)', 'XF3005:7'], '/data/stage')
  }
  if (!practitionersOf(state.team).includes(data.member))
    return refuseStranger(state, data.member, '/data/member', 'practitioner') ?? accept<AssessmentEvent>()
  return (
    refuseUntimely(data, state, context) ??
    refuseUnknownEvidence(state, data.evidence) ??
    accept<AssessmentEvent>({ type: 'PresenceRecorded', data })
  )
}

function refuseUntimely(
  data: AssessmentEventData<'PresenceRecorded'>,
  state: KnownAssessment,
  context: DecisionContext,
) {
  const since = state.firstEntered[data.stage]
  if (since !== undefined && data.arrivedAt < since) {
    const message = {
      zh: `${data.stage}阶段于${since}开始，到场时间在此之前；请更正`,
      en: `stage ${data.stage} began at ${since}, the arrival lies before; correct it`,
    }
    return refuse('presence-before-stage', message, ['O7:28(4)', 'XF3005:7'], '/data/arrivedAt')
  }
  if (data.leftAt <= data.arrivedAt) {
    const message = {
      zh: '离开时间不晚于到达时间；请更正',
      en: 'the departure does not come after the arrival; correct one of them',
    }
    return refuse('presence-period-wrong', message, ['O7:28(4)'], '/data/leftAt')
  }
  if (data.leftAt <= context.now) return null
  const message = {
    zh: '离开时间晚于现在；请事后登记',
    en: 'the departure lies in the future; record it afterwards',
  }
  return refuse('in-the-future', message, ['O7:28(4)'], '/data/leftAt')
}

export function recordInterviews(
  { data }: Asked<'InterviewsRecorded'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const same = data.held.every(({ group, count }) => {
    const known = Object.hasOwn(state.interviews, group) ? state.interviews[group] : undefined
    return known?.count === count && known.evidence === data.evidence
  })
  if (same) return accept<AssessmentEvent>()
  const outside =
    refuseUnreached(state, data.stage, '/data/stage') ?? refuseOutsideAct(state, 'inspect', context)
  if (outside) return outside
  const unknown = refusalOf(groupFaults(data.held, '/data/held', state, context))
  if (unknown) return { accepted: false, refusal: unknown, recorded: [] }
  return (
    refuseUnknownEvidence(state, data.evidence) ??
    refuseStranger(state, data.recordedBy, '/data/recordedBy') ??
    accept<AssessmentEvent>({ type: 'InterviewsRecorded', data })
  )
}
