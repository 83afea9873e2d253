import type { AssessmentEvent } from './assessment-events.ts'
import { refuseSignature, rolesOf } from './assessment-signatures.ts'
import { comesBefore, findStage, placeOf, processOf } from './assessment-stages.ts'
import { type KnownAssessment, practitionersOf, standingFindings } from './assessment-state.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import { officerId } from './officers.ts'
import type { StageCode } from './process-content.ts'
import { addMonths, dayOf, type Instant } from './values.ts'

/** The work inside the stages: evidence, findings, returns, waivers, the archive and the follow-up. */

type EventData<Type extends AssessmentEvent['type']> = Extract<AssessmentEvent, { type: Type }>['data']
type Asked<Data> = { readonly data: Data; readonly effectiveAt: Instant }
type Answer = Decision<AssessmentEvent>

function refuseStranger(state: KnownAssessment, member: string, pointer: string) {
  if (practitionersOf(state.team).includes(member) || rolesOf(state.team, member).length > 0) return null
  const text = { zh: `${member}不在项目组内`, en: `${member} is not in the team of this assessment` }
  return refuse('not-in-team', text, ['O7:13', 'XF3005:7'], pointer)
}

function refuseStrangerUnlessOfficer(state: KnownAssessment, who: string, pointer: string) {
  return officerId.safeParse(who).success && who.startsWith('officer-')
    ? null
    : refuseStranger(state, who, pointer)
}

function refuseUnknownStage(state: KnownAssessment, stage: StageCode, pointer: string) {
  if (placeOf(state.stages, stage) !== -1) return null
  const codes = state.stages.map((each) => each.code)
  const text = {
    zh: `本评估过程没有阶段${stage}（有：${codes.join('、')}）`,
    en: `the process has no stage ${stage}; it has ${codes.join(', ')}`,
  }
  return refuse('stage-unknown', text, ['XF3005:7'], pointer)
}

/** Null when the stage in work is this one or a later one. */
function refuseUnreached(state: KnownAssessment, stage: StageCode, pointer: string) {
  const unknown = refuseUnknownStage(state, stage, pointer)
  if (unknown) return unknown
  if (state.stage === null || !comesBefore(state.stages, state.stage, stage)) return null
  const text = {
    zh: `尚未进入${stage}阶段`,
    en: `stage ${stage} is not reached; the stage in work is ${state.stage}`,
  }
  return refuse('stage-not-reached', text, ['XF3005:7'], pointer)
}

export function recordEvidence(
  { data }: Asked<EventData<'EvidenceRecorded'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const known = state.evidence.find((each) => each.evidenceId === data.evidenceId)
  if (known) {
    const same = known.stage === data.stage && known.kind === data.kind && known.sha256 === data.sha256
    if (same) return accept<AssessmentEvent>()
    const text = { zh: '证据编号已使用', en: 'this evidence id names another piece of evidence' }
    return refuse('evidence-id-used', text, ['XF3005:7'], '/data/evidenceId')
  }
  const unreached = refuseUnreached(state, data.stage, '/data/stage')
  if (unreached) return unreached
  const kinds = findStage(processOf(state, context), data.stage)?.evidence.map((each) => each.kind) ?? []
  if (!kinds.includes(data.kind)) {
    const text = {
      zh: `${data.stage}阶段没有证据种类${data.kind}（可用：${kinds.join('、')}）`,
      en: `stage ${data.stage} has no evidence of the kind ${data.kind}; it has ${kinds.join(', ')}`,
    }
    return refuse('evidence-kind-unknown', text, ['XF3005:7'], '/data/kind')
  }
  if (data.takenAt > context.now) {
    const text = { zh: '证据形成时间晚于现在', en: 'the evidence was taken in the future' }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/takenAt')
  }
  return (
    refuseStranger(state, data.recordedBy, '/data/recordedBy') ??
    accept<AssessmentEvent>({ type: 'EvidenceRecorded', data })
  )
}

export function recordFinding(
  { data }: Asked<EventData<'FindingRecorded'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { description: _, recordedBy, ...kept } = data
  const known = state.findings.find((each) => each.findingId === data.findingId)
  if (known) {
    if (sameFinding(known, kept)) return accept<AssessmentEvent>()
    const text = {
      zh: '检查结果编号已使用',
      en: 'this finding id names another finding; correct it by a new one',
    }
    return refuse('finding-id-used', text, ['XF3005:7'], '/data/findingId')
  }
  const stages = processOf(state, context).stages.filter((each) => each.acts.includes('inspect'))
  if (!stages.some((each) => each.code === state.stage)) {
    const codes = stages.map((each) => each.code)
    const text = {
      zh: `检查结果只能在${codes.join('、')}阶段登记，当前阶段是${state.stage ?? '无'}`,
      en: `findings are recorded in ${codes.join(', ')}; the stage in work is ${state.stage ?? 'none'}`,
    }
    return refuse('stage-not-current', text, ['XF3005:7'])
  }
  const there = new Set(state.evidence.map((each) => each.evidenceId))
  const unknown = data.evidence.findIndex((id) => !there.has(id))
  if (unknown !== -1) {
    const text = {
      zh: `没有证据${data.evidence[unknown]}`,
      en: `there is no evidence ${data.evidence[unknown]}`,
    }
    return refuse('evidence-unknown', text, ['XF3005:7'], `/data/evidence/${unknown}`)
  }
  if (
    data.supersedes !== null &&
    !standingFindings(state).some((each) => each.findingId === data.supersedes)
  ) {
    const text = { zh: '没有可更正的检查结果', en: 'the finding to correct does not stand' }
    return refuse('finding-unknown', text, ['XF3005:7'], '/data/supersedes')
  }
  return (
    refuseStranger(state, recordedBy, '/data/recordedBy') ??
    accept<AssessmentEvent>({ type: 'FindingRecorded', data })
  )
}

