import {
  addDays,
  dayOf,
  isEngineer,
  type LocalDate,
  latestRegistration,
  type PracticeRecord,
  type PractitionerEvent,
  type PractitionerState,
  practiceStandingOn,
  practitioner,
  type SealedPerson,
  startOfDay,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { type Step, statusSteps, stepRows } from './status-steps.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * The register of practitioners, the status of each over time, and where each worked. What someone was entitled to on a
 * day follows from `details.record` by the domain's `practiceStandingOn`; the steps of the status are made by it.
 */

type State = {
  readonly practitioner: PractitionerState
  readonly person: SealedPerson | null
  readonly registeredOn: string | null
  /** In the order of the days from which they hold. */
  readonly history: readonly Step[]
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
  version: 2,
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
      indexes: [['division'], ['employer'], ['name'], ['registration_number'], ['valid_until']],
      searchable: ['name', 'registration_number'],
    },
    /** registered · expired · suspended · cancelled · revoked · struck-off · banned · unregistered (between bans) */
    practitioner_status_step: statusSteps('practitioner'),
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
    if (record.status === 'unknown' || !state.person) return {}
    const person = open(state.person)
    const latest = latestRegistration(record) ?? record.registrations.at(-1) ?? null
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
          registered_on: state.registeredOn,
          valid_until: latest?.terms.at(-1)?.until ?? null,
          employer: employment?.employer ?? null,
          employer_role: employment?.role ?? null,
          person,
          details: { record: { registrations, employments, suspensions, bans }, history: state.history },
          ...stampValues(state.stamp),
        },
      ],
      practitioner_status_step: stepRows(
        'practitioner',
        key,
        record.division,
        practitionerSteps(record, state.history),
      ),
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

function byMoment(a: Step, b: Step): number {
  return a.from < b.from ? -1 : a.from > b.from ? 1 : 0
}

/** Every status with the moment from which it held: registrations expire and suspensions end on days of their own. */
function practitionerSteps(record: PracticeRecord, history: readonly Step[]): Step[] {
  const { registrations, suspensions, bans } = record
  const spans = [...registrations.flatMap(({ terms }) => terms), ...suspensions, ...bans]
  const changes = [
    ...spans.flatMap(({ from, until }) => (until === null ? [from] : [from, addDays(until, 1)])),
    ...registrations.flatMap(({ endedFrom }) => endedFrom ?? []),
  ]
  const endings = history.filter(({ status }) => endingStatuses.has(status))
  const steps: Step[] = []
  for (const day of [...new Set(changes)].sort()) {
    const status = statusOn(record, endings, day)
    if (status !== (steps.at(-1)?.status ?? null))
      steps.push({ from: startOfDay(day), status: status ?? 'unregistered' })
  }
  return steps
}

const endingStatuses = new Set(['cancelled', 'revoked', 'struck-off'])

/** Null before the first registration. */
function statusOn(record: PracticeRecord, endings: readonly Step[], day: LocalDate): string | null {
  const standing = practiceStandingOn(record, day)
  if (standing.banned) return 'banned'
  if (standing.registered && standing.unexpired) return standing.suspended ? 'suspended' : 'registered'
  if (standing.registered) return 'expired'
  const ending = endings.findLast(({ from }) => dayOf(from) <= day)
  if (ending) return ending.status
  // Void from its beginning, on days before the revocation as well.
  const begun = record.registrations.some(({ terms }) => terms.some(({ from }) => from <= day))
  return begun ? 'revoked' : null
}
