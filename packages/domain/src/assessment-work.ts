import type { AssessmentEvent } from './assessment-events.ts'
import { heldOf } from './assessment-evidence.ts'
import { overdueSince } from './assessment-limits.ts'
import { refuseSignature, rolesOf } from './assessment-signatures.ts'
import { findStage, processOf } from './assessment-stages.ts'
import { type KnownAssessment, practitionersOf, standingFindings } from './assessment-state.ts'
import { refuseOutsideAct, refuseUnknownStage, refuseUnreached } from './assessment-turn.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import { officerId } from './officers.ts'
import { addMonths, dayOf, type Instant } from './values.ts'

/** The work inside the stages: evidence, findings, returns, waivers, the archive and the follow-up. */

type EventData<Type extends AssessmentEvent['type']> = Extract<AssessmentEvent, { type: Type }>['data']
type Asked<Data> = { readonly data: Data; readonly effectiveAt: Instant }
type Answer = Decision<AssessmentEvent>

/** Null when the member is of the team. */
export function refuseStranger(
  state: KnownAssessment,
  member: string,
  pointer: string,
  as: 'member' | 'practitioner' = 'member',
) {
  const ofTeam = as === 'member' && rolesOf(state.team, member).length > 0
  if (ofTeam || practitionersOf(state.team).includes(member)) return null
  const text = {
    zh: `${member}不在项目组内；请由项目组成员办理，或先变更项目组`,
    en: `${member} is not in the team of this assessment; let a member do it, or change the team first`,
  }
  return refuse('not-in-team', text, ['O7:13', 'XF3005:7'], pointer)
}

/** An officer may do it too, in their own name; an institution's own account does nothing in an officer's. */
function refuseStrangerUnlessOfficer(
  state: KnownAssessment,
  who: string,
  pointer: string,
  { actor }: DecisionContext,
) {
  // An inspector speaks for nobody else.
  if (actor?.role === 'inspector' && who !== actor.id) {
    const text = {
      zh: `检查人员只能以本人名义办理；请填写${actor.id}`,
      en: `an inspector acts in nobody else's name; give ${actor.id}`,
    }
    return refuse('inspector-names-other', text, ['O7:13', 'XF3005:7'], pointer)
  }
  const isOfficer = officerId.safeParse(who).success && who.startsWith('officer-')
  if (!isOfficer) return refuseStranger(state, who, pointer)
  if (actor?.role !== 'institution') return null
  const text = {
    zh: '机构账号不得以执法人员名义办理；请写明项目组成员，或由该人员本人办理',
    en: 'the account of an institution does not act in the name of an officer; name a member of the team, or let the officer do it',
  }
  return refuse('officer-named-by-institution', text, ['O7:13', 'XF3005:7'], pointer)
}

function isSamePiece(
  known: KnownAssessment['evidence'][number],
  data: EventData<'EvidenceRecorded'>,
): boolean {
  return (
    known.stage === data.stage &&
    known.kind === data.kind &&
    known.sha256 === data.sha256 &&
    known.held === heldOf(data) &&
    known.heldElsewhere?.holder === data.heldElsewhere?.holder &&
    known.heldElsewhere?.place === data.heldElsewhere?.place
  )
}

