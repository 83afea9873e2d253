import type { Gate } from './assessment-gates.ts'
import { describeObstacle, isSamePerson, obstacleOf, signatureLevel } from './assessment-signatures.ts'
import { type AssessmentReport, type KnownAssessment, standingFindings } from './assessment-state.ts'
import type { RefusalPart } from './decider.ts'
import type { ProcessContent } from './process-content.ts'
import { dayOf, type Instant } from './values.ts'

/** What the report lacks: draft, sentences that rest on findings, three signatures that hold, delivery. */

/** The last report drafted, unless it is void. */
function valid({ reports }: KnownAssessment): AssessmentReport | null {
  const last = reports.at(-1)
  return last && !last.voided ? last : null
}

function part({ stage }: Pick<Gate, 'stage'>, code: string, zh: string, en: string): RefusalPart {
  return { code, message: { zh, en }, legalBasis: stage.legalBasis }
}

export function missingDraft(gate: Gate): RefusalPart[] {
  if (valid(gate.state)) return []
  return [
    part(
      gate,
      'report-not-drafted',
      '报告尚未编制，请先编制',
      'there is no draft of the report; draft it first',
    ),
  ]
}

export function missingIssue(gate: Gate): RefusalPart[] {
  if (valid(gate.state)?.issuedBy) return []
  const zh = '报告尚未校核、审核、签发；请依次由项目负责人、技术负责人、法定代表人签字'
  const en =
    'the report is not checked, audited and issued; let the project lead, the technical lead and the legal representative sign in this order'
  return [part(gate, 'report-not-issued', zh, en)]
}

export function missingDelivery(gate: Gate): RefusalPart[] {
  if (valid(gate.state)?.delivered) return []
  return [
    part(
      gate,
      'report-not-delivered',
      '报告尚未交付，请先交付',
      'the report is not delivered; deliver it first',
    ),
  ]
}

/** Every sentence that states a result names a finding, and every finding named still stands. */
export function missingSentences(gate: Gate): RefusalPart[] {
  const report = valid(gate.state)
  return report ? lackingSentences(gate, report) : missingDraft(gate)
}

type Sentenced = Pick<AssessmentReport, 'reportNumber' | 'sentences'>

/** The same of any report, such as a revision, which passes no gate of drafting: where its process has that gate. */
export function missingSentencesOf(
  report: Sentenced,
  { process, state, at }: Pick<Gate, 'process' | 'state' | 'at'>,
): RefusalPart[] {
  const check = 'sentences-evidenced'
  const stage = process.stages.find(({ gate }) => gate.some((each) => each.check === check))
  if (!stage) return []
  const isWaived = state.waivers.some(
    (each) => each.stage === stage.code && each.requirement === check && each.at <= at,
  )
  return isWaived ? [] : lackingSentences({ stage, process, state }, report)
}

function lackingSentences(
  gate: Pick<Gate, 'stage' | 'process' | 'state'>,
  { reportNumber, sentences }: Sentenced,
): RefusalPart[] {
  if (sentences.length === 0) {
    const zh = `报告${reportNumber}没有登记语句；请重新编制并逐句登记`
    return [
      part(
        gate,
        'sentences-missing',
        zh,
        `no sentence of report ${reportNumber} is recorded; draft it again with them`,
      ),
    ]
  }
  const results = new Set(
    gate.process.sections.filter((each) => each.statesResults).map((each) => each.section),
  )
  const findings = new Set(standingFindings(gate.state).map((each) => each.findingId))
  return sentences.flatMap(({ id, section, findings: named }) => {
    const gone = named.filter((finding) => !findings.has(finding))
    const bare = results.has(section) && named.length === 0
    return [
      ...(bare ? [bareSentence(gate, reportNumber, id, section)] : []),
      ...gone.map((finding) => {
        const zh = `报告${reportNumber}第${id}句引用的检查结果${finding}已被更正；请修改该句`
        const en = `sentence ${id} of report ${reportNumber} rests on finding ${finding}, which was corrected; change it`
        return part(gate, 'sentence-finding-corrected', zh, en)
      }),
    ]
  })
}

