import type { CreditRepair } from './credit-account-events.ts'
import type { Decision } from './decider.ts'
import { refuse } from './decider.ts'
import type { LegalBasis } from './law.ts'
import type { CreditGravity } from './rulebook-content.ts'
import { addDays, addMonths, type LocalDate } from './values.ts'

/**
 * Publication and repair of credit entries, by the law in force on the day that is asked for: NDRC Order 58 to
 * 2026-03-31, Order 36 from 2026-04-01. Both the end of publication and a repair change what is shown and what has
 * effect; the entry stays in the ledger. The clock starts with the day of the entry (of a penalty: its decision).
 *
 * Sources: Order 58 as local portals sum it up (3 months to 3 years; in fire safety 1 year at least), Order 36 by its
 * classes. What a repair gives back (all, or half of a serious entry) and that minor entries wait for nothing is the
 * house's reading, replaceable here.
 */

type RepairTerms = {
  /** False: not shown to the public at all. */
  readonly published: boolean
  /** Months before a repair. */
  readonly leastMonths: number
  /** Months after which it is shown no longer; the corresponding day is the last. */
  readonly mostMonths: number
  /** Share of the points that a repair gives back. */
  readonly restores: number
}

export type RepairLaw = {
  readonly law: CreditRepair['law']
  readonly from: LocalDate
  readonly terms: Readonly<Record<CreditGravity, RepairTerms>>
}

const ofFireSafety: RepairTerms = { published: true, leastMonths: 12, mostMonths: 36, restores: 1 }

/** In the order of the days from which they hold; the first one also stands for the time before it. */
export const repairLaws: readonly [RepairLaw, ...RepairLaw[]] = [
  {
    law: 'N58',
    from: '2023-05-01',
    // Knew no classes; what is minor by Order 36 was no published penalty under it either.
    terms: {
      minor: { published: false, leastMonths: 0, mostMonths: 3, restores: 1 },
      general: ofFireSafety,
      serious: ofFireSafety,
    },
  },
  {
    law: 'N36',
    from: '2026-04-01',
    terms: {
      minor: { published: false, leastMonths: 0, mostMonths: 3, restores: 1 },
      general: { published: true, leastMonths: 3, mostMonths: 12, restores: 1 },
      serious: { published: true, leastMonths: 12, mostMonths: 36, restores: 0.5 },
    },
  },
]

export function repairLawOn(day: LocalDate): RepairLaw {
  return repairLaws.findLast((each) => each.from <= day) ?? repairLaws[0]
}

/** An entry or a veto, as far as publication needs it. */
export type PublishedEntry = {
  readonly gravity: CreditGravity
  readonly effectiveOn: LocalDate
  /** The first day on which it was repaired or taken back; null: it stands. */
  readonly endedOn: LocalDate | null
  /** A lifetime ban: published as long as it stands, and never repaired. */
  readonly forLife: boolean
}

export type Publication = {
  readonly law: CreditRepair['law']
  readonly gravity: CreditGravity
  /** Whether the public sees it on the day. */
  readonly visible: boolean
  /** Last day of publication by the law of the day; null: for good, or never published at all. */
  readonly until: LocalDate | null
  /** First day of a repair by the law of the day; null: never. */
  readonly repairableFrom: LocalDate | null
}

/** How an entry is published on the day, by the law of that day. */
export function publicationOn(entry: PublishedEntry, day: LocalDate): Publication {
  const { gravity, effectiveOn, endedOn, forLife } = entry
  const { law, terms } = repairLawOn(day)
  const { published, leastMonths, mostMonths } = terms[gravity]
  const stands = effectiveOn <= day && (endedOn === null || day < endedOn)
  if (forLife) return { law, gravity, visible: stands, until: null, repairableFrom: null }
  const until = published ? addMonths(effectiveOn, mostMonths) : null
  return {
    law,
    gravity,
    visible: stands && until !== null && day <= until,
    until,
    repairableFrom: addMonths(effectiveOn, leastMonths),
  }
}

/**
 * The last day on which the public sees the entry, the change of law included, as far as is known; null: for good.
 * 'never' when it is not shown on any day. Every later law shortens, so that what is shown is one span from the entry on.
 */
export function shownUntil(entry: PublishedEntry): LocalDate | null | 'never' {
  const days = [
    entry.effectiveOn,
    ...repairLaws.map(({ from }) => from).filter((from) => from > entry.effectiveOn),
  ]
  let shown: LocalDate | null | 'never' = 'never'
  for (const [place, day] of days.entries()) {
    if (!publicationOn(entry, day).visible) break
    const { until } = publicationOn(entry, day)
    const next = days[place + 1]
    const ends = [until, next && addDays(next, -1), entry.endedOn && addDays(entry.endedOn, -1)].filter(
      (each) => typeof each === 'string',
    )
    shown = ends.sort()[0] ?? null
  }
  return shown
}

export type RepairRequest = {
  readonly curedOn: LocalDate | null
  readonly commitmentSha256: string | null
}

type Granted = { readonly accepted: true; readonly repair: CreditRepair }

/**
 * Whether the law of the day lets the entry be repaired: its least time is over, the fault is cured, and the subject
 * has committed itself in writing. Minor entries need neither time nor papers.
 */
export function grantRepair(
  { gravity, effectiveOn }: { readonly gravity: CreditGravity; readonly effectiveOn: LocalDate },
  { curedOn, commitmentSha256 }: RepairRequest,
  day: LocalDate,
): Granted | Extract<Decision<never>, { accepted: false }> {
  const { law, terms } = repairLawOn(day)
  const { leastMonths, restores } = terms[gravity]
  const basis: LegalBasis[] = [`${law}:`, 'HOUSE:credit-repair']
  const from = addMonths(effectiveOn, leastMonths)
  if (day < from) {
    const text = {
      zh: `最短公示期未满，自${from}起方可申请修复`,
      en: `the least time of publication is not over; it can be repaired from ${from} on`,
    }
    return refuse('repair-too-early', text, basis)
  }
  if (gravity !== 'minor' && (curedOn === null || curedOn > day)) {
    const text = {
      zh: '须先纠正失信行为，并填写纠正日期',
      en: 'the fault must be cured first; give the day of the cure',
    }
    return refuse('repair-without-cure', text, basis, '/data/curedOn')
  }
  if (gravity !== 'minor' && commitmentSha256 === null) {
    const text = {
      zh: '须提交信用承诺书',
      en: 'a written credit commitment is needed; give the hash of the file',
    }
    return refuse('repair-without-commitment', text, basis, '/data/commitmentSha256')
  }
  return { accepted: true, repair: { law, gravity, restores, curedOn, commitmentSha256 } }
}
