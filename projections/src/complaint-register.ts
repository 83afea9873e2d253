import { type ComplaintEvent, type ComplaintState, complaint, dayOf } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Complaints with their clock, and every finding that there was, those that fell too. */

type Finding = {
  readonly on: string
  readonly outcome: string
  readonly inTime: boolean
  readonly reason: string
  readonly annulled: { readonly on: string; readonly reason: string } | null
}

type State = {
  readonly complaint: ComplaintState
  readonly findings: readonly Finding[]
  readonly stamp: Stamp
}

const table = {
  columns: {
    id: 'text',
    division: 'text',
    institution: 'text',
    /** 96119 · 12345 · transfer · other */
    channel: 'text',
    number: 'text',
    /** open · decided */
    status: 'text',
    /** substantiated · unsubstantiated; null while open */
    outcome: 'text',
    received_on: 'text',
    /** Last day of the finding. */
    due_on: 'text',
    /** Of the finding that stands. */
    decided_on: 'text',
    /** Whether it came by its last day; null while none stands. */
    in_time: 'boolean',
    /** It was told that the last day had passed without a finding. */
    overdue: 'boolean',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'received_on'],
    ['status', 'due_on'],
  ],
  searchable: ['number', 'id'],
} as const

export const complaintRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'complaint-register',
  version: 1,
  categories: ['complaint'],
  tables: { complaint: table },
  keysOf: (event) => [event.streamId],
  initialState: { complaint: complaint.initialState, findings: [], stamp: unstamped },
  evolve(state, event) {
    const fact = occurred<ComplaintEvent>(event)
    return {
      complaint: complaint.evolve(state.complaint, fact),
      findings: withFinding(state.findings, fact),
      stamp: stampOf(event),
    }
  },
  rows({ complaint: known, findings, stamp }, id) {
    if (known.status === 'unknown') return {}
    const { received, status, outcome, overdue, receivedOn } = known
    const { division, institution, channel, number, dueOn, provisional, summary } = received
    const standing = findings.find(({ annulled }) => annulled === null)
    const row = {
      ...{ id, division, institution, channel, number, status, outcome, overdue },
      received_on: receivedOn,
      due_on: dueOn,
      decided_on: standing?.on ?? null,
      in_time: standing?.inTime ?? null,
      details: { summary, provisional, findings },
      ...stampValues(stamp),
    }
    return { complaint: [row] }
  },
}

function withFinding(findings: readonly Finding[], event: ComplaintEvent): readonly Finding[] {
  const on = dayOf(event.effectiveAt)
  if (event.type === 'ComplaintDecided') return [...findings, { on, ...event.data, annulled: null }]
  if (event.type !== 'ComplaintFindingAnnulled') return findings
  const { reason } = event.data
  return findings.map((each) => (each.annulled === null ? { ...each, annulled: { on, reason } } : each))
}
