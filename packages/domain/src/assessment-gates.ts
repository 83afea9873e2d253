import type { AssessmentEvent } from './assessment-events.ts'
import { refuseSignature, teamObstacles } from './assessment-signatures.ts'
import { findStage, processOf } from './assessment-stages.ts'
import { assessmentScore, type KnownAssessment, standingFindings } from './assessment-state.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import { institution, institutionStatusAt } from './institution.ts'
import type { LegalBasis } from './law.ts'
import type { GateCheck, ProcessContent, StageCode, StageDefinition } from './process-content.ts'
import { dayOf, type Instant } from './values.ts'

/** What must hold before a stage is complete: evidence, persons, and the checks that its definition names. */

type Completion = {
  readonly effectiveAt: Instant
  readonly data: { readonly stage: StageCode; readonly completedBy: string; readonly score: number | null }
}

export function completeStage(
  { data, effectiveAt }: Completion,
  state: KnownAssessment,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  if (state.completed.some((entry) => entry.stage === data.stage)) return accept<AssessmentEvent>()
  const process = processOf(state, context)
  const stage = findStage(process, data.stage)
  if (!stage || stage.code !== state.stage) {
    const text = {
      zh: `当前阶段是${state.stage ?? '已全部完成'}，不能完成${data.stage}`,
      en: `the stage in work is ${state.stage ?? 'none, all are complete'}; ${data.stage} cannot be completed`,
    }
    return refuse('stage-out-of-order', text, ['XF3005:7'], '/data/stage')
  }
  if (effectiveAt < state.stageSince) {
    const text = {
      zh: `阶段于${state.stageSince}开始，不能在此之前完成`,
      en: `the stage began at ${state.stageSince} and cannot end before that`,
    }
    return refuse('stage-ends-before-it-began', text, stage.legalBasis)
  }
  return (
    refuseSignature(
      {
        act: 'complete-stage',
        member: data.completedBy,
        day: dayOf(effectiveAt),
        pointer: '/data/completedBy',
        stage: stage.code,
        reportNumber: null,
        roles: stage.responsible,
        legalBasis: stage.legalBasis,
      },
      state,
      context,
    ) ??
    refuseMissingEvidence(stage, state) ??
    stage.gate.reduce<Decision<AssessmentEvent> | null>(
      (refusal, { check }) =>
        refusal ?? refuseGate(check, process, stage, state, context, effectiveAt, data.score),
      null,
    ) ??
    accept<AssessmentEvent>({ type: 'StageCompleted', data })
  )
}

function refuseMissingEvidence(stage: StageDefinition, state: KnownAssessment) {
  const there = new Set(
    [
      ...state.evidence.map(({ stage, kind }) => [stage, kind]),
      ...state.waivers.map(({ stage, requirement }) => [stage, requirement]),
    ].map(([code, kind]) => `${code} ${kind}`),
  )
  const missing = stage.evidence.filter((each) => each.required && !there.has(`${stage.code} ${each.kind}`))
  if (missing.length === 0) return null
  const zh = missing.map((each) => `${each.title.zh}（${each.kind}）`).join('、')
  const en = missing.map((each) => `${each.title.en} (${each.kind})`).join(', ')
  return refuse(
    'gate-evidence-missing',
    {
      zh: `${stage.code}${stage.title.zh}缺少：${zh}；请补充证据或说明理由予以豁免`,
      en: `${stage.code} ${stage.title.en} lacks: ${en}; record it, or waive it with a reason`,
    },
    stage.legalBasis,
  )
}

