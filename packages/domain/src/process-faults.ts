import type { GateCheck, ProcessContent, StageAct, StageDefinition } from './process-content.ts'

/** What is wrong with a process that parses: found when it is drafted, with the place of each fault. */

/** One fault of a content: where (JSON Pointer from the event's data) and what. */
export type ProcessFault = {
  readonly code: string
  readonly pointer: string
  readonly zh: string
  readonly en: string
}

/** Everything that keeps a content from being drafted, in the order in which it is read. */
export function processFaults(content: ProcessContent): ProcessFault[] {
  return [
    ...duplicateFaults(content),
    ...roleFaults(content),
    ...wayFaults(content),
    ...gateFaults(content),
    ...samplingFaults(content),
    ...gradingFaults(content),
  ]
}

function fault(code: string, path: string, zh: string, en: string): ProcessFault {
  return { code, pointer: `/content/${path}`, zh, en }
}

function repeated(path: string, keys: readonly string[]): ProcessFault[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index
      ? []
      : [fault('code-repeated', `${path}/${index}`, `${key}重复`, `${key} stands twice`)],
  )
}

function duplicateFaults({ roles, stages, sampling, grading, sections }: ProcessContent): ProcessFault[] {
  return [
    ...repeated(
      'roles',
      roles.map((each) => each.role),
    ),
    ...repeated(
      'stages',
      stages.map((each) => each.code),
    ),
    ...stages.flatMap((stage, index) => [
      ...repeated(
        `stages/${index}/evidence`,
        stage.evidence.map((each) => each.kind),
      ),
      ...repeated(
        `stages/${index}/gate`,
        stage.gate.map((each) => each.check),
      ),
    ]),
    ...repeated(
      'sampling/interviews',
      sampling.interviews.map((each) => each.group),
    ),
    ...repeated(
      'sampling/items',
      sampling.items.map((each) => each.class),
    ),
    ...repeated('grading/grades', grading?.grades.map((each) => each.grade) ?? []),
    ...repeated(
      'sections',
      sections.map((each) => each.section),
    ),
  ]
}

function roleFaults({ roles, stages, signers, presence }: ProcessContent): ProcessFault[] {
  const known = new Set<string>(roles.map((each) => each.role))
  const named = [
    ...stages.flatMap((stage, index) =>
      stage.responsible.map((role, at) => ({ role, path: `stages/${index}/responsible/${at}` })),
    ),
    ...Object.entries(signers).flatMap(([act, list]) =>
      list.map((role, at) => ({ role, path: `signers/${act}/${at}` })),
    ),
    ...(presence?.groups ?? []).flatMap((group, index) =>
      group.map((role, at) => ({ role, path: `presence/groups/${index}/${at}` })),
    ),
  ]
  return named
    .filter(({ role }) => !known.has(role))
    .map(({ role, path }) =>
      fault('role-unknown', path, `roles中没有${role}`, `${role} is not among the roles`),
    )
}

/** Back is back, and what is measured goes forward. */
function wayFaults({ stages, leastHours }: ProcessContent): ProcessFault[] {
  const place = (code: string) => stages.findIndex((stage) => stage.code === code)
  const back = stages.flatMap((stage, index) =>
    stage.backTo.flatMap((to, at) => {
      const path = `stages/${index}/backTo/${at}`
      if (place(to) === -1) return [unknownStage(path, to)]
      if (place(to) < index) return []
      const [zh, en] = [`${to}不在${stage.code}之前`, `${to} does not come before ${stage.code}`]
      return [fault('way-back-forward', path, zh, en)]
    }),
  )
  const hours = leastHours.flatMap(({ from, to }, index) => {
    const path = `leastHours/${index}`
    const missing = [from, to].find((code) => place(code) === -1)
    if (missing !== undefined) return [unknownStage(path, missing)]
    if (place(from) < place(to)) return []
    return [fault('hours-backward', path, `${to}不在${from}之后`, `${to} does not come after ${from}`)]
  })
  return [...back, ...hours]
}

