import {
  type CreditAccountState,
  type CreditEntry,
  type CreditGravity,
  type CreditVeto,
  findItem,
  isDisputed,
  type RulebookVersion,
  shownUntil,
} from '@fireledger/domain'
import type { Rows } from './projection.ts'

/** What stands in an account, as rows: entries and vetoes, objections, publications. */

type OpenAccount = Exclude<CreditAccountState, { status: 'unknown' }>

type About = {
  /** Of adjustments and vetoes, by event id. */
  readonly reasons: Readonly<Record<string, string>>
  readonly library: readonly RulebookVersion[]
}

export function openRows(open: OpenAccount, subject: string, division: string, about: About): Rows {
  return {
    credit_entry: [
      ...open.entries.map((entry) => adjustmentRow(open, subject, entry, about)),
      ...open.vetoes.map((veto) => vetoRow(open, subject, veto, about)),
    ],
    credit_objection: open.objections.map((objection, index) => ({
      subject,
      number: open.objections.slice(0, index).filter(({ entry }) => entry === objection.entry).length + 1,
      entry: objection.entry,
      division,
      noticed_on: objection.noticedOn,
      filed_on: objection.filedOn,
      due_on: objection.dueOn,
      extended: objection.extended,
      decided_on: objection.decidedOn,
      outcome: objection.outcome,
      pending: objection.decidedOn === null,
      overdue: objection.overdue || objection.inTime === false,
      in_time: objection.inTime ?? (objection.overdue ? false : null),
    })),
    credit_publication: open.published.map((grade) => ({
      subject,
      event_id: grade.eventId,
      as_of: grade.asOf,
      score: grade.score,
      level: grade.level,
      grade: grade.grade,
      veto_code: grade.veto,
      rulebook: grade.rulebook,
      inputs_digest: grade.inputsDigest,
      supersedes: grade.supersedes,
    })),
  }
}

type Shown = {
  readonly gravity: CreditGravity | null
  readonly effectiveOn: string
  readonly endedOn: string | null
  readonly forLife: boolean
}

/** The days of publication; none for a bonus, which is no dishonesty. */
function shownColumns({ gravity, effectiveOn, endedOn, forLife }: Shown) {
  const until = gravity === null ? 'never' : shownUntil({ gravity, effectiveOn, endedOn, forLife })
  return until === 'never'
    ? { gravity, shown_from: null, shown_until: null }
    : { gravity, shown_from: effectiveOn, shown_until: until }
}

/** Pending now: by the latest fact, whatever the day. */
const farAhead = '9999-12-31'

function adjustmentRow(open: OpenAccount, subject: string, entry: CreditEntry, { reasons, library }: About) {
  const content = library.find((version) => version.reference === entry.rulebook)?.content
  const item = content && findItem(content, entry.item)
  const gravity = item?.polarity === 'bonus' ? null : (item?.gravity ?? 'general')
  const { effectiveOn, reversed } = entry
  return {
    subject,
    event_id: entry.eventId,
    kind: 'adjustment',
    item: entry.item,
    count: entry.count,
    points: entry.points,
    violation: entry.violation,
    fact_id: entry.factId,
    cause_event_id: entry.causeEventId,
    effective_on: effectiveOn,
    valid_until: entry.validUntil,
    reversed_on: reversed?.effectiveOn ?? null,
    reversal_basis: reversed?.basis ?? null,
    restores: reversed?.restores ?? null,
    ...shownColumns({ gravity, effectiveOn, endedOn: reversed?.effectiveOn ?? null, forLife: false }),
    disputed: isDisputed(open, entry.eventId, farAhead),
    rulebook: entry.rulebook,
    reason: reasons[entry.eventId] ?? null,
  }
}

function vetoRow(open: OpenAccount, subject: string, veto: CreditVeto, { reasons, library }: About) {
  const content = library.find((version) => version.reference === veto.rulebook)?.content
  const gravity = content?.veto?.codes.find(({ code }) => code === veto.code)?.gravity ?? 'serious'
  const { effectiveOn, lifted } = veto
  const forLife = veto.liftableFrom === null
  return {
    subject,
    event_id: veto.eventId,
    kind: 'veto',
    item: veto.code,
    count: 1,
    points: null,
    violation: null,
    fact_id: veto.factId,
    cause_event_id: veto.causeEventId,
    effective_on: effectiveOn,
    valid_until: null,
    reversed_on: lifted?.effectiveOn ?? null,
    reversal_basis: lifted?.basis ?? null,
    restores: lifted?.restores ?? null,
    ...shownColumns({ gravity, effectiveOn, endedOn: lifted?.effectiveOn ?? null, forLife }),
    disputed: isDisputed(open, veto.eventId, farAhead),
    rulebook: veto.rulebook,
    reason: reasons[veto.eventId] ?? null,
  }
}
