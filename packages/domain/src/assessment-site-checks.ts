import { evidenceAtHand } from './assessment-evidence.ts'
import type { Gate } from './assessment-gates.ts'
import { standingDirectFails } from './assessment-judgement.ts'
import { describeObstacle, levelNeeded, obstacleOf, rolesOf } from './assessment-signatures.ts'
import { assessmentScore, standingFindings } from './assessment-state.ts'
import type { RefusalPart } from './decider.ts'
import { institution, isCalibratedOn } from './institution.ts'
import { gradeOf, sampleNeeded, type TeamRole } from './process-content.ts'
import { dayOf } from './values.ts'

/** What the work on site and its judgement lack: plan, findings, samples, presence, instruments, score and grade. */

function part({ stage }: Pick<Gate, 'stage'>, code: string, zh: string, en: string): RefusalPart {
  return { code, message: { zh, en }, legalBasis: stage.legalBasis }
}

export function missingPlan(gate: Gate): RefusalPart[] {
  if (gate.state.plan) return []
  const zh = '评估方案（检查项、抽样、访谈）尚未登记并经技术负责人批准；请先登记'
  const en =
    'no plan of items, samples and interviews is recorded and approved by the technical lead; record it first'
  return [part(gate, 'plan-missing', zh, en)]
}

/** Ids of the evidence that was recorded in a stage on site, and that can be looked at. */
function onSiteEvidence({ process, state, context }: Gate): Set<string> {
  const sites = new Set(process.stages.filter((each) => each.onSite).map((each) => each.code))
  const atHand = evidenceAtHand(state, process, context)
  return new Set(atHand.filter((each) => sites.has(each.stage)).map((each) => each.evidenceId))
}

export function missingEvidenceOfFindings(gate: Gate): RefusalPart[] {
  const findings = standingFindings(gate.state)
  if (findings.length === 0) {
    const [zh, en] = ['尚无检查结果；请先登记', 'no finding is recorded; record what was found']
    return [part(gate, 'findings-missing', zh, en)]
  }
  const onSite = onSiteEvidence(gate)
  return findings
    .filter((finding) => !finding.evidence.some((id) => onSite.has(id)))
    .map(({ item, findingId }) => {
      const zh = `检查项${item}的结果（${findingId}）没有现场证据；请补充现场证据并更正该结果`
      const en = `the finding of item ${item} (${findingId}) has no evidence from the site; record it and correct the finding`
      return part(gate, 'findings-without-evidence', zh, en)
    })
}

/** Every planned item has a standing finding with evidence from the site. */
export function missingItems(gate: Gate): RefusalPart[] {
  const { plan } = gate.state
  if (!plan) return missingPlan(gate)
  const onSite = onSiteEvidence(gate)
  const done = new Set(
    standingFindings(gate.state)
      .filter((finding) => finding.evidence.some((id) => onSite.has(id)))
      .map((finding) => finding.item),
  )
  return plan.items
    .filter(({ item }) => !done.has(item))
    .map(({ item }) => {
      const zh = `方案中的检查项${item}没有带现场证据的结果；请检查并登记，或退回修改方案`
      const en = `planned item ${item} has no result with evidence from the site; check and record it, or return and change the plan`
      return part(gate, 'planned-item-undone', zh, en)
    })
}

/** The planned samples are large enough, and so many people were interviewed. */
export function missingInterviews(gate: Gate): RefusalPart[] {
  const { plan, interviews } = gate.state
  if (!plan) return missingPlan(gate)
  const { sampling } = gate.process
  const items = plan.items.flatMap(({ item, class: itemClass, population, sample }) => {
    const rule = sampling.items.find((each) => each.class === itemClass)
    const needed = rule ? sampleNeeded(rule, population) : 0
    if (sample >= needed) return []
    const zh = `检查项${item}（${itemClass}类）共${population}，抽样${sample}，不得少于${needed}；请退回修改方案`
    const en = `item ${item} (class ${itemClass}) has a sample of ${sample} of ${population}, at least ${needed} are needed; return and change the plan`
    return [part(gate, 'sample-too-small', zh, en)]
  })
  const people = sampling.interviews.flatMap((rule) => {
    const planned = plan.interviews.find((each) => each.group === rule.group)
    const { zh: zhGroup, en: enGroup } = rule.title
    if (!planned) {
      const zh = `方案没有${zhGroup}（${rule.group}）的人数；请退回修改方案，没有该类人员的填0`
      const en = `the plan does not say how many ${enGroup} (${rule.group}) there are; return and say so, 0 if there are none`
      return [part(gate, 'interview-group-unplanned', zh, en)]
    }
    const needed = Math.max(sampleNeeded(rule, planned.population), planned.planned)
    const held = Object.hasOwn(interviews, rule.group) ? (interviews[rule.group]?.count ?? 0) : 0
    if (held >= needed) return []
    const zh = `${zhGroup}（${rule.group}）共${planned.population}人，已访谈${held}人，不得少于${needed}人；请补充访谈`
    const en = `of ${planned.population} ${enGroup} (${rule.group}) ${held} were interviewed, at least ${needed} are needed; interview more`
    return [part(gate, 'interviews-too-few', zh, en)]
  })
  return [...items, ...people]
}