export function recordEvidence(
  { data }: Asked<EventData<'EvidenceRecorded'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const known = state.evidence.find((each) => each.evidenceId === data.evidenceId)
  if (known) {
    if (isSamePiece(known, data)) return accept<AssessmentEvent>()
    const text = {
      zh: '证据编号已用于另一份证据；请用新的编号',
      en: 'this evidence id names another piece of evidence; take a new id',
    }
    return refuse('evidence-id-used', text, ['XF3005:7'], '/data/evidenceId')
  }
  const unreached = refuseUnreached(state, data.stage, '/data/stage')
  if (unreached) return unreached
  const kinds = findStage(processOf(state, context), data.stage)?.evidence.map((each) => each.kind) ?? []
  if (!kinds.includes(data.kind)) {
    const text = {
      zh: `${data.stage}阶段没有证据种类${data.kind}；请用：${kinds.join('、')}`,
      en: `stage ${data.stage} has no evidence of the kind ${data.kind}; name one of ${kinds.join(', ')}`,
    }
    return refuse('evidence-kind-unknown', text, ['XF3005:7'], '/data/kind')
  }
  if (data.file !== null && data.heldElsewhere !== null) {
    const text = {
      zh: '文件已在证据库中，不必再写由他处保存；请只填file或heldElsewhere之一',
      en: 'the file is in the evidence store, so it is not held elsewhere; give file or heldElsewhere, not both',
    }
    return refuse('evidence-held-twice', text, ['O7:15', 'XF3005:7'], '/data/heldElsewhere')
  }
  if (data.takenAt > context.now) {
    const text = {
      zh: '证据形成时间晚于现在；请更正',
      en: 'the evidence was taken in the future; correct takenAt',
    }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/takenAt')
  }
  return (
    refuseStrangerUnlessOfficer(state, data.recordedBy, '/data/recordedBy', context) ??
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
      zh: '检查结果编号已用于另一结果；请以新编号更正',
      en: 'this finding id names another finding; correct it by a new one',
    }
    return refuse('finding-id-used', text, ['XF3005:7'], '/data/findingId')
  }
  const outside = refuseOutsideAct(state, 'inspect', context)
  if (outside) return outside
  const there = new Set(state.evidence.map((each) => each.evidenceId))
  const unknown = data.evidence.findIndex((id) => !there.has(id))
  if (unknown !== -1) {
    const text = {
      zh: `没有证据${data.evidence[unknown]}；请先登记证据`,
      en: `there is no evidence ${data.evidence[unknown]}; record it first`,
    }
    return refuse('evidence-unknown', text, ['XF3005:7'], `/data/evidence/${unknown}`)
  }
  if (
    data.supersedes !== null &&
    !standingFindings(state).some((each) => each.findingId === data.supersedes)
  ) {
    const text = {
      zh: '没有可更正的检查结果；请写明现有结果的编号',
      en: 'the finding to correct does not stand; name one that does',
    }
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
  { data, effectiveAt }: Asked<EventData<'StageReturned'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.stage === data.to) return accept<AssessmentEvent>()
  const stage = state.stage === null ? undefined : findStage(processOf(state, context), state.stage)
  if (!stage || stage.code !== data.stage || !stage.backTo.includes(data.to)) {
    const allowed = stage?.backTo.join('、') || '—'
    const text = {
      zh: `不能这样退回；当前阶段${state.stage ?? '无'}可退回：${allowed}`,
      en: `it cannot go back so; from the stage in work (${state.stage ?? 'none'}) it can go back to: ${allowed}`,
    }
    return refuse('stage-return-not-allowed', text, ['XF3005:7'], '/data/to')
  }
  if (effectiveAt < state.stageSince) {
    const text = {
      zh: `阶段于${state.stageSince}开始，不能在此之前退回；请更正时间`,
      en: `the stage began at ${state.stageSince} and cannot be returned before that; correct effectiveAt`,
    }
    return refuse('stage-ends-before-it-began', text, ['XF3005:7'])
  }
  const issued = state.reports.find((each) => each.issuedBy !== null && !each.voided)
  if (issued) {
    const text = {
      zh: `报告${issued.reportNumber}已签发；请先作废或修订`,
      en: `report ${issued.reportNumber} is issued; void or revise it instead`,
    }
    return refuse('report-issued-already', text, ['XF3005:7'])
  }
  return (
    refuseStrangerUnlessOfficer(state, data.returnedBy, '/data/returnedBy', context) ??
    accept<AssessmentEvent>(...overdueSince(state, dayOf(effectiveAt)), { type: 'StageReturned', data })
  )
}

/** Of the team only those who answer for the whole may set a requirement aside. */
function refuseNoLead({ team }: KnownAssessment, who: string) {
  const rest = [...team.engineers, ...team.operators, team.archivist]
  if (!rest.includes(who) || [team.projectLead, team.technicalLead, team.legalRepresentative].includes(who))
    return null
  const text = {
    zh: `${who}不是项目负责人、技术负责人或法定代表人，不能豁免；请由其中一人或执法人员办理`,
    en: `${who} is neither project lead, technical lead nor legal representative and waives nothing; let one of them or an officer do it`,
  }
  return refuse('waiver-by-no-lead', text, ['O7:12', 'O7:13', 'XF3005:7'], '/data/waivedBy')
}