function refuseGate(
  check: GateCheck,
  process: ProcessContent,
  stage: StageDefinition,
  state: KnownAssessment,
  context: DecisionContext,
  at: Instant,
  score: number | null,
): Decision<AssessmentEvent> | null {
  switch (check) {
    case 'institution-entitled':
      return refuseInstitution(state, context, at)
    case 'team-entitled':
      return refuseTeam(stage, state, context, at)
    case 'findings-evidenced':
      return refuseUnevidenced(process, stage, state)
    case 'score-recomputes':
      return refuseScore(stage, state, score)
    case 'report-drafted': {
      const last = state.reports.at(-1)
      if (last && !last.voided) return null
      return refuse(
        'report-not-drafted',
        { zh: '报告尚未编制', en: 'there is no draft of the report' },
        stage.legalBasis,
      )
    }
    case 'report-issued': {
      const last = state.reports.at(-1)
      if (last && !last.voided && last.issuedBy !== null) return null
      const text = { zh: '报告尚未校核、审核、签发', en: 'the report is not checked, audited and issued' }
      return refuse('report-not-issued', text, stage.legalBasis)
    }
    case 'report-delivered': {
      const last = state.reports.at(-1)
      if (last && !last.voided && last.delivered) return null
      return refuse(
        'report-not-delivered',
        { zh: '报告尚未交付', en: 'the report is not delivered' },
        stage.legalBasis,
      )
    }
    default:
      return null
  }
}

/** The institution must be active on that moment, and of a type that may assess. Order 7 art. 6, 7. */
export function refuseInstitution(state: KnownAssessment, context: DecisionContext, at: Instant) {
  const legalBasis: LegalBasis[] = ['O7:6', 'O7:7']
  const known = context.stateOf(institution, state.institution)
  const status = institutionStatusAt(known, at)
  if (known.status === 'unknown' || status !== 'active') {
    const text = {
      zh: `机构${state.institution}在${dayOf(at)}不处于执业状态（${status ?? '未登记'}）`,
      en: `institution ${state.institution} was not active on ${dayOf(at)} (${status ?? 'not registered'})`,
    }
    return refuse('institution-not-active', text, legalBasis)
  }
  if (known.details.type !== 'maintenance') return null
  const text = {
    zh: `机构${state.institution}只从事维护保养检测，不得承接安全评估`,
    en: `institution ${state.institution} is for maintenance and testing only and may not assess`,
  }
  return refuse('institution-out-of-scope', text, legalBasis)
}

function refuseTeam(stage: StageDefinition, state: KnownAssessment, context: DecisionContext, at: Instant) {
  const obstacles = teamObstacles(state, context, dayOf(at))
  if (obstacles.length === 0) return null
  return refuse(
    'team-not-entitled',
    {
      zh: `${obstacles.map((each) => each.zh).join('；')}；请变更项目组`,
      en: `${obstacles.map((each) => each.en).join('; ')}; change the team`,
    },
    ['O7:11', ...stage.legalBasis],
  )
}

function refuseUnevidenced(process: ProcessContent, stage: StageDefinition, state: KnownAssessment) {
  const sites = new Set(process.stages.filter((each) => each.onSite).map((each) => each.code))
  const onSite = new Set(
    state.evidence.filter((each) => sites.has(each.stage)).map((each) => each.evidenceId),
  )
  const findings = standingFindings(state)
  if (findings.length === 0) {
    const text = { zh: '尚无检查结果', en: 'no finding is recorded' }
    return refuse('findings-missing', text, stage.legalBasis)
  }
  const without = findings.filter((finding) => !finding.evidence.some((id) => onSite.has(id)))
  if (without.length === 0) return null
  const items = without.map((finding) => finding.item).join(', ')
  const text = {
    zh: `以下检查结果没有现场证据：${items}`,
    en: `these findings have no evidence from the site: ${items}`,
  }
  return refuse('findings-without-evidence', text, stage.legalBasis)
}

function refuseScore(stage: StageDefinition, state: KnownAssessment, stated: number | null) {
  const computed = assessmentScore(state)
  if (stated === computed) return null
  const text = {
    zh: `填报得分${stated ?? '无'}与按检查结果计算的得分${computed ?? '无'}不一致`,
    en: `the stated score ${stated ?? 'none'} is not what the findings give: ${computed ?? 'none'}`,
  }
  return refuse('score-differs', text, stage.legalBasis, '/data/score')
}
