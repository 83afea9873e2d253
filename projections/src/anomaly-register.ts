import { type AnomalyEvent, type AnomalyState, anomaly, anomalyKinds, dayOf } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Anomalies from their detection to what came of them, with what was explained and the time there was for it. */

type Step = { readonly on: string; readonly type: AnomalyEvent['type']; readonly data: object }

type State = {
  readonly anomaly: AnomalyState
  /** All after the detection, in order. */
  readonly steps: readonly Step[]
  readonly stamp: Stamp
}

const table = {
  columns: {
    id: 'text',
    division: 'text',
    institution: 'text',
    practitioner: 'text',
    /** AN01 … AN14 */
    code: 'text',
    /** detected · notified · explained · confirmed · dismissed */
    status: 'text',
    detected_on: 'text',
    notified_on: 'text',
    /** Last day of the explanation; null before the notice. */
    reply_by: 'text',
    /** The first explanation. */
    explained_on: 'text',
    /** Whether it came by its last day; null while there is none, or no notice. */
    in_time: 'boolean',
    /** Confirmed or dismissed; of a confirmation that was annulled, the day of that. */
    settled_on: 'text',
    /** It had been confirmed, and that was taken back. */
    annulled: 'boolean',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'detected_on'],
    ['practitioner'],
    ['code', 'status'],
    ['status', 'reply_by'],
  ],
  searchable: ['code', 'id'],
} as const

export const anomalyRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'anomaly-register',
  version: 1,
  categories: ['anomaly'],
  tables: { anomaly: table },
  keysOf: (event) => [event.streamId],
  initialState: { anomaly: anomaly.initialState, steps: [], stamp: unstamped },
  evolve(state, event) {
    const fact = occurred<AnomalyEvent>(event)
    const step = { on: dayOf(fact.effectiveAt), type: fact.type, data: fact.data }
    return {
      anomaly: anomaly.evolve(state.anomaly, fact),
      steps: fact.type === 'AnomalyDetected' ? state.steps : [...state.steps, step],
      stamp: stampOf(event),
    }
  },
  rows({ anomaly: known, steps, stamp }, id) {
    if (known.status === 'unknown') return {}
    const { status, detectedOn, notifiedOn, explainedOn, replyBy } = known
    const { division, institution, practitioner, code, detail, evidence } = known.anomaly
    const settled = status === 'confirmed' || status === 'dismissed'
    const row = {
      ...{ id, division, institution, practitioner, code, status },
      detected_on: detectedOn,
      notified_on: notifiedOn,
      reply_by: replyBy,
      explained_on: explainedOn,
      in_time: explainedOn === null || replyBy === null ? null : explainedOn <= replyBy,
      settled_on: settled ? (steps.at(-1)?.on ?? null) : null,
      annulled: steps.some(({ type }) => type === 'AnomalyConfirmationAnnulled'),
      details: { title: anomalyKinds[code], detail, evidence, steps },
      ...stampValues(stamp),
    }
    return { anomaly: [row] }
  },
}