function bareSentence(
  gate: Pick<Gate, 'stage'>,
  reportNumber: string,
  id: string,
  section: string,
): RefusalPart {
  const zh = `报告${reportNumber}第${id}句（${section}）陈述结果但未引用检查结果；请引用所依据的检查结果`
  const en = `sentence ${id} of report ${reportNumber} (${section}) states a result and names no finding; name those on which it rests`
  return part(gate, 'sentence-without-finding', zh, en)
}

/**
 * Three different persons signed in order, each entitled on the day of signing as it is known now. A practice seal is
 * valid as long as the registration that it stands for: the register knows no other seal.
 */
export function missingSignatures(gate: Gate): RefusalPart[] {
  const report = valid(gate.state)
  if (!report) return missingDraft(gate)
  const signed = signaturesOf(report)
  if (signed.length < 3) return missingIssue(gate)
  return [
    ...signed.flatMap((each) => unentitled(gate, report, each)),
    ...(distinct(gate, signed) ? [] : [samePersons(gate, report)]),
    ...(signed.every((each, index) => index === 0 || each.at >= (signed[index - 1]?.at ?? ''))
      ? []
      : [unordered(gate, report)]),
  ]
}

type Signed = {
  readonly act: 'check' | 'audit' | 'issue'
  readonly by: string
  readonly at: Instant
}

function signaturesOf(report: AssessmentReport): Signed[] {
  const { checkedBy, checkedAt, auditedBy, auditedAt, issuedBy, issuedAt } = report
  const signed = (act: Signed['act'], by: string | null, at: Instant | null) =>
    by && at ? [{ act, by, at }] : []
  return [
    ...signed('check', checkedBy, checkedAt),
    ...signed('audit', auditedBy, auditedAt),
    ...signed('issue', issuedBy, issuedAt),
  ]
}

const actWords: Readonly<Record<Signed['act'], readonly [zh: string, en: string]>> = {
  check: ['校核', 'check'],
  audit: ['审核', 'audit'],
  issue: ['签发', 'issue'],
}

function unentitled(gate: Gate, { reportNumber }: AssessmentReport, { act, by, at }: Signed): RefusalPart[] {
  const level = signatureLevel(gate.process, gate.process.signers[act as keyof ProcessContent['signers']])
  const obstacle = level === 'none' ? null : obstacleOf(by, dayOf(at), gate.state, gate.context, level)
  if (!obstacle) return []
  const [zhAct, enAct] = actWords[act]
  const told = describeObstacle(by, dayOf(at), obstacle)
  const zh = `报告${reportNumber}的${zhAct}不成立（印章随注册失效）：${told.zh}；请修订报告并重新签字`
  const en = `the ${enAct} of report ${reportNumber} does not hold, nor does the seal: ${told.en}; revise it and have it signed again`
  return [part(gate, 'signature-does-not-hold', zh, en)]
}

function distinct({ context }: Gate, signed: readonly Signed[]): boolean {
  return signed.every((a, index) => signed.slice(index + 1).every((b) => !isSamePerson(a.by, b.by, context)))
}

function samePersons(gate: Gate, { reportNumber }: AssessmentReport): RefusalPart {
  const zh = `报告${reportNumber}的校核、审核、签发不是三个不同的人；请修订报告并重新签字`
  const en = `check, audit and issue of report ${reportNumber} are not by three different persons; revise it and have it signed again`
  return part(gate, 'signatures-of-one-person', zh, en)
}

function unordered(gate: Gate, { reportNumber }: AssessmentReport): RefusalPart {
  const zh = `报告${reportNumber}的签字时间不是先校核、后审核、再签发；请修订报告并重新签字`
  const en = `report ${reportNumber} was not checked first, audited then and issued last; revise it and have it signed again`
  return part(gate, 'signatures-out-of-order', zh, en)
}
