import { type Assessment, assessmentStep, completion, drafting } from './assessment-steps.ts'
import { digestOf } from './identifiers.ts'
import type { Step } from './wave.ts'

/** Check, audit and issue by three persons in order, and what goes wrong on the way. */
export function* reviewAndIssue(life: Assessment): Generator<Step> {
  const { random, pace } = life
  const turn = random.next()
  if (turn < 0.07) yield* strangerSigns(life)
  else if (turn < 0.14) yield* unqualifiedAudits(life)
  else if (turn < 0.22) yield* sentBack(life)
  yield* signatures(life, life.reportNumber)
  const end = random.next()
  if (end < 0.07) {
    const revised = `${life.reportNumber}-1`
    const data = {
      reportNumber: revised,
      replaces: life.reportNumber,
      sha256: digestOf(random),
      draftedBy: life.team.projectLead,
      reason: '结论表述有误，修订后重新签发',
    }
    yield assessmentStep(life, pace.days(1), { type: 'ReviseReport', data })
    life.reportNumber = revised
    yield* signatures(life, revised)
  } else if (end < 0.14) {
    const reason = '附件检测记录缺页，报告作废'
    const voided = { reportNumber: life.reportNumber, voidedBy: life.team.technicalLead, reason }
    yield assessmentStep(life, pace.days(1), { type: 'VoidReport', data: voided })
    yield* backToDrafting(life, '报告作废，退回重新编制')
    yield* draftAgain(life, 'B')
    yield* signatures(life, life.reportNumber)
  }
}

function* signatures(life: Assessment, reportNumber: string): Generator<Step> {
  const { pace, team, random } = life
  const { projectLead, technicalLead, legalRepresentative } = team
  yield assessmentStep(life, pace.next(), {
    type: 'CheckReport',
    data: { reportNumber, checkedBy: projectLead },
  })
  yield assessmentStep(life, pace.next(), {
    type: 'AuditReport',
    data: { reportNumber, auditedBy: technicalLead },
  })
  const issued = { reportNumber, issuedBy: legalRepresentative, sha256: digestOf(random) }
  yield assessmentStep(life, pace.next(), { type: 'IssueReport', data: issued })
}

/** An engineer of the team signs in the project lead's place. */
function* strangerSigns(life: Assessment): Generator<Step> {
  const { pace, team, reportNumber } = life
  const [engineer] = team.engineers
  if (!engineer) return
  const data = { reportNumber, checkedBy: engineer }
  yield assessmentStep(life, pace.next(), {
    type: 'CheckReport',
    data,
    expected: { refused: 'signature-not-in-role' },
  })
}

/** A grade-two engineer is put in the technical lead's place, may not audit, and is taken out again. */
function* unqualifiedAudits(life: Assessment): Generator<Step> {
  const { pace, team, reportNumber } = life
  const [engineer] = team.engineers
  if (!engineer) return
  const substitute = { ...team, technicalLead: engineer }
  yield assessmentStep(life, pace.next(), {
    type: 'ChangeTeam',
    data: { team: substitute, reason: '技术负责人出差，临时代理' },
  })
  const data = { reportNumber, auditedBy: engineer }
  yield assessmentStep(life, pace.next(), {
    type: 'AuditReport',
    data,
    expected: { refused: 'signature-not-grade-one' },
  })
  yield assessmentStep(life, pace.next(), {
    type: 'ChangeTeam',
    data: { team, reason: '技术负责人恢复履职' },
  })
}

/** The technical lead finds gaps and returns the draft. */
function* sentBack(life: Assessment): Generator<Step> {
  yield* backToDrafting(life, '隐患描述与证据编号不对应，退回修改')
  yield* draftAgain(life, 'A')
}

function* backToDrafting(life: Assessment, reason: string): Generator<Step> {
  const data = { stage: 'S7', to: 'S6', returnedBy: life.team.technicalLead, reason }
  yield assessmentStep(life, life.pace.next(), { type: 'ReturnStage', data })
}

/** The draft under a number of its own; what was printed before stays void. */
function* draftAgain(life: Assessment, suffix: string): Generator<Step> {
  life.reportNumber += suffix
  yield assessmentStep(life, life.pace.next(), drafting(life, life.reportNumber))
  yield assessmentStep(life, life.pace.next(), completion(life, 'S6'))
}