type Finding = KnownAssessment['findings'][number]

function sameFinding(a: Finding, b: Finding): boolean {
  return (
    a.item === b.item &&
    a.class === b.class &&
    a.conforms === b.conforms &&
    a.supersedes === b.supersedes &&
    a.score?.earned === b.score?.earned &&
    a.score?.full === b.score?.full &&
    a.evidence.join() === b.evidence.join()
  )
}

export function returnStage(
  { data }: Asked<EventData<'StageReturned'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.stage === data.to) return accept<AssessmentEvent>()
  const stage = state.stage === null ? undefined : findStage(processOf(state, context), state.stage)
  if (!stage || stage.code !== data.stage || !stage.backTo.includes(data.to)) {
    const allowed = stage?.backTo.join('、') || '—'
    const text = {
      zh: `当前阶段${state.stage ?? '无'}可退回：${allowed}`,
      en: `from the stage in work (${state.stage ?? 'none'}) it can go back to: ${allowed}`,
    }
    return refuse('stage-return-not-allowed', text, ['XF3005:7'], '/data/to')
  }
  const issued = state.reports.find((each) => each.issuedBy !== null && !each.voided)
  if (issued) {
    const text = {
      zh: `报告${issued.reportNumber}已签发，请先作废或修订`,
      en: `report ${issued.reportNumber} is issued; void or revise it instead`,
    }
    return refuse('report-issued-already', text, ['XF3005:7'])
  }
  return (
    refuseStrangerUnlessOfficer(state, data.returnedBy, '/data/returnedBy') ??
    accept<AssessmentEvent>({ type: 'StageReturned', data })
  )
}

export function waiveGate(
  { data }: Asked<EventData<'GateWaived'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { stage, requirement } = data
  if (state.waivers.some((each) => each.stage === stage && each.requirement === requirement))
    return accept<AssessmentEvent>()
  const unknown = refuseUnknownStage(state, stage, '/data/stage')
  if (unknown) return unknown
  const definition = findStage(processOf(state, context), stage)
  const required = definition?.evidence.filter((each) => each.required) ?? []
  if (!required.some((each) => each.kind === requirement)) {
    const kinds = required.map((each) => each.kind).join(', ')
    const text = {
      zh: `${stage}阶段没有此项必备证据；人员和机构资格不得豁免（可豁免：${kinds}）`,
      en: `${stage} requires no such evidence, and persons are never waived; it requires ${kinds}`,
    }
    return refuse('requirement-unknown', text, ['XF3005:7'], '/data/requirement')
  }
  if (state.completed.some((each) => each.stage === stage)) {
    const text = { zh: `${stage}阶段已完成`, en: `stage ${stage} is complete; a waiver comes before` }
    return refuse('stage-completed', text, ['XF3005:7'], '/data/stage')
  }
  return (
    refuseStrangerUnlessOfficer(state, data.waivedBy, '/data/waivedBy') ??
    accept<AssessmentEvent>({ type: 'GateWaived', data })
  )
}

export function archive(
  { data, effectiveAt }: Asked<EventData<'AssessmentArchived'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.stage !== null) {
    const text = { zh: `${state.stage}阶段尚未完成`, en: `stage ${state.stage} is not complete` }
    return refuse('stages-open', text, ['O7:15', 'XF3005:7'])
  }
  const day = dayOf(effectiveAt)
  const { retentionYearsMin: years, signers } = processOf(state, context)
  const earliest = addMonths(day, years * 12)
  if (data.retainUntil < earliest) {
    const text = {
      zh: `档案保存期不得少于${years}年（至${earliest}）`,
      en: `archives are kept for at least ${years} years (to ${earliest})`,
    }
    return refuse('retention-too-short', text, ['O7:15'], '/data/retainUntil')
  }
  const act = {
    act: 'archive' as const,
    member: data.archivedBy,
    day,
    pointer: '/data/archivedBy',
    stage: null,
    reportNumber: null,
    roles: signers.archive,
    legalBasis: ['O7:15'] as const,
  }
  return refuseSignature(act, state, context) ?? accept<AssessmentEvent>({ type: 'AssessmentArchived', data })
}

export function followUp(
  { data }: Asked<EventData<'AssessmentFollowedUp'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const same = state.followUps.some((each) => each.on === data.on && each.outcome === data.outcome)
  if (same) return accept<AssessmentEvent>()
  if (!state.reports.some((report) => report.delivered)) {
    const text = {
      zh: '报告尚未交付，无从回访',
      en: 'no report is delivered yet; there is nothing to follow up',
    }
    return refuse('report-not-delivered', text, ['XF3005:7'])
  }
  if (data.on > context.today) {
    const text = { zh: '回访日期晚于今日', en: 'the day of the follow-up lies in the future' }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/on')
  }
  return (
    refuseStranger(state, data.followedUpBy, '/data/followedUpBy') ??
    accept<AssessmentEvent>({ type: 'AssessmentFollowedUp', data })
  )
}