function unknownStage(path: string, code: string): ProcessFault {
  return fault('stage-unknown', path, `没有阶段${code}`, `there is no stage ${code}`)
}

/** Who may do it at all is never set aside, nor what the report has to go through. */
const neverWaivable: readonly GateCheck[] = [
  'institution-entitled',
  'team-entitled',
  'score-recomputes',
  'direct-fails-handled',
  'report-drafted',
  'report-issued',
  'signatures-hold',
  'report-delivered',
]

/** What must be done in this stage or before it, so that the check can ever be passed. */
const actOf: Partial<Record<GateCheck, StageAct>> = {
  'plan-approved': 'plan',
  'plan-fulfilled': 'inspect',
  'sampling-met': 'plan',
  'presence-proved': 'inspect',
  'findings-evidenced': 'inspect',
  'direct-fails-handled': 'judge',
  'report-drafted': 'draft',
  'sentences-evidenced': 'draft',
  'report-issued': 'sign',
  'signatures-hold': 'sign',
  'report-delivered': 'deliver',
}

function gateFaults(content: ProcessContent): ProcessFault[] {
  return content.stages.flatMap((stage, index) =>
    stage.gate.flatMap(({ check, waivable }, at) => {
      const path = `stages/${index}/gate/${at}`
      if (waivable && neverWaivable.includes(check))
        return [fault('gate-not-waivable', path, `${check}不得豁免`, `${check} can never be waived`)]
      const lacks = lackOf(check, content, content.stages.slice(0, index + 1))
      if (lacks === null) return []
      const [zh, en] = [
        `${check}永远无法满足：缺少${lacks}`,
        `${check} could never be met: there is no ${lacks}`,
      ]
      return [fault('gate-unreachable', path, zh, en)]
    }),
  )
}

/** What a check needs of the process that it does not have; null when it has all. */
function lackOf(
  check: GateCheck,
  content: ProcessContent,
  reached: readonly StageDefinition[],
): string | null {
  const act = actOf[check]
  if (act && !reached.some((stage) => stage.acts.includes(act))) return `stage with the act ${act}`
  if (check === 'findings-evidenced' && !reached.some((stage) => stage.onSite)) return 'stage on site'
  if (check === 'presence-proved' && content.presence === null) return 'presence'
  if (check === 'direct-fails-handled' && content.grading === null) return 'grading'
  return null
}

function samplingFaults({ sampling }: ProcessContent): ProcessFault[] {
  const rules = [
    ...sampling.interviews.map((rule, index) => ({ rule, path: `sampling/interviews/${index}/least` })),
    ...sampling.items.map((rule, index) => ({ rule, path: `sampling/items/${index}/least` })),
  ]
  return rules.flatMap(({ rule, path }) =>
    rule.least.flatMap((step, index) => {
      const before = rule.least[index - 1]
      if (!before || (before.above < step.above && before.count <= step.count)) return []
      return [fault('steps-out-of-order', `${path}/${index}`, '档次应递增', 'the steps must rise')]
    }),
  )
}

function gradingFaults({ grading, stages }: ProcessContent): ProcessFault[] {
  if (!grading) {
    const judging = stages.findIndex((stage) => stage.acts.includes('judge'))
    if (judging === -1) return []
    const path = `stages/${judging}/acts`
    return [fault('grades-missing', path, '判定需要grading', 'there is nothing to judge by without grading')]
  }
  const { grades, directFail } = grading
  const faults = grades.flatMap(({ minimum }, index) => {
    const above = grades[index - 1]
    if (!above || minimum < above.minimum) return []
    return [fault('grades-overlap', `grading/grades/${index}`, '等级分值应递减', 'the minima must fall')]
  })
  if (grades.at(-1)?.minimum !== 0)
    faults.push(fault('grades-gap', 'grading/grades', '最低等级应从0分起', 'the last grade must begin at 0'))
  if (!grades.some((each) => each.grade === directFail)) {
    const [zh, en] = [`没有等级${directFail}`, `there is no grade ${directFail}`]
    faults.push(fault('grade-unknown', 'grading/directFail', zh, en))
  }
  return faults
}