/**
 * Who sets a requirement aside answers for it: under an institution's account the one whose login it is, and an officer
 * names no other officer. What a lead signed on paper an officer may enter; the event says who did.
 */
function refuseOtherWaiver(who: string, { actor }: DecisionContext) {
  if (!actor) return null
  const isOfficers = who.startsWith('officer-') && actor.id.startsWith('officer-')
  const own = actor.person !== undefined ? actor.person : isOfficers ? actor.id : who
  if (who === own) return null
  const text = {
    zh: `该登录账号不能以${who}的名义豁免；请由${who}本人登录办理`,
    en: `this login does not waive in the name of ${who}; let ${who} do it under their own login`,
  }
  return refuse('waiver-another-login', text, ['O7:12', 'O7:13', 'XF3005:7'], '/data/waivedBy')
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
  const known = [
    ...(definition?.evidence.filter((each) => each.required) ?? []),
    ...(definition?.gate.map(({ check, waivable }) => ({ kind: check, waivable })) ?? []),
  ]
  const waivable = known.filter((each) => each.waivable).map((each) => each.kind)
  if (!waivable.includes(requirement)) {
    const isKnown = known.some((each) => each.kind === requirement)
    const text = {
      zh: `${stage}阶段${isKnown ? `的${requirement}不得豁免` : `没有要求${requirement}`}；可豁免：${waivable.join('、') || '无'}`,
      en: `${stage} ${isKnown ? `does not let ${requirement} be waived` : `does not require ${requirement}`}; what may be waived: ${waivable.join(', ') || 'nothing'}`,
    }
    return refuse(
      isKnown ? 'requirement-not-waivable' : 'requirement-unknown',
      text,
      ['XF3005:7'],
      '/data/requirement',
    )
  }
  if (state.completed.some((each) => each.stage === stage)) {
    const text = {
      zh: `${stage}阶段已完成，豁免应在此之前；请先退回`,
      en: `stage ${stage} is complete and a waiver comes before that; return to it first`,
    }
    return refuse('stage-completed', text, ['XF3005:7'], '/data/stage')
  }
  return (
    refuseStrangerUnlessOfficer(state, data.waivedBy, '/data/waivedBy', context) ??
    refuseNoLead(state, data.waivedBy) ??
    refuseOtherWaiver(data.waivedBy, context) ??
    accept<AssessmentEvent>({ type: 'GateWaived', data })
  )
}

export function archive(
  { data, effectiveAt }: Asked<EventData<'AssessmentArchived'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  if (state.stage !== null) {
    const text = {
      zh: `${state.stage}阶段尚未完成；请完成全部阶段后归档`,
      en: `stage ${state.stage} is not complete; complete all stages, then archive`,
    }
    return refuse('stages-open', text, ['O7:15', 'XF3005:7'])
  }
  const last = state.reports.at(-1)
  if (last?.voided) {
    const text = {
      zh: `报告${last.reportNumber}已作废；请先修订并签发新编号的报告`,
      en: `report ${last.reportNumber} is void; revise it and have the new number issued first`,
    }
    return refuse('report-void', text, ['O7:15', 'XF3005:7'])
  }
  const day = dayOf(effectiveAt)
  const { retentionYearsMin: years, signers } = processOf(state, context)
  const earliest = addMonths(day, years * 12)
  if (data.retainUntil < earliest) {
    const text = {
      zh: `档案保存期不得少于${years}年；请填${earliest}或更晚`,
      en: `archives are kept for at least ${years} years; name ${earliest} or later`,
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
      zh: '报告尚未交付，无从回访；请先交付',
      en: 'no report is delivered yet, there is nothing to follow up; deliver it first',
    }
    return refuse('report-not-delivered', text, ['XF3005:7'])
  }
  if (data.on > context.today) {
    const text = {
      zh: '回访日期晚于今日；请事后登记',
      en: 'the day of the follow-up lies in the future; record it afterwards',
    }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/on')
  }
  return (
    refuseStranger(state, data.followedUpBy, '/data/followedUpBy') ??
    accept<AssessmentEvent>({ type: 'AssessmentFollowedUp', data })
  )
}
