import type { AssessmentEvent } from './assessment-events.ts'
import { refuseSignature } from './assessment-signatures.ts'
import { processOf } from './assessment-stages.ts'
import {
  type AssessmentEventData,
  assessmentScore,
  type KnownAssessment,
  standingFindings,
} from './assessment-state.ts'
import { refuseOutsideAct } from './assessment-turn.ts'
import { accept, type Decision, type DecisionContext, type RefusalPart, refusalOf } from './decider.ts'
import { gradeOf, type ProcessContent } from './process-content.ts'
import { dayOf, type Instant } from './values.ts'

/** From findings to score, from score to grade; an item of class A that does not conform decides by itself. */

export function standingDirectFails(state: KnownAssessment) {
  return standingFindings(state).filter((finding) => finding.class === 'A' && !finding.conforms)
}

type Asked = { readonly data: AssessmentEventData<'JudgementRecorded'>; readonly effectiveAt: Instant }

export function recordJudgement(
  { data, effectiveAt }: Asked,
  state: KnownAssessment,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  if (state.judgement && JSON.stringify(state.judgement) === JSON.stringify(data))
    return accept<AssessmentEvent>()
  const outside = refuseOutsideAct(state, 'judge', context)
  if (outside) return outside
  const process = processOf(state, context)
  const signature = {
    act: 'judge' as const,
    member: data.judgedBy,
    day: dayOf(effectiveAt),
    pointer: '/data/judgedBy',
    stage: state.stage,
    reportNumber: null,
    roles: process.signers.judge,
    legalBasis: ['O7:14', 'XF3005:7'] as const,
  }
  const unsigned = refuseSignature(signature, state, context)
  const refusal = refusalOf([...(unsigned ? [unsigned.refusal] : []), ...faults(data, state, process)])
  if (refusal) return { accepted: false, refusal, recorded: unsigned?.recorded ?? [] }
  return accept<AssessmentEvent>({ type: 'JudgementRecorded', data })
}

function faults(data: Asked['data'], state: KnownAssessment, process: ProcessContent): RefusalPart[] {
  const fails = standingDirectFails(state)
  const score = assessmentScore(state)
  const grade = gradeOf(process, score, fails.length > 0)
  const part = (code: string, pointer: string, zh: string, en: string): RefusalPart => ({
    code,
    message: { zh, en },
    legalBasis: ['XF3005:7'],
    pointer,
  })
  const listed = new Set(data.directFails.map((each) => each.finding))
  const unknown = data.directFails.flatMap(({ finding }, index) => {
    if (fails.some((each) => each.findingId === finding)) return []
    const zh = `${finding}不是现有的A类不合格结果；请删去`
    const en = `${finding} is no standing finding of class A that does not conform; leave it out`
    return [part('direct-fail-unknown', `/data/directFails/${index}/finding`, zh, en)]
  })
  const unhandled = fails.flatMap(({ findingId, item }) => {
    if (listed.has(findingId)) return []
    const zh = `A类不合格项${item}（${findingId}）未列入；请列入并说明处理`
    const en = `item ${item} of class A does not conform (${findingId}); list it and say what follows`
    return [part('direct-fail-unhandled', '/data/directFails', zh, en)]
  })
  const scoreZh = `得分应为${score ?? '无'}；请按检查结果更正`
  const gradeZh = `等级应为${grade ?? '无'}；请按得分和直接判定项更正`
  return [
    ...(data.score === score
      ? []
      : [
          part(
            'score-differs',
            '/data/score',
            scoreZh,
            `the findings give the score ${score ?? 'none'}; state that`,
          ),
        ]),
    ...(data.grade === grade
      ? []
      : [
          part(
            'grade-differs',
            '/data/grade',
            gradeZh,
            `score and direct fails give the grade ${grade ?? 'none'}; state that`,
          ),
        ]),
    ...unknown,
    ...unhandled,
  ]
}