/** Of each group of roles that the process names one person was there for long enough, entitled on that day. */
export function missingPresence(gate: Gate): RefusalPart[] {
  const { presence } = gate.process
  if (!presence) return []
  const present = minutesOnSite(gate)
  const counted = new Set<string>()
  return presence.groups.flatMap((roles) => {
    const member = [...present].find(
      ([id, minutes]) => minutes >= presence.leastMinutes && !counted.has(id) && holdsOneOf(gate, id, roles),
    )?.[0]
    if (member) {
      counted.add(member)
      return []
    }
    return [absent(gate, roles, presence.leastMinutes, present)]
  })
}

function holdsOneOf({ state }: Gate, member: string, roles: readonly TeamRole[]): boolean {
  return rolesOf(state.team, member).some((role) => roles.includes(role))
}

type Stay = { readonly arrivedAt: string; readonly leftAt: string }

/** Minutes that each member was on site in this stage, on days on which the member was entitled to practise here. */
function minutesOnSite(gate: Gate): Map<string, number> {
  const { state, stage, at } = gate
  const stays = new Map<string, Stay[]>()
  for (const { stage: where, member, arrivedAt, leftAt } of state.presence) {
    if (where !== stage.code || leftAt > at || obstacleOnSite(gate, member, dayOf(arrivedAt))) continue
    const own = stays.get(member) ?? []
    own.push({ arrivedAt, leftAt })
    stays.set(member, own)
  }
  return new Map([...stays].map(([member, own]) => [member, minutesCovered(own)]))
}

/** Of stays that overlap, each minute counts once: the same stay told twice is no longer stay. */
function minutesCovered(stays: readonly Stay[]): number {
  let [covered, until] = [0, 0]
  for (const { arrivedAt, leftAt } of stays.toSorted((a, b) => (a.arrivedAt < b.arrivedAt ? -1 : 1))) {
    const left = Date.parse(leftAt)
    covered += Math.max(0, left - Math.max(until, Date.parse(arrivedAt)))
    until = Math.max(until, left)
  }
  return covered / 60_000
}

function obstacleOnSite({ process, state, context }: Gate, member: string, day: string) {
  const level = levelNeeded(process, state.team, member)
  return level === 'none' ? null : obstacleOf(member, day, state, context, level)
}

function absent(
  gate: Gate,
  roles: readonly TeamRole[],
  leastMinutes: number,
  present: ReadonlyMap<string, number>,
): RefusalPart {
  const titles = roles.map((role) => gate.process.roles.find((each) => each.role === role)?.title)
  const who = {
    zh: titles.map((each) => each?.zh).join('或'),
    en: titles.map((each) => each?.en).join(' or '),
  }
  const stays = [...present].filter(([id]) => holdsOneOf(gate, id, roles))
  const told = stays.map(([id, minutes]) => `${id} ${Math.floor(minutes)}`).join(', ')
  const barred = gate.state.presence.flatMap(({ stage, member, arrivedAt }) => {
    const obstacle = obstacleOnSite(gate, member, dayOf(arrivedAt))
    const here = stage === gate.stage.code && holdsOneOf(gate, member, roles)
    return here && obstacle ? [describeObstacle(member, dayOf(arrivedAt), obstacle)] : []
  })
  const zh = [
    `没有${who.zh}在${gate.stage.code}阶段到场满${leastMinutes}分钟的证明`,
    ...(told ? [`已证明（分钟）：${told}`] : []),
    ...barred.map((each) => each.zh),
    '请登记到场及其证据',
  ]
  const en = [
    `nothing proves that the ${who.en} was on site in ${gate.stage.code} for ${leastMinutes} minutes`,
    ...(told ? [`proved, in minutes: ${told}`] : []),
    ...barred.map((each) => each.en),
    'record the presence with its evidence',
  ]
  return {
    ...part(gate, 'presence-missing', zh.join('；'), en.join('; ')),
    legalBasis: ['O7:28(4)', ...gate.stage.legalBasis],
  }
}

