import {
  dayOf,
  isEngineer,
  latestRegistration,
  type PractitionerEvent,
  type PractitionerState,
  practitioner,
  type SealedPerson,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * The register of practitioners and where each worked over time. `status` is by the latest fact; what someone was
 * entitled to on a day follows from `details.record` by the domain's `practiceStandingOn`.
 */

type Standing = { readonly from: string; readonly status: string }

type State = {
  readonly practitioner: PractitionerState
  readonly person: SealedPerson | null
  readonly registeredOn: string | null
  /** In the order of the days from which they hold. */
  readonly history: readonly Standing[]
  readonly stamp: Stamp
}

/** What the type makes of the practitioner's status; other events leave it. */
const statusAfter: Readonly<Record<string, string>> = {
  PractitionerRegistered: 'registered',
  RegistrationRenewed: 'registered',
  PracticeReinstated: 'registered',
  RegistrationCancelled: 'cancelled',
  RegistrationRevoked: 'revoked',
  RegistrationStruckOff: 'struck-off',
  PracticeSuspended: 'suspended',
  PractitionerBanned: 'banned',
}

export const practitionerRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'practitioner-register',
  version: 1,
  categories: ['practitioner'],
  tables: {
    practitioner: {
      columns: {
        id: 'text',
        name: 'text',
        /** engineer · operator */
        profession: 'text',
        qualification: 'text',
        registration_number: 'text',
        division: 'text',
        /** registered · cancelled · revoked · struck-off · suspended · banned */
        status: 'text',
        status_since: 'text',
        registered_on: 'text',
        /** Last day of the latest term; null: does not expire. */
        valid_until: 'text',
        /** USCC of the employer by the latest fact; null when none. */
        employer: 'text',
        employer_role: 'text',
        person: 'json',
        details: 'json',
        ...stampColumns,
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['employer'], ['name'], ['registration_number'], ['valid_until']],
      searchable: ['name', 'registration_number'],
    },
    practitioner_employment: {
      columns: {
        practitioner: 'text',
        /** In the order of beginning, from 1. */
        number: 'integer',
        /** USCC. */
        institution: 'text',
        role: 'text',
        from_day: 'text',
        /** Last day, included; null while it lasts. */
        until_day: 'text',
      },
      primaryKey: ['practitioner', 'number'],
      indexes: [['institution', 'from_day']],
    },
  },
  keysOf: (event) => [event.streamId],
  initialState: {
    practitioner: practitioner.initialState,
    person: null,
    registeredOn: null,
    history: [],
    stamp: unstamped,
  },
  evolve(state, event) {
    const fact = occurred<PractitionerEvent>(event)
    const status = statusAfter[event.type]
    const day = dayOf(fact.effectiveAt)
    return {
      practitioner: practitioner.evolve(state.practitioner, fact),
      person: 'person' in fact.data ? fact.data.person : state.person,
      registeredOn: state.registeredOn ?? day,
      history: status ? [...state.history, { from: fact.effectiveAt, status }].sort(byMoment) : state.history,
      stamp: stampOf(event),
    }
  },
  rows(state, key, _shared, open) {
    const record = state.practitioner
    if (record.status === 'unknown' || !state.person) return { practitioner: [], practitioner_employment: [] }
    const person = open(state.person)
    const latest = latestRegistration(record) ?? record.registrations.at(-1) ?? null
    const standing = state.history.at(-1)
    const employment = record.employments.findLast((entry) => entry.until === null)
    const { registrations, employments, suspensions, bans } = record
    return {
      practitioner: [
        {
          id: key,
          name: person.name,
          profession: isEngineer(latest?.qualification ?? null) ? 'engineer' : 'operator',
          qualification: latest?.qualification ?? null,
          registration_number: latest?.registrationNumber ?? null,
          division: record.division,
          status: standing?.status ?? null,
          status_since: standing?.from ?? null,
          registered_on: state.registeredOn,
          valid_until: latest?.terms.at(-1)?.until ?? null,
          employer: employment?.employer ?? null,
          employer_role: employment?.role ?? null,
          person,
          details: { record: { registrations, employments, suspensions, bans }, history: state.history },
          ...stampValues(state.stamp),
        },
      ],
      practitioner_employment: employments.map((entry, index) => ({
        practitioner: key,
        number: index + 1,
        institution: entry.employer,
        role: entry.role,
        from_day: entry.from,
        until_day: entry.until,
      })),
    }
  },
}

function byMoment(a: Standing, b: Standing): number {
  return a.from < b.from ? -1 : a.from > b.from ? 1 : 0
}
