import {
  type Act,
  type Assessment,
  assessmentStep,
  completion,
  drafting,
  revising,
} from './assessment-steps.ts'
import { digestOf } from './identifiers.ts'
import { leadsOf } from './projects.ts'
import type { Step } from './wave.ts'

/** Check, audit and issue by three persons in order, and what goes wrong on the way. */
export function* reviewAndIssue(life: Assessment): Generator<Step> {
  const { random, pace } = life
  const turn = random.next()
  if (turn < 0.07) yield* strangerSigns(life)
  else if (turn < 0.14) yield* unqualifiedAudits(life)
  else if (turn < 0.22) yield* sentBack(life)
  else if (turn < 0.27) yield* borrowedLeadSigns(life)
  else if (turn < 0.32) yield* leadIssues(life)
  yield* signatures(life)
  const end = random.next()
  if (end < 0.07) {
    yield voiding(life, pace.days(1), '结论表述有误，报告作废')
    yield assessmentStep(life, pace.next(), revising(life, '结论表述有误，修订后重新签发'))
    yield* signatures(life)
  } else if (end < 0.14) {
    yield voiding(life, pace.days(1), '附件检测记录缺页，报告作废')
    yield* backToDrafting(life, '报告作废，退回重新编制')
    yield assessmentStep(life, pace.next(), revising(life, '补齐附件后重新编制'))
    yield assessmentStep(life, pace.next(), completion(life, 'S6'))
    yield* signatures(life)
  }
}

/** Found wrong after it was archived: revised, signed, delivered and archived once more. */
export function* reopened(life: Assessment, archive: (slot: number) => Step): Generator<Step> {
  const { pace, random } = life
  yield voiding(life, pace.days(random.int(3, 9)), '建筑面积有误，报告作废')
  yield assessmentStep(life, pace.next(), revising(life, '建筑面积更正，修订后重新出具'))
  yield* signatures(life)
  yield assessmentStep(life, pace.next(), completion(life, 'S7'))
  yield assessmentStep(life, pace.days(1), delivery(life))
  yield assessmentStep(life, pace.next(), completion(life, 'S8'))
  yield archive(pace.days(1))
}

/** By the technical lead: who drafts a revision may not take an issued report's validity away. */
function voiding(life: Assessment, slot: number, reason: string): Step {
  const voided = { reportNumber: life.reportNumber, voidedBy: life.team.technicalLead, reason }
  return assessmentStep(life, slot, { type: 'VoidReport', data: voided })
}

export function delivery({ pace, random, reportNumber }: Assessment): Act {
  const data = { reportNumber, deliveredOn: pace.day, receiptSha256: digestOf(random) }
  return { type: 'DeliverReport', data }
}

function* signatures(life: Assessment): Generator<Step> {
  const { pace, team, random, reportNumber } = life
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

/** An engineer of another institution lends their name, is not employed here, and is taken out again. */
function* borrowedLeadSigns(life: Assessment): Generator<Step> {
  const { pace, team, reportNumber, city, institution } = life
  const colleague = city.institutions.find(
    ({ fate, key, type }) => fate === 'stays' && key !== institution.key && type !== 'maintenance',
  )
  if (!colleague) return
  const [, borrowed] = leadsOf(colleague)
  const lent = { ...team, projectLead: borrowed.id }
  yield assessmentStep(life, pace.next(), {
    type: 'ChangeTeam',
    data: { team: lent, reason: '项目负责人临时请假，借用外单位人员' },
  })
  const attempt = assessmentStep(life, pace.next(), {
    type: 'CheckReport',
    data: { reportNumber, checkedBy: borrowed.id },
    expected: { refused: 'signature-employed-elsewhere' },
  })
  yield attempt
  yield assessmentStep(life, pace.next(), {
    type: 'ChangeTeam',
    data: { team, reason: '外单位人员不得签字，恢复原项目负责人' },
  })
}

/** The technical lead wants to issue in the legal representative's place. */
function* leadIssues(life: Assessment): Generator<Step> {
  const { pace, team, random, reportNumber } = life
  const data = { reportNumber, issuedBy: team.technicalLead, sha256: digestOf(random) }
  yield assessmentStep(life, pace.next(), {
    type: 'IssueReport',
    data,
    expected: { refused: 'signature-not-in-role' },
  })
}

/** The technical lead finds gaps and returns the draft, which is drafted anew under its number. */
function* sentBack(life: Assessment): Generator<Step> {
  yield* backToDrafting(life, '隐患描述与证据编号不对应，退回修改')
  yield assessmentStep(life, life.pace.next(), drafting(life))
  yield assessmentStep(life, life.pace.next(), completion(life, 'S6'))
}

function* backToDrafting(life: Assessment, reason: string): Generator<Step> {
  const data = { stage: 'S7', to: 'S6', returnedBy: life.team.technicalLead, reason }
  yield assessmentStep(life, life.pace.next(), { type: 'ReturnStage', data })
}