/**
 * Every instrument named in evidence of the stage was in calibration on the day on which the evidence was taken. What
 * was measured with another one is set right by evidence of the same kind with one that was, once no finding rests on it.
 */
export function missingCalibration(gate: Gate): RefusalPart[] {
  const { state, stage, context } = gate
  const known = context.stateOf(institution, state.institution)
  const measured = state.evidence
    .filter((each) => each.stage === stage.code)
    .flatMap(({ instrument, ...each }) => (instrument === null ? [] : [{ ...each, instrument }]))
    .map((each) => ({ ...each, calibrated: isCalibratedOn(known, each.instrument, dayOf(each.takenAt)) }))
  const restedOn = new Set(standingFindings(state).flatMap((finding) => finding.evidence))
  return measured.flatMap(({ evidenceId, kind, instrument, takenAt, calibrated }, index) => {
    const again = measured.slice(index + 1).some((later) => later.kind === kind && later.calibrated)
    if (calibrated || (again && !restedOn.has(evidenceId))) return []
    const day = dayOf(takenAt)
    if (calibrated === null) {
      const zh = `仪器${instrument}（证据${evidenceId}）没有检定校准登记；请登记其证书`
      const en = `instrument ${instrument} (evidence ${evidenceId}) has no calibration on record; record its certificate`
      return [part(gate, 'instrument-unknown', zh, en)]
    }
    const zh = `仪器${instrument}在${day}不在检定校准有效期内（证据${evidenceId}）；请以有效仪器重测，登记同类证据并更正所据结果`
    const en = `instrument ${instrument} was out of calibration on ${day} (evidence ${evidenceId}); measure again with one that is in, record it as evidence of the same kind and correct the findings that rest on it`
    return [part(gate, 'instrument-out-of-calibration', zh, en)]
  })
}

/** The score stated is what the findings give, to 0.01. */
export function missingScore(gate: Gate): RefusalPart[] {
  const computed = assessmentScore(gate.state)
  if (gate.score === computed) return []
  const zh = `填报得分${gate.score ?? '无'}与按检查结果计算的得分${computed ?? '无'}不一致；请更正得分或检查结果`
  const en = `the stated score ${gate.score ?? 'none'} is not what the findings give: ${computed ?? 'none'}; correct the score or the findings`
  return [{ ...part(gate, 'score-differs', zh, en), pointer: '/data/score' }]
}

/** The judgement lists each item that fails the unit directly, and its score and grade follow from the findings. */
export function missingJudgement(gate: Gate): RefusalPart[] {
  const { judgement } = gate.state
  if (!judgement) {
    const [zh, en] = [
      '尚未登记判定（得分、等级、直接判定项）；请先登记',
      'no judgement with score, grade and direct fails is recorded; record it first',
    ]
    return [part(gate, 'judgement-missing', zh, en)]
  }
  const fails = standingDirectFails(gate.state)
  const listed = new Set(judgement.directFails.map((each) => each.finding))
  const unhandled = fails.filter(({ findingId }) => !listed.has(findingId))
  const parts = unhandled.map(({ findingId, item }) => {
    const zh = `A类不合格项${item}（${findingId}）未列入判定；请重新判定并说明处理`
    const en = `item ${item} of class A does not conform (${findingId}) and is not in the judgement; judge again and say what follows`
    return part(gate, 'direct-fail-unhandled', zh, en)
  })
  const score = assessmentScore(gate.state)
  const grade = gradeOf(gate.process, score, fails.length > 0)
  const gone = [...listed].some((finding) => !fails.some((each) => each.findingId === finding))
  if (judgement.score === score && judgement.grade === grade && !gone) return parts
  const zh = `判定（${judgement.score ?? '无'}分，${judgement.grade}）与现有检查结果（${score ?? '无'}分，${grade}）不一致；请重新判定`
  const en = `the judgement (${judgement.score ?? 'none'}, ${judgement.grade}) is not what the findings give now (${score ?? 'none'}, ${grade}); judge again`
  return [...parts, part(gate, 'judgement-differs', zh, en)]
}
