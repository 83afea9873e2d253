import { z } from 'zod'
import { anomalyCode } from './anomaly.ts'
import { checkItems } from './check-items.ts'
import { conditionCode } from './practice-conditions.ts'
import type { SubjectKind } from './rulebook-content.ts'
import type { Title } from './values.ts'
import { amountFen } from './values.ts'
import { findViolation } from './violations.ts'

/**
 * From fact to points, as data: an item or a veto of a rulebook says by which facts it is set off. Kinds of facts are
 * the program's (what an event of the ledger means for somebody's credit); which of them counts, from which amount,
 * for which violation, is the rulebook's.
 */

export const creditFactKinds = {
  fine: {
    zh: '罚款决定（一案一当事人合计）',
    en: 'a fine, all violations of one party in one decision together',
  },
  violation: { zh: '处罚决定认定的违法行为', en: 'one violation of one party, as a decision found it' },
  'rectification-missed': { zh: '逾期未整改', en: 'a rectification that did not come in time' },
  inspected: { zh: '接受检查', en: 'an inspection that was concluded, whatever it found' },
  'condition-unmet': { zh: '核查不符合从业条件', en: 'a practice condition found unmet on verification' },
  finding: { zh: '检查发现的问题', en: 'a finding of a concluded inspection, by check item' },
  'inspection-refused': { zh: '拒绝监督检查', en: 'an inspection refused' },
  understaffed: { zh: '人员低于从业条件超过30日', en: 'staff below the conditions for more than 30 days' },
  'extra-grade-one': {
    zh: '超额配备一级注册消防工程师',
    en: 'grade-one engineers above the minimum, counted at a verification, once a year',
  },
  'complaint-substantiated': { zh: '投诉查实', en: 'a complaint found to be true' },
  'anomaly-confirmed': { zh: '异常线索经确认', en: 'an anomaly that was confirmed' },
  'training-completed': { zh: '完成培训', en: 'training completed' },
  'public-service': { zh: '公益服务', en: 'public service' },
  'hazard-reported': { zh: '火灾前报告隐患', en: 'a hazard reported before the fire' },
  'faultless-year': { zh: '全年无过错', en: 'a calendar year without any deduction or veto' },
  banned: { zh: '终身市场禁入', en: 'banned from the market for life' },
  'registration-revoked': { zh: '以欺骗手段取得注册被撤销', en: 'a registration revoked for deceit' },
  'second-employer': {
    zh: '拟同时在两个以上单位执业',
    en: 'an attempt to be employed at a second organisation',
  },
  'late-entry': { zh: '项目录入系统逾期', en: 'a project entered in the system late' },
  'gate-waived': { zh: '评估阶段要求豁免', en: 'a requirement of an assessment stage waived' },
  'signature-refused': { zh: '无资格签字被拒', en: 'a signature refused for want of qualification' },
} as const satisfies Record<string, Title>
export type CreditFactKind = keyof typeof creditFactKinds
export const creditFactKind = z.enum(Object.keys(creditFactKinds) as [CreditFactKind, ...CreditFactKind[]])

/** Whose facts they are: a rulebook about others waits for them in vain. */
export const factSubjects: Readonly<Record<CreditFactKind, readonly SubjectKind[]>> = {
  fine: ['institution', 'practitioner', 'unit'],
  violation: ['institution', 'practitioner', 'unit'],
  'rectification-missed': ['institution', 'unit'],
  inspected: ['institution', 'unit'],
  'condition-unmet': ['institution'],
  finding: ['institution'],
  'inspection-refused': ['institution'],
  understaffed: ['institution'],
  'extra-grade-one': ['institution'],
  'complaint-substantiated': ['institution'],
  'anomaly-confirmed': ['institution', 'practitioner'],
  'training-completed': ['institution', 'practitioner'],
  'public-service': ['institution', 'practitioner'],
  'hazard-reported': ['institution', 'practitioner'],
  'faultless-year': ['institution', 'practitioner', 'unit'],
  banned: ['institution', 'practitioner'],
  'registration-revoked': ['practitioner'],
  'second-employer': ['practitioner'],
  'late-entry': ['institution'],
  'gate-waived': ['institution'],
  'signature-refused': ['institution', 'practitioner'],
}

