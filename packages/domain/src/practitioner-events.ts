import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { unreachable } from './decider.ts'
import { divisionCode, registrationNumber, uscc } from './identifiers.ts'
import { sealedPerson } from './person.ts'
import {
  type Employment,
  employmentRole,
  type PracticeRecord,
  qualification,
  type Registration,
  registrationOn,
  spanCovers,
} from './practice-standing.ts'
import { moved, type Residence } from './residence.ts'
import { addDays, dayOf, type EventId, eventId, type LocalDate, localDate, text } from './values.ts'

/** What can happen to a practitioner, and what stands after it. The requests and their rules are in `practitioner.ts`. */

export const registrationDetails = {
  qualification,
  registrationNumber,
  validFrom: localDate,
  /** Last day of validity. Engineers: at most three years. Null: does not expire (operators). */
  validUntil: localDate.nullable(),
  division: divisionCode,
}
export const employmentDetails = {
  /** The institution, or the key unit, by its unified social credit code. */
  employer: uscc,
  role: employmentRole,
  /** Last day of employment when it is known beforehand (a fixed-term contract, a fact recorded late). */
  until: localDate.nullable().default(null),
}
const reason = text(500)
export const pause = { reason, until: localDate.nullable().default(null) }

export const practitionerEvents = {
  /** Registered 初始注册 or, after an earlier one ended, registered again 重新注册. Order 143 art. 8–16. */
  PractitionerRegistered: event(
    { zh: '从业人员注册', en: 'Practitioner registered', law: ['O143:8', 'O143:10', 'O7:20'] },
    { ...registrationDetails, person: sealedPerson },
  ),
  /** Details of the latest registration as they should have stood; `supersedes` names the event that was wrong. */
  PractitionerDetailsCorrected: event(
    { zh: '从业人员信息更正', en: 'Practitioner details corrected', law: ['O143:10', 'O7:20'] },
    { ...registrationDetails, person: sealedPerson, supersedes: eventId, reason },
  ),
  /** Renewed 延续注册 for another term. Order 143 art. 10. */
  RegistrationRenewed: event(
    { zh: '延续注册', en: 'Registration renewed', law: ['O143:10'] },
    { validFrom: localDate, validUntil: localDate },
  ),
  /** In service of an employer from the day of `effectiveAt`. Order 7 art. 11. */
  EmploymentStarted: event({ zh: '受聘', en: 'Employment started', law: ['O7:11'] }, employmentDetails),
  /** The day of `effectiveAt` is the first without this employment. */
  EmploymentEnded: event({ zh: '解聘', en: 'Employment ended', law: ['O7:11'] }, { employer: uscc, reason }),
  /** An engineer was to be employed at a second organisation (violation V02); refused, and kept as a fact. */
  EmploymentOverlapAttempted: event(
    {
      zh: '同时在两个以上单位执业（被拒）',
      en: 'Employment overlap attempted',
      law: ['O7:11', 'O7:27(1)(1)', 'O143:33'],
    },
    {
      ...employmentDetails,
      overlaps: z.array(z.strictObject({ employer: uscc, from: localDate, until: localDate.nullable() })),
    },
  ),
  /**
   * Cancelled 注销: ends the registration from that day, without blame (own wish, death, expiry, loss of employment).
   * What was signed before stays validly signed; the person may register again at any time.
   */
  RegistrationCancelled: event({ zh: '注销注册', en: 'Registration cancelled', law: ['ALL:70'] }, { reason }),
  /**
   * Revoked 撤销: the registration was wrongly obtained and is void from its beginning. On no day, past days included,
   * was the person registered by it. Obtained by deceit, the person may not apply again for three years.
   */
  RegistrationRevoked: event(
    { zh: '撤销注册', en: 'Registration revoked', law: ['ALL:69', 'ALL:79'] },
    { reason, deceit: z.boolean(), barredUntil: localDate.nullable() },
  ),
  /**
   * Struck off 吊销: taken away as a penalty from the day of the decision. What was signed before stays validly
   * signed; the person may not register again until `barredUntil` (null: never again).
   */
  RegistrationStruckOff: event(
    { zh: '吊销注册证', en: 'Registration struck off', law: ['APL:9', 'FL:69'] },
    { reason, barredUntil: localDate.nullable() },
  ),
  /** May not practise from that day until `until` (last day) or until reinstated. Registration stays. */
  PracticeSuspended: event({ zh: '暂停执业', en: 'Practice suspended', law: ['FL:69', 'APL:9'] }, pause),
  /** The day of `effectiveAt` is the first without the suspension. */
  PracticeReinstated: event({ zh: '恢复执业', en: 'Practice reinstated', law: ['FL:69'] }, { reason }),
  /** Banned from the trade 市场禁入 until `until` (last day); null: for life. */
  PractitionerBanned: event({ zh: '从业人员市场禁入', en: 'Practitioner banned', law: ['FL:69'] }, pause),
}
export type PractitionerEvent = EventOf<typeof practitionerEvents>

