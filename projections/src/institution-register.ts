import {
  type ConditionFigures,
  type ConditionOutcome,
  dayOf,
  type InstitutionEvent,
  type InstitutionState,
  institution,
  type SealedPerson,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { statusSteps, stepRows } from './status-steps.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * The public register of institutions: one row each, as the ledger now has it. What an institution is on a moment stands
 * in its steps alone: a suspension ends, and a fact begins to hold, without an event on that day.
 */

type State = {
  readonly institution: InstitutionState
  readonly legalRepresentative: SealedPerson | null
  readonly registeredOn: string | null
  readonly declared: ConditionFigures | null
  readonly verified: {
    readonly on: string
    readonly figures: ConditionFigures
    readonly outcomes: readonly ConditionOutcome[]
    readonly rectifyBy: string | null
  } | null
  readonly commitment: { readonly signedOn: string; readonly postedAt: string } | null
  /** Why the institution has its status. */
  readonly reason: string | null
  readonly suspendedUntil: string | null
  readonly stamp: Stamp
}

const initialState: State = {
  institution: institution.initialState,
  legalRepresentative: null,
  registeredOn: null,
  declared: null,
  verified: null,
  commitment: null,
  reason: null,
  suspendedUntil: null,
  stamp: unstamped,
}

export const institutionRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'institution-register',
  version: 2,
  categories: ['institution'],
  tables: {
    institution: {
      columns: {
        uscc: 'text',
        name: 'text',
        type: 'text',
        division: 'text',
        address: 'text',
        established_on: 'text',
        registered_on: 'text',
        /** Null before the first verification. */
        conditions_met: 'boolean',
        conditions_verified_on: 'text',
        rectify_by: 'text',
        suspended_until: 'text',
        legal_representative_name: 'text',
        /** The opened legal representative: subjectId, name, identityNumber, phone, withheld. */
        person: 'json',
        details: 'json',
        ...stampColumns,
      },
      primaryKey: ['uscc'],
      indexes: [['division'], ['name']],
      searchable: ['name', 'uscc', 'legal_representative_name'],
    },
    /** registered · active · suspended · withdrawn · removed · banned */
    institution_status_step: statusSteps('uscc'),
  },
  keysOf: (event) => [event.streamId],
  initialState,
  evolve: (state, event) => ({ ...evolveInstitution(state, occurred(event)), stamp: stampOf(event) }),
  rows(state, key, _shared, open) {
    const known = state.institution
    if (known.status === 'unknown' || !state.legalRepresentative) return {}
    const { history } = known
    const { legalRepresentative, declared, verified, commitment, reason } = state
    const person = open(legalRepresentative)
    return {
      institution: [
        {
          uscc: key,
          name: known.details.name,
          type: known.details.type,
          division: known.details.division,
          address: known.details.address,
          established_on: known.details.establishedOn,
          registered_on: state.registeredOn,
          conditions_met: known.conditionsMet,
          conditions_verified_on: verified?.on ?? null,
          rectify_by: verified?.rectifyBy ?? null,
          suspended_until: state.suspendedUntil,
          legal_representative_name: person.name,
          person,
          details: { declared, verified, commitment, reason, history },
          ...stampValues(state.stamp),
        },
      ],
      institution_status_step: stepRows('uscc', key, known.details.division, history),
    }
  },
}

function evolveInstitution(state: State, event: InstitutionEvent): State {
  const next = { ...state, institution: institution.evolve(state.institution, event) }
  switch (event.type) {
    case 'InstitutionRegistered':
      return {
        ...next,
        legalRepresentative: event.data.legalRepresentative,
        registeredOn: dayOf(event.effectiveAt),
      }
    case 'InstitutionDetailsCorrected':
      return { ...next, legalRepresentative: event.data.legalRepresentative }
    case 'PracticeConditionsDeclared':
      return { ...next, declared: event.data.figures }
    case 'PracticeConditionsVerified': {
      const { figures, outcomes, rectifyBy } = event.data
      return { ...next, verified: { on: dayOf(event.effectiveAt), figures, outcomes, rectifyBy } }
    }
    case 'CommitmentSigned':
      return { ...next, commitment: { signedOn: event.data.signedOn, postedAt: event.data.postedAt } }
    case 'InstrumentCalibrated':
      return next
    case 'InstitutionSuspended':
      return { ...next, reason: event.data.reason, suspendedUntil: event.data.until }
    default:
      return { ...next, reason: event.data.reason, suspendedUntil: null }
  }
}