/** Kinds of facts that carry codes, and the codes there are; a trigger that names another one is faulty. */
const codesOf: Partial<Record<CreditFactKind, (code: string) => boolean>> = {
  fine: (code) => findViolation(code) !== undefined,
  violation: (code) => findViolation(code) !== undefined,
  'condition-unmet': (code) => conditionCode.safeParse(code).success,
  finding: (code) => checkItems.some((item) => item.code === code),
  'anomaly-confirmed': (code) => anomalyCode.safeParse(code).success,
  // Requirements of gates are the assessment process's own, and that is data too.
  'gate-waived': () => true,
}

export const penaltySanction = z.enum([
  'stop-practice',
  'revoke-registration',
  'revoke-licence',
  'market-ban',
])
export const penaltyCircumstance = z.enum([
  'fatal-fire',
  'major-loss',
  'repeated',
  'first-and-minor',
  'mitigated',
])

/** Sets an item or a veto off. All that is named must hold; of a list, one entry is enough; an empty list asks for nothing. */
export const creditTrigger = z.strictObject({
  fact: creditFactKind,
  aboveFen: amountFen.nullable().default(null).meta({ description: 'the fine is more than this, in fen' }),
  upToFen: amountFen
    .nullable()
    .default(null)
    .meta({ description: 'the fine is at most this, in fen (“以下” includes the number)' }),
  codes: z.array(z.string().min(1).max(40)).max(50).default([]).meta({
    description:
      'violations, practice conditions, check items, anomalies or gate requirements, by kind of fact',
  }),
  sanctions: z.array(penaltySanction).max(4).default([]),
  circumstances: z.array(penaltyCircumstance).max(5).default([]),
})
export type CreditTrigger = z.output<typeof creditTrigger>

/** One act that is judged. `violation` is null where the act is none of our table. */
export type CreditAct = { readonly factId: string; readonly violation: string | null }

/** What an event says of somebody, as far as a rulebook may ask for it. */
export type CreditFact = CreditAct & {
  readonly kind: CreditFactKind
  readonly account: string
  readonly subjectKind: SubjectKind
  /** When the fact holds. */
  readonly effectiveAt: string
  readonly reason: string
  readonly count: number
  readonly fineFen: number | null
  readonly codes: readonly string[]
  readonly sanctions: readonly string[]
  readonly circumstances: readonly string[]
  /** Further acts that the same decision judged together with this one. */
  readonly furtherActs: readonly CreditAct[]
}

export function answersTo(trigger: CreditTrigger, fact: CreditFact): boolean {
  const { aboveFen, upToFen, codes, sanctions, circumstances } = trigger
  return (
    trigger.fact === fact.kind &&
    (aboveFen === null || (fact.fineFen !== null && fact.fineFen > aboveFen)) &&
    (upToFen === null || (fact.fineFen !== null && fact.fineFen <= upToFen)) &&
    meets(codes, fact.codes) &&
    meets(sanctions, fact.sanctions) &&
    meets(circumstances, fact.circumstances)
  )
}

function meets(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((each) => found.includes(each))
}

/** Codes of a trigger that no fact of its kind can carry, by their place in the list. */
export function unknownCodes({
  fact,
  codes,
}: CreditTrigger): { readonly place: number; readonly code: string }[] {
  const known = codesOf[fact] ?? (() => false)
  return codes.flatMap((code, place) => (known(code) ? [] : [{ place, code }]))
}

/** What the rulebook makes of the fact: the items and vetoes that it sets off. */
export function setOffBy(
  content: {
    readonly items: readonly { readonly code: string; readonly triggers: readonly CreditTrigger[] }[]
    readonly veto: {
      readonly codes: readonly { readonly code: string; readonly triggers: readonly CreditTrigger[] }[]
    } | null
  },
  fact: CreditFact,
): { readonly kind: 'adjustment' | 'veto'; readonly code: string }[] {
  const answering = (
    list: readonly { readonly code: string; readonly triggers: readonly CreditTrigger[] }[],
  ) => list.filter(({ triggers }) => triggers.some((trigger) => answersTo(trigger, fact)))
  return [
    ...answering(content.items).map(({ code }) => ({ kind: 'adjustment' as const, code })),
    ...answering(content.veto?.codes ?? []).map(({ code }) => ({ kind: 'veto' as const, code })),
  ]
}