export type PractitionerState =
  | { readonly status: 'unknown' }
  | (PracticeRecord & {
      readonly status: 'known'
      readonly division: string
      /** Where they belonged, over time: whose business they were on a day. */
      readonly residences: readonly Residence[]
      readonly subjectId: string
      /** No registration before the day after this one: a bar that came with revocation or striking off. */
      readonly barred: readonly { readonly from: LocalDate; readonly until: LocalDate | null }[]
      /** The event whose details of the latest registration stand. */
      readonly detailsEvent: EventId | null
      /** Employers whom the last event concerns: those of its day and those it names. */
      readonly employersConcerned: readonly string[]
    })

export type KnownPractitioner = Exclude<PractitionerState, { status: 'unknown' }>
type DataOf<Type extends PractitionerEvent['type']> = Extract<PractitionerEvent, { type: Type }>['data']

export const initialPractitionerState = { status: 'unknown' } as PractitionerState

function registered(
  state: PractitionerState,
  event: Extract<PractitionerEvent, { type: 'PractitionerRegistered' }>,
): KnownPractitioner {
  const { person, division, qualification, registrationNumber, validFrom, validUntil } = event.data
  const before = state.status === 'known' ? state : newcomer
  const terms = [{ from: validFrom, until: validUntil }]
  const registration = { qualification, registrationNumber, terms, endedFrom: null, annulled: false }
  return {
    ...before,
    status: 'known',
    division,
    residences: moved(before.residences, dayOf(event.effectiveAt), division),
    subjectId: person.subjectId,
    registrations: [...before.registrations, registration],
    detailsEvent: event.id ?? null,
  }
}

const newcomer = {
  residences: [],
  registrations: [],
  employments: [],
  suspensions: [],
  bans: [],
  barred: [],
  employersConcerned: [],
} as const

function corrected(
  state: KnownPractitioner,
  event: Extract<PractitionerEvent, { type: 'PractitionerDetailsCorrected' }>,
): KnownPractitioner {
  const { person, division, qualification, registrationNumber, validFrom, validUntil } = event.data
  const last = state.registrations.at(-1)
  if (!last) return state
  const terms = [...last.terms.slice(0, -1), { from: validFrom, until: validUntil }]
  const mended = { ...last, qualification, registrationNumber, terms }
  const registrations = [...state.registrations.slice(0, -1), mended]
  const residences = moved(state.residences, dayOf(event.effectiveAt), division)
  const { subjectId } = person
  return { ...state, division, residences, subjectId, registrations, detailsEvent: event.id ?? null }
}

/** Applies a change to the registration that an act of that day is about; to none when there is none. */
function changeRegistration(
  state: KnownPractitioner,
  day: LocalDate,
  change: (entry: Registration) => Partial<Registration>,
): KnownPractitioner {
  const target = registrationOn(state, day) ?? latestRegistration(state)
  const registrations = state.registrations.map((entry) =>
    entry === target ? { ...entry, ...change(entry) } : entry,
  )
  return { ...state, registrations }
}

