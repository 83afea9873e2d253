import { z } from 'zod'
import { type CommandOf, command, streamCategory } from './category.ts'
import { refuseUnlessStanding } from './correction.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { uscc } from './identifiers.ts'
import { person } from './person.ts'
import {
  isEngineer,
  isHeld,
  isUnexpired,
  practiceStandingOn,
  type Qualification,
  registrationOn,
  spanCovers,
  spansOverlap,
} from './practice-standing.ts'
import {
  employmentDetails,
  evolvePractitioner,
  initialPractitionerState,
  type KnownPractitioner,
  type PractitionerEvent,
  type PractitionerState,
  pause,
  practitionerEvents,
  registrationDetails,
} from './practitioner-events.ts'
import { addDays, addMonths, dayOf, eventId, type LocalDate, localDate, text, ulid } from './values.ts'

/**
 * Practitioner 从业人员: registered fire engineer of either grade, or fire facility operator by level.
 * Stream `practitioner-<ULID>`; one natural person, whatever registrations they hold one after the other.
 * Events, state and fold are in `practitioner-events.ts`; what the state says of a day in `practice-standing.ts`.
 */

const reason = text(500)

export const practitionerCommands = {
  RegisterPractitioner: command(
    {
      zh: '注册从业人员',
      en: 'Register practitioner',
      law: ['O143:8', 'O7:20'],
      permission: 'register',
      opens: true,
    },
    { ...registrationDetails, person },
  ),
  CorrectDetails: command(
    {
      zh: '更正从业人员信息',
      en: 'Correct details',
      law: ['O143:10', 'O7:20'],
      permission: 'register',
      corrects: true,
    },
    { ...registrationDetails, person, supersedes: eventId, reason },
  ),
  RenewRegistration: command(
    { zh: '延续注册', en: 'Renew registration', law: ['O143:10'], permission: 'register' },
    { validFrom: localDate, validUntil: localDate },
  ),
  StartEmployment: command(
    { zh: '登记受聘', en: 'Start employment', law: ['O7:11'], permission: 'register' },
    employmentDetails,
  ),
  EndEmployment: command(
    { zh: '登记解聘', en: 'End employment', law: ['O7:11'], permission: 'register' },
    { employer: uscc, reason },
  ),
  CancelRegistration: command(
    { zh: '注销注册', en: 'Cancel registration', law: ['ALL:70'], permission: 'register' },
    { reason },
  ),
  RevokeRegistration: command(
    { zh: '撤销注册', en: 'Revoke registration', law: ['ALL:69', 'ALL:79'], permission: 'penalise' },
    { reason, deceit: z.boolean() },
  ),
  StrikeOffRegistration: command(
    { zh: '吊销注册证', en: 'Strike off registration', law: ['APL:9', 'FL:69'], permission: 'penalise' },
    { reason, barredUntil: localDate.nullable() },
  ),
  SuspendPractice: command(
    { zh: '暂停执业', en: 'Suspend practice', law: ['FL:69', 'APL:9'], permission: 'penalise' },
    pause,
  ),
  ReinstatePractice: command(
    { zh: '恢复执业', en: 'Reinstate practice', law: ['FL:69'], permission: 'penalise' },
    { reason },
  ),
  BanPractitioner: command(
    { zh: '市场禁入', en: 'Ban practitioner', law: ['FL:69'], permission: 'penalise' },
    pause,
  ),
}
export type PractitionerCommand = CommandOf<typeof practitionerCommands>

function decide(command: PractitionerCommand, state: PractitionerState): Decision<PractitionerEvent> {
  if (command.type === 'RegisterPractitioner') return register(command, state)
  if (state.status === 'unknown') {
    return refuse(
      'practitioner-not-registered',
      {
        zh: '从业人员尚未登记，请先登记',
        en: 'the practitioner is not in the register; register them first',
      },
      ['O143:8'],
    )
  }
  return decideKnown(command, state)
}

type Command<Type extends PractitionerCommand['type']> = Extract<PractitionerCommand, { type: Type }>
type LaterCommand = Exclude<PractitionerCommand, { type: 'RegisterPractitioner' }>

