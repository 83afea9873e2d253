import {
  type AssessmentEvent,
  type CreditFact,
  type CreditFactKind,
  dayOf,
  type InspectionEvent,
  type InstitutionEvent,
  type LedgerEvent,
  ownScheme,
  type PenaltyCaseEvent,
  type PenaltyLine,
  type PractitionerEvent,
  type ProjectEvent,
  type SubjectKind,
  ulid,
} from '@fireledger/domain'
import { conductFacts } from './conduct-facts.ts'
import { type Bare, type FactSource, fact } from './fact-source.ts'
import { recallCase, recallDueRectification } from './recollections.ts'

/**
 * What the events of the ledger mean for somebody's credit, before any rulebook is asked. Which of these facts cost or
 * earn anything is the rulebook's business.
 */

/** The lines that stand after the event; null: those that stood before it. */
function linesAfter(event: LedgerEvent): readonly PenaltyLine[] | null {
  const { type, data } = event as LedgerEvent & PenaltyCaseEvent
  if (type === 'PenaltyDecided') return data.lines
  if (type === 'PenaltyReviewDecided' && data.outcome !== 'withdrawn') return data.lines
  return []
}

type Party = {
  readonly account: string
  readonly subjectKind: SubjectKind
  readonly lines: readonly PenaltyLine[]
}

/** The lines by respondent; those who have no credit account are left out. */
function parties(lines: readonly PenaltyLine[]): Party[] {
  const byAccount = new Map<string, Party>()
  for (const line of lines) {
    const { kind, id } = line.respondent
    if (kind === 'other') continue
    const known = byAccount.get(id)
    byAccount.set(id, { account: id, subjectKind: kind, lines: [...(known?.lines ?? []), line] })
  }
  return [...byAccount.values()]
}

/** A violation of our own table; one of another law is an act without a code. */
const ownViolation = ({ violation }: PenaltyLine) => (violation.scheme === ownScheme ? violation.code : null)

/** Penalty decisions: the fine of each party, all its violations together, and each violation by itself. */
const penalties: FactSource = {
  name: 'penalty-decision',
  on: ['PenaltyDecided', 'PenaltyReviewDecided', 'PenaltyCaseWithdrawn'] satisfies PenaltyCaseEvent['type'][],
  takenBackAs: 'decision-annulled',
  say(event, memory) {
    const lines = linesAfter(event)
    if (lines === null) return null
    const file = recallCase(memory, event.streamId)
    const scope = event.stream
    if (!file) return { scope, facts: [] }
    const effectiveAt = file.decidedAt ?? event.metadata.effectiveAt
    // One act has one id, whether it was found by an inspection or fined later: the stream where it was first recorded.
    const origin = file.inspection === null ? event.stream : `inspection-${file.inspection}`
    const money = file.currency === 'CNY'
    const facts = parties(lines).flatMap((party) => [
      ...(money ? fineOf(party, origin, effectiveAt) : []),
      ...violationsOf(party, origin, effectiveAt, money),
    ])
    return { scope, facts }
  },
}

function fineOf({ lines, ...party }: Party, origin: string, effectiveAt: string): CreditFact[] {
  const fineFen = lines.reduce((sum, line) => sum + line.fineFen, 0)
  if (fineFen === 0) return []
  const gravest = lines.reduce((a, b) => (b.fineFen > a.fineFen ? b : a))
  const acts = lines.map((line) => ({
    factId: `${origin}/${line.violation.code}`,
    violation: ownViolation(line),
  }))
  const factId = `${origin}/${gravest.violation.code}`
  const further = acts.filter(
    (act, at) => act.factId !== factId && acts.findIndex((other) => other.factId === act.factId) === at,
  )
  return [
    fact(
      { kind: 'fine', ...party, factId, effectiveAt, reason: `罚款${fineFen / 100}元` },
      {
        violation: ownViolation(gravest),
        furtherActs: further,
        fineFen,
        codes: acts.flatMap((act) => act.violation ?? []),
        sanctions: lines.flatMap((line) => line.sanctions),
        circumstances: lines.flatMap((line) => line.circumstances),
      },
    ),
  ]
}

function violationsOf(
  { lines, ...party }: Party,
  origin: string,
  effectiveAt: string,
  money: boolean,
): CreditFact[] {
  return lines.flatMap((line) => {
    const violation = ownViolation(line)
    if (violation === null) return []
    const { sanctions, circumstances, fineFen } = line
    const factId = `${origin}/${violation}`
    return fact(
      { kind: 'violation', ...party, factId, effectiveAt, reason: `处罚决定：${violation}` },
      { violation, codes: [violation], sanctions, circumstances, fineFen: money ? fineFen : null },
    )
  })
}

/** Whom an inspection was about: the institution, or the unit where no institution was inspected. */
function inspected({ metadata }: LedgerEvent): { account: string; subjectKind: SubjectKind }[] {
  const { institutions, units } = metadata
  if (institutions.length > 0)
    return institutions.map((account) => ({ account, subjectKind: 'institution' as const }))
  return units.map((account) => ({ account, subjectKind: 'unit' as const }))
}

