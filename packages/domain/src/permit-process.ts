import type { ProcessDefinition, StageDefinition, StageEvidence } from './assessment-stages.ts'

/**
 * Receipt of permit applications, as a municipal office works them: a process of other law, carried by the same stages
 * and rules. Its steps run side by side and repeat, so each is a piece of evidence of its stage, and only what is
 * never done out of order is a stage. No gate of fire law applies, and nobody needs a practice registration.
 */

type Step = readonly [kind: string, zh: string, en: string]

const handling: readonly Step[] = [
  ['t02', '核对收件确认', 'check of the confirmation'],
  ['t03', '修改收件确认', 'adjustment of the confirmation'],
  ['t04', '审定收件确认', 'decision on the confirmation'],
  ['t05', '打印并寄送收件确认', 'confirmation printed and sent'],
  ['t06', '判断是否中止征询意见', 'whether advice is stopped'],
  ['t07-1', '起草内部意见（方面1）', 'internal advice, aspect 1'],
  ['t07-2', '起草内部意见（方面2）', 'internal advice, aspect 2'],
  ['t07-3', '起草内部意见（方面3，暂缓）', 'internal advice to hold, aspect 3'],
  ['t07-4', '起草内部意见（类型4，暂缓）', 'internal advice to hold, type 4'],
  ['t07-5', '起草内部意见（方面5）', 'internal advice, aspect 5'],
  ['t08', '起草并发送征询意见函', 'request for advice'],
  ['t09-1', '处理外部意见（第一方）', 'external advice of party 1'],
  ['t09-2', '处理外部意见（第二方）', 'external advice of party 2'],
  ['t09-3', '处理外部意见（第三方）', 'external advice of party 3'],
  ['t09-4', '处理外部意见（第四方）', 'external advice of party 4'],
  ['t10', '判断是否中止办理', 'whether the indication is stopped'],
]

const decisions: readonly Step[] = [
  ['t11', '起草文书X', 'document X created'],
  ['t12', '核对文书X', 'document X checked'],
  ['t13', '修改文书X', 'document X adjusted'],
  ['t14', '审定文书X', 'document X decided'],
  ['t15', '打印文书X', 'document X printed'],
  ['t16', '报告暂缓理由', 'reasons to hold'],
  ['t17', '核对报告Y', 'report Y checked'],
  ['t18', '修改报告Y', 'report Y adjusted'],
  ['t19', '审定报告Y', 'report Y decided'],
  ['t20', '打印报告Y', 'report Y printed'],
]

function stage(
  code: StageDefinition['code'],
  zh: string,
  en: string,
  evidence: StageEvidence[],
): StageDefinition {
  return {
    code,
    title: { zh, en },
    evidence,
    responsible: ['legalRepresentative'],
    gate: [],
    backTo: [],
    limitWorkingDays: 40,
    legalBasis: ['HOUSE:permits'],
  }
}

function possible([kind, zh, en]: Step): StageEvidence {
  return { kind, title: { zh, en }, required: false }
}

const receipt = { kind: 'receipt', title: { zh: '收件确认', en: 'confirmation of receipt' }, required: true }

export const permitProcess: ProcessDefinition = {
  code: 'RECEIPT-PERMIT-1',
  title: { zh: '许可申请收件办理', en: 'Receipt of permit applications' },
  source: 'activities of a public event log of permit receipts; division into stages is a default',
  illustrative: true,
  stages: [
    stage('S1', '收件', 'Receipt', [receipt]),
    stage('S2', '核对与征询', 'Check and advice', handling.map(possible)),
    stage('S3', '文书与报告', 'Documents and reports', decisions.map(possible)),
  ],
  retentionYearsMin: 6,
}