function decideKnown(command: LaterCommand, state: KnownPractitioner): Decision<PractitionerEvent> {
  const day = dayOf(command.effectiveAt)
  switch (command.type) {
    case 'CorrectDetails':
      return correct(command, state)
    case 'RenewRegistration':
      return renew(command, state, day)
    case 'StartEmployment':
      return startEmployment(command, state, day)
    case 'EndEmployment':
      return endEmployment(command, state, day)
    case 'CancelRegistration':
      if (registrationOn(state, day)) return accept({ type: 'RegistrationCancelled', data: command.data })
      return state.registrations.some((entry) => entry.endedFrom !== null) ? accept() : refuseUnregistered()
    case 'RevokeRegistration':
      return revoke(command, state, day)
    case 'StrikeOffRegistration':
      if (registrationOn(state, day)) return accept({ type: 'RegistrationStruckOff', data: command.data })
      return refuseUnregistered()
    case 'SuspendPractice': {
      if (!registrationOn(state, day)) return refuseUnregistered()
      const same = state.suspensions.some(
        (span) => spanCovers(span, day) && span.until === command.data.until,
      )
      return same ? accept() : accept({ type: 'PracticeSuspended', data: command.data })
    }
    case 'ReinstatePractice':
      return practiceStandingOn(state, day).suspended
        ? accept({ type: 'PracticeReinstated', data: command.data })
        : accept()
    case 'BanPractitioner': {
      const { until } = command.data
      const already = state.bans.some(
        (span) => spanCovers(span, day) && (span.until === null || (until !== null && until <= span.until)),
      )
      return already ? accept() : accept({ type: 'PractitionerBanned', data: command.data })
    }
    default:
      return unreachable(command)
  }
}

function register(
  command: Command<'RegisterPractitioner'>,
  state: PractitionerState,
): Decision<PractitionerEvent> {
  const { qualification, validFrom, validUntil, person } = command.data
  const fault = validityFault(qualification, validFrom, validUntil)
  if (fault) return fault
  const event = { type: 'PractitionerRegistered', data: command.data } as const
  if (state.status === 'unknown') return accept(event)
  if (person.subjectId !== state.subjectId) return refuseAnotherPerson()
  if (state.bans.some((span) => spanCovers(span, validFrom))) {
    return refuse(
      'practitioner-banned',
      { zh: '该人员被禁止从业', en: 'the person is banned from the trade' },
      ['FL:69'],
    )
  }
  const bar = state.barred.find((span) => spanCovers(span, validFrom))
  if (bar) {
    return refuse(
      'registration-barred',
      {
        zh: bar.until ? `至${bar.until}不得再次注册` : '终身不得再次注册',
        en: bar.until ? `may not register again until after ${bar.until}` : 'may never register again',
      },
      ['ALL:79', 'O143:23'],
      '/data/validFrom',
    )
  }
  const same = state.registrations.some(
    (entry) =>
      entry.qualification === qualification && isHeld(entry, validFrom) && isUnexpired(entry, validFrom),
  )
  if (!same) return accept(event)
  return refuse(
    'practitioner-already-registered',
    {
      zh: '该人员已有同等级的有效注册，请办理延续注册',
      en: 'a registration of this qualification is in force; renew it, or correct its details',
    },
    ['O143:10'],
  )
}

function correct(command: Command<'CorrectDetails'>, state: KnownPractitioner): Decision<PractitionerEvent> {
  const { qualification, validFrom, validUntil, person, supersedes } = command.data
  const fault = validityFault(qualification, validFrom, validUntil)
  if (fault) return fault
  if (person.subjectId !== state.subjectId) return refuseAnotherPerson()
  return (
    refuseUnlessStanding(state.detailsEvent, supersedes) ??
    accept({ type: 'PractitionerDetailsCorrected', data: command.data })
  )
}

function renew(
  command: Command<'RenewRegistration'>,
  state: KnownPractitioner,
  day: LocalDate,
): Decision<PractitionerEvent> {
  const held = registrationOn(state, day)
  if (!held) return refuseUnregistered()
  const { validFrom, validUntil } = command.data
  const same = held.terms.some((term) => term.from === validFrom && term.until === validUntil)
  if (same) return accept()
  return (
    validityFault(held.qualification, validFrom, validUntil) ??
    accept({ type: 'RegistrationRenewed', data: command.data })
  )
}

