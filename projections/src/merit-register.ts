import { dayOf, type MeritEvent, type MeritState, merit } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { maybe, occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** What institutions and practitioners did well, with what was withdrawn. */

type State = {
  readonly merit: MeritState
  readonly doneOn: string | null
  readonly withdrawn: { readonly on: string; readonly reason: string } | null
  readonly stamp: Stamp
}

const table = {
  columns: {
    id: 'text',
    division: 'text',
    institution: 'text',
    practitioner: 'text',
    /** training · public-service · hazard-reported */
    kind: 'text',
    /** recorded · withdrawn */
    status: 'text',
    done_on: 'text',
    /** Of the fire that a reported hazard came before. */
    fire_on: 'text',
    withdrawn_on: 'text',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [['division', 'status'], ['institution', 'done_on'], ['practitioner'], ['kind', 'status']],
  searchable: ['id'],
} as const

export const meritRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'merit-register',
  version: 1,
  categories: ['merit'],
  tables: { merit: table },
  keysOf: (event) => [event.streamId],
  initialState: { merit: merit.initialState, doneOn: null, withdrawn: null, stamp: unstamped },
  evolve(state, event) {
    const fact = occurred<MeritEvent>(event)
    const on = dayOf(fact.effectiveAt)
    return {
      merit: merit.evolve(state.merit, fact),
      doneOn: fact.type === 'MeritRecorded' ? on : state.doneOn,
      withdrawn: fact.type === 'MeritWithdrawn' ? { on, reason: fact.data.reason } : state.withdrawn,
      stamp: stampOf(event),
    }
  },
  rows({ merit: known, doneOn, withdrawn, stamp }, id) {
    if (known.status === 'unknown') return {}
    const { division, institution, practitioner, kind, description, fireOn, evidence } = known.merit
    const row = {
      ...{ id, division, institution, practitioner, kind },
      status: known.status,
      done_on: doneOn,
      fire_on: fireOn,
      withdrawn_on: maybe(withdrawn, ({ on }) => on),
      details: { description, evidence, withdrawn },
      ...stampValues(stamp),
    }
    return { merit: [row] }
  },
}
