import { addDays, type Instant, type LocalDate, startOfDay } from './values.ts'

/** How an institution's status follows from the facts about it, in whatever order they were recorded. */

export type InstitutionStatus = 'registered' | 'active' | 'suspended' | 'withdrawn' | 'removed' | 'banned'

/** One fact that bears on the status; `until` is the last day of a suspension, null when it was left open. */
export type StatusFact =
  | {
      readonly kind: 'registered' | 'verified' | 'resumed' | 'withdrawn' | 'removed' | 'banned'
      readonly from: Instant
    }
  | { readonly kind: 'suspended'; readonly from: Instant; readonly until: LocalDate | null }

export type StatusEntry = { readonly from: Instant; readonly status: InstitutionStatus }

/** The facts in the order in which they held; of one moment, in the order in which they were recorded. */
export function inOrder(facts: readonly StatusFact[]): readonly StatusFact[] {
  return [...facts].sort((a, b) => Date.parse(a.from) - Date.parse(b.from))
}

/**
 * Every status with the moment from which it held. A suspension hides what the institution otherwise is and gives it
 * back when it ends: an institution that was never verified does not become active by being resumed, and one that
 * leaves and registers again does not escape it.
 */
export function statusHistory(facts: readonly StatusFact[]): readonly StatusEntry[] {
  const history: StatusEntry[] = []
  let standing: InstitutionStatus = 'registered'
  let suspension: { readonly endsAt: Instant | null } | null = null
  const become = (from: Instant, status: InstitutionStatus) => {
    if (history.at(-1)?.status !== status) history.push({ from, status })
  }
  for (const fact of inOrder(facts)) {
    if (suspension?.endsAt && suspension.endsAt <= fact.from) {
      become(suspension.endsAt, standing)
      suspension = null
    }
    if (standing === 'banned') continue
    if (fact.kind === 'suspended') {
      suspension = { endsAt: fact.until === null ? null : startOfDay(addDays(fact.until, 1)) }
    } else {
      standing = standingAfter(standing, fact.kind)
      if (fact.kind === 'resumed') suspension = null
    }
    become(fact.from, seen(standing, suspension !== null))
  }
  if (suspension?.endsAt) become(suspension.endsAt, standing)
  return history
}

function seen(standing: InstitutionStatus, suspended: boolean): InstitutionStatus {
  return suspended && (standing === 'registered' || standing === 'active') ? 'suspended' : standing
}

function standingAfter(
  standing: InstitutionStatus,
  kind: Exclude<StatusFact['kind'], 'suspended'>,
): InstitutionStatus {
  if (kind === 'resumed') return standing
  if (kind === 'verified') return standing === 'registered' ? 'active' : standing
  return kind
}