/** Order 7 art. 11: an engineer serves one organisation at a time. Operators are not bound by it. */
function startEmployment(
  command: Command<'StartEmployment'>,
  state: KnownPractitioner,
  day: LocalDate,
): Decision<PractitionerEvent> {
  const { employer, role, until } = command.data
  const wanted = { from: day, until }
  if (until !== null && until < day) {
    return refuse(
      'employment-reversed',
      { zh: '受聘截止日早于起始日', en: 'the employment ends before it begins' },
      ['O7:11'],
      '/data/until',
    )
  }
  const overlapping = state.employments.filter((entry) => spansOverlap(entry, wanted))
  const same = overlapping.some(
    (entry) => entry.employer === employer && entry.role === role && spanCovers(entry, day),
  )
  if (same) return accept()
  const elsewhere = overlapping.filter((entry) => entry.employer !== employer)
  const engineer = state.registrations.some(
    (entry) =>
      isEngineer(entry.qualification) &&
      !entry.annulled &&
      (entry.endedFrom === null || day < entry.endedFrom),
  )
  if (!engineer || elsewhere.length === 0) return accept({ type: 'EmploymentStarted', data: command.data })
  const employers = elsewhere.map((entry) => entry.employer).join('、')
  const overlaps = elsewhere.map(({ employer, from, until }) => ({ employer, from, until }))
  return {
    ...refuse(
      'employment-overlaps',
      {
        zh: `注册消防工程师不得同时在两个以上单位执业，该期间已受聘于${employers}`,
        en: `an engineer may serve one organisation at a time; employed then by ${employers}: end that first`,
      },
      ['O7:11', 'O7:27(1)(1)', 'O143:33'],
      '/data/employer',
    ),
    recorded: [{ type: 'EmploymentOverlapAttempted', data: { ...command.data, overlaps } }],
  }
}

function endEmployment(
  command: Command<'EndEmployment'>,
  state: KnownPractitioner,
  day: LocalDate,
): Decision<PractitionerEvent> {
  const there = state.employments.filter((entry) => entry.employer === command.data.employer)
  if (there.some((entry) => spanCovers(entry, day))) {
    return accept({ type: 'EmploymentEnded', data: command.data })
  }
  if (there.some((entry) => entry.from <= day)) return accept()
  return refuse(
    'not-employed-there',
    { zh: '该人员在该日未受聘于该单位', en: 'the person was not employed there on that day' },
    ['O7:11'],
    '/data/employer',
  )
}

function revoke(
  command: Command<'RevokeRegistration'>,
  state: KnownPractitioner,
  day: LocalDate,
): Decision<PractitionerEvent> {
  if (state.registrations.every((entry) => entry.annulled)) return accept()
  // Administrative Licensing Law art. 79: three years without a new application after deceit.
  const barredUntil = command.data.deceit ? addDays(addMonths(day, 36), -1) : null
  return accept({ type: 'RegistrationRevoked', data: { ...command.data, barredUntil } })
}

function validityFault(qualification: Qualification, from: LocalDate, until: LocalDate | null) {
  const fault = (code: string, zh: string, en: string) =>
    refuse(code, { zh, en }, ['O143:10'], '/data/validUntil')
  if (until !== null && until < from) {
    return fault('validity-reversed', '有效期截止日早于起始日', 'the registration expires before it begins')
  }
  if (!isEngineer(qualification)) return null
  if (until === null) {
    return fault(
      'validity-missing',
      '注册消防工程师的注册须有截止日',
      'an engineer’s registration needs a last day',
    )
  }
  if (until > addMonths(from, 36)) {
    return fault(
      'validity-too-long',
      '注册有效期不得超过三年',
      'an engineer’s registration is good for three years at most',
    )
  }
  return null
}

function refuseUnregistered() {
  return refuse(
    'not-registered-on-day',
    { zh: '该人员在该日没有注册', en: 'the person held no registration on that day' },
    ['O143:8'],
  )
}

function refuseAnotherPerson() {
  return refuse(
    'another-person',
    { zh: '该编号属于另一人员', en: 'this id belongs to another person; use a new id' },
    ['O143:8'],
    '/data/person/subjectId',
  )
}

export const practitioner = streamCategory({
  name: 'practitioner',
  path: 'practitioners',
  title: { zh: '从业人员', en: 'Practitioner' },
  id: ulid,
  visibility: 'register',
  events: practitionerEvents,
  commands: practitionerCommands,
  initialState: initialPractitionerState,
  evolve: evolvePractitioner,
  decide,
  concerns: (state, id) => ({
    division: state.status === 'unknown' ? null : state.division,
    institutions: state.status === 'unknown' ? [] : state.employersConcerned,
    practitioners: [id],
    units: [],
  }),
})