/** The last one granted that was not revoked, ended or not. */
export function latestRegistration(state: PracticeRecord): Registration | null {
  return state.registrations.findLast((entry) => !entry.annulled) ?? null
}

const endSpans = <Span extends { from: LocalDate; until: LocalDate | null }>(
  spans: readonly Span[],
  day: LocalDate,
  concerned: (span: Span) => boolean = () => true,
) =>
  spans.map((span) =>
    concerned(span) && spanCovers(span, day) ? { ...span, until: addDays(day, -1) } : span,
  )

export function evolvePractitioner(state: PractitionerState, event: PractitionerEvent): PractitionerState {
  if (event.type === 'PractitionerRegistered') return concern(registered(state, event), event)
  if (state.status === 'unknown') throw new Error(`${event.type} before PractitionerRegistered`)
  return concern(evolveKnown(state, event), event)
}

function concern(state: KnownPractitioner, event: PractitionerEvent): KnownPractitioner {
  const day = dayOf(event.effectiveAt)
  const named = 'employer' in event.data ? [event.data.employer] : []
  const overlapped = 'overlaps' in event.data ? event.data.overlaps.map((entry) => entry.employer) : []
  // A correction holds from when the wrong details did, and matters to all who have employed the person since.
  const corrects = event.type === 'PractitionerDetailsCorrected'
  const current = state.employments
    .filter((entry) => spanCovers(entry, day) || (corrects && (entry.until === null || day <= entry.until)))
    .map((entry) => entry.employer)
  return { ...state, employersConcerned: [...new Set([...current, ...named, ...overlapped])] }
}

function evolveKnown(
  state: KnownPractitioner,
  event: Exclude<PractitionerEvent, { type: 'PractitionerRegistered' }>,
): KnownPractitioner {
  const day = dayOf(event.effectiveAt)
  switch (event.type) {
    case 'PractitionerDetailsCorrected':
      return corrected(state, event)
    case 'RegistrationRenewed': {
      const term = { from: event.data.validFrom, until: event.data.validUntil }
      const renewed = changeRegistration(state, day, (entry) => ({ terms: [...entry.terms, term] }))
      return { ...renewed, detailsEvent: event.id ?? null }
    }
    case 'EmploymentStarted': {
      const { employer, role, until } = event.data
      const employments: Employment[] = [...state.employments, { employer, role, from: day, until }]
      return {
        ...state,
        employments: employments.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
      }
    }
    case 'EmploymentEnded': {
      const employments = endSpans(state.employments, day, (span) => span.employer === event.data.employer)
      return { ...state, employments }
    }
    case 'EmploymentOverlapAttempted':
      return state
    case 'RegistrationCancelled':
      return changeRegistration(state, day, () => ({ endedFrom: day }))
    case 'RegistrationRevoked':
      return bar(
        changeRegistration(state, day, () => ({ annulled: true })),
        day,
        event.data,
      )
    case 'RegistrationStruckOff':
      return bar(
        changeRegistration(state, day, () => ({ endedFrom: day })),
        day,
        event.data,
      )
    case 'PracticeSuspended':
      return { ...state, suspensions: [...state.suspensions, { from: day, until: event.data.until }] }
    case 'PracticeReinstated':
      return { ...state, suspensions: endSpans(state.suspensions, day) }
    case 'PractitionerBanned':
      return { ...state, bans: [...state.bans, { from: day, until: event.data.until }] }
    default:
      return unreachable(event)
  }
}

function bar(
  state: KnownPractitioner,
  from: LocalDate,
  data: DataOf<'RegistrationRevoked'> | DataOf<'RegistrationStruckOff'>,
): KnownPractitioner {
  if ('deceit' in data && !data.deceit) return state
  return { ...state, barred: [...state.barred, { from, until: data.barredUntil }] }
}