/** A finding alone says nothing; the cure that did not come does. */
const missedRectifications: FactSource = {
  name: 'missed-rectification',
  on: ['RectificationMissed', 'RectificationVerified'] satisfies InspectionEvent['type'][],
  takenBackAs: 'recorded-in-error',
  say(event, memory) {
    const { type, data } = event as LedgerEvent & InspectionEvent
    if (type === 'RectificationVerified') {
      // A cure that was reported in time, though the ledger learnt of it late, undoes the miss.
      const due = data.cured && data.inTime ? recallDueRectification(memory, event.streamId) : undefined
      return due ? { scope: `${event.stream}/${due.dueOn}`, facts: [] } : null
    }
    if (type !== 'RectificationMissed') return null
    const { dueOn } = data
    const factId = `${event.stream}/rectification/${dueOn}`
    const { effectiveAt } = event.metadata
    const reason = `逾期未整改（期限${dueOn}）`
    const facts = inspected(event).map((party) =>
      fact({ kind: 'rectification-missed', ...party, factId, effectiveAt, reason }),
    )
    return { scope: `${event.stream}/${dueOn}`, facts }
  },
}

/** Facts that an event says once and for good. */
function lasting(
  name: string,
  on: string,
  say: (event: LedgerEvent) => readonly (Omit<Bare, 'effectiveAt'> & Partial<CreditFact>)[],
): FactSource {
  return {
    name,
    on: [on],
    takenBackAs: 'recorded-in-error',
    say: (event) => {
      const { effectiveAt } = event.metadata
      return { scope: null, facts: say(event).map((each) => fact({ ...each, effectiveAt }, each)) }
    },
  }
}

const own = (event: LedgerEvent, kind: CreditFactKind, subjectKind: SubjectKind, reason: string) => ({
  kind,
  subjectKind,
  account: event.streamId,
  reason,
})
const ofInstitutions = (event: LedgerEvent, rest: Pick<Bare, 'kind' | 'factId' | 'reason'>) =>
  event.metadata.institutions.map((account) => ({ account, subjectKind: 'institution' as const, ...rest }))

export const factSources: readonly FactSource[] = [
  ...conductFacts,
  penalties,
  missedRectifications,
  lasting('inspection-concluded', 'InspectionConcluded' satisfies InspectionEvent['type'], (event) =>
    inspected(event).map((party) => ({
      kind: 'inspected',
      ...party,
      factId: `${event.stream}/inspected`,
      reason: '接受检查',
    })),
  ),
  lasting('conditions-verified', 'PracticeConditionsVerified' satisfies InstitutionEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<InstitutionEvent, { type: 'PracticeConditionsVerified' }>
    const day = dayOf(event.metadata.effectiveAt)
    return data.outcomes
      .filter(({ met }) => !met)
      .map(({ code, required, found }) => ({
        ...own(event, 'condition-unmet', 'institution', `${code}：要求${required}，实际${found}`),
        factId: `${event.stream}/${code}/${day}`,
        codes: [code],
      }))
  }),
  lasting('institution-banned', 'InstitutionBanned' satisfies InstitutionEvent['type'], (event) => [
    { ...own(event, 'banned', 'institution', '终身市场禁入'), factId: `${event.stream}/LIFETIME-BAN` },
  ]),
  lasting('practitioner-banned', 'PractitionerBanned' satisfies PractitionerEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<PractitionerEvent, { type: 'PractitionerBanned' }>
    if (data.until !== null) return []
    return [
      { ...own(event, 'banned', 'practitioner', '终身市场禁入'), factId: `${event.stream}/LIFETIME-BAN` },
    ]
  }),
  lasting('registration-revoked', 'RegistrationRevoked' satisfies PractitionerEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<PractitionerEvent, { type: 'RegistrationRevoked' }>
    if (!data.deceit) return []
    const reason = '以欺骗手段取得注册被撤销'
    return [
      {
        ...own(event, 'registration-revoked', 'practitioner', reason),
        factId: `${event.stream}/revoked/${event.id}`,
      },
    ]
  }),
  lasting('second-employer', 'EmploymentOverlapAttempted' satisfies PractitionerEvent['type'], (event) => [
    {
      ...own(event, 'second-employer', 'practitioner', '拟同时在两个以上单位执业'),
      factId: `${event.stream}/second-employer/${event.id}`,
    },
  ]),
  lasting('late-entry', 'ProjectEntered' satisfies ProjectEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<ProjectEvent, { type: 'ProjectEntered' }>
    const reason = `项目录入系统逾期（期限${data.dueOn}）`
    return data.late
      ? ofInstitutions(event, { kind: 'late-entry', factId: `${event.stream}/late-entry`, reason })
      : []
  }),
  lasting('gate-waived', 'GateWaived' satisfies AssessmentEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<AssessmentEvent, { type: 'GateWaived' }>
    const factId = `${event.stream}/gate/${data.stage}/${data.requirement}`
    const reason = `${data.stage}阶段要求${data.requirement}豁免`
    return ofInstitutions(event, { kind: 'gate-waived', factId, reason }).map((each) => ({
      ...each,
      codes: [data.requirement],
    }))
  }),
  lasting('signature-refused', 'SignatureRefused' satisfies AssessmentEvent['type'], (event) => {
    const { data } = event as LedgerEvent & Extract<AssessmentEvent, { type: 'SignatureRefused' }>
    const factId = `${event.stream}/signature/${event.id}`
    const said = { kind: 'signature-refused' as const, factId, reason: `无资格签字被拒（${data.obstacle}）` }
    const signer = ulid.safeParse(data.member).success
      ? [{ account: data.member, subjectKind: 'practitioner' as const, ...said }]
      : []
    return [...ofInstitutions(event, said), ...signer]
  }),
]
