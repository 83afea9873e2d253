import { createHash } from 'node:crypto'
import {
  addDays,
  type ConditionFigures,
  dayOf,
  divisionContains,
  divisionOn,
  type Instant,
  type InstitutionType,
  type LedgerEvent,
  type LocalDate,
  type RulebookVersion,
  rulebookIdOf,
  rulebookInForce,
  type SubjectKind,
  startOfDay,
} from '@fireledger/domain'
import { type Cause, type CommandRequest, causeOf } from './command-request.ts'
import type { DeadlineRule } from './deadline-rule.ts'
import type { Draft, Memory } from './memory.ts'
import { type Recollection, recallLibrary, type Subject } from './recollections.ts'

/**
 * Whose account is to be looked at, and when: at once after a fact that bears on a grade or a warning, and on the days
 * on which time alone changes something. What the look finds, the account's own rules record.
 */

/** Look at it now. `review/<subject>` */
type Review = {
  readonly cause: Cause
  /** When the cause was recorded. */
  readonly at: Instant
  /** The first day of another rulebook. */
  readonly turned?: LocalDate
}

/** Look at it on the day. `turn/<day>/<subject>`, or `turn/<day>/rulebook <id>` for all whom a rulebook concerns. */
type Turn = { readonly cause: Cause }

const turnKey = (day: LocalDate, what: string) => `turn/${day}/${what}`

type Watched = {
  readonly type: InstitutionType
  readonly figures: ConditionFigures | null
}

const onAccounts = [
  'CreditAdjusted',
  'CreditAdjustmentReversed',
  'CreditVetoImposed',
  'CreditVetoLifted',
  // Where results are settled by cycle, the publication is the first day of one.
  'GradePublished',
]

/** Marks accounts whose own entries have changed, and the days on which they change by time. */
const accountTurns: Recollection = {
  on: onAccounts,
  fold(event, memory) {
    mark(event, event.streamId, memory)
    if (event.type !== 'CreditAdjusted') return
    const { effectiveOn, validUntil, rulebook } = event.data as {
      effectiveOn: LocalDate
      validUntil: LocalDate | null
      rulebook: string
    }
    const content = recallLibrary(memory).find(({ reference }) => reference === rulebook)?.content
    const drop = content?.warnings?.drop
    const days = [
      ...(validUntil === null ? [] : [addDays(validUntil, 1)]),
      ...(drop ? [addDays(effectiveOn, drop.days), addDays(effectiveOn, drop.days + 1)] : []),
    ]
    for (const day of days) turnOn(day, event, event.streamId, memory)
  },
}

/** `certificate/<practitioner>`: the last day of the registration. `employed/<USCC>/<practitioner>`: by whom, until when. */
const watchedPeople: Recollection = {
  on: [
    'PractitionerRegistered',
    'PractitionerDetailsCorrected',
    'RegistrationRenewed',
    'RegistrationCancelled',
    'RegistrationRevoked',
    'RegistrationStruckOff',
    'EmploymentStarted',
    'EmploymentEnded',
  ],
  fold(event, memory) {
    const data = event.data as { validUntil?: LocalDate | null; employer?: string; until?: LocalDate | null }
    if (event.type === 'EmploymentStarted')
      memory.set(`employed/${data.employer}/${event.streamId}`, { until: data.until ?? null })
    else if (event.type === 'EmploymentEnded') memory.set(`employed/${data.employer}/${event.streamId}`, null)
    else memory.set(`certificate/${event.streamId}`, data.validUntil ? { until: data.validUntil } : null)
    for (const subject of [event.streamId, ...event.metadata.institutions]) mark(event, subject, memory)
  },
}

/** `staff/<USCC>`: the kind of institution, and its figures by the last verification. */
const watchedStaff: Recollection = {
  on: [
    'InstitutionRegistered',
    'InstitutionDetailsCorrected',
    'PracticeConditionsVerified',
    'InstitutionWithdrew',
    'InstitutionRemoved',
    'InstitutionBanned',
  ],
  fold(event, memory) {
    const key = `staff/${event.streamId}`
    const known = memory.get(key) as Watched | undefined
    const data = event.data as { type?: InstitutionType; figures?: ConditionFigures }
    if (data.type) memory.set(key, { type: data.type, figures: known?.figures ?? null } satisfies Watched)
    else if (data.figures && known) memory.set(key, { ...known, figures: data.figures })
    mark(event, event.streamId, memory)
  },
}

/** Another rulebook changes everybody's grade on its first day. */
const rulebookTurns: Recollection = {
  on: ['RulebookAdopted', 'RulebookRetired'],
  fold(event, memory) {
    const { from } = event.data as { from: LocalDate }
    memory.set(turnKey(from, `rulebook ${event.streamId}`), { cause: causeOf(event) } satisfies Turn)
  },
}

function mark(event: LedgerEvent, subject: string, memory: Draft): void {
  const at = event.metadata.recordedAt
  memory.set(`review/${subject}`, { cause: causeOf(event), at } satisfies Review)
}

function turnOn(day: LocalDate, event: LedgerEvent, subject: string, memory: Draft): void {
  // What is over already is looked at with the event itself.
  if (day > dayOf(event.metadata.recordedAt))
    memory.set(turnKey(day, subject), { cause: causeOf(event) } satisfies Turn)
}

/** Whom to look at by the day, and the keys that are done with then. */
function dueBy(today: LocalDate, memory: Memory) {
  const reviews = new Map<string, Review>()
  const done: string[] = []
  for (const [key, document] of memory.entries('turn/')) {
    const [, day = '', what = ''] = key.split('/')
    if (day > today) break
    done.push(key)
    const { cause } = document as Turn
    const at = startOfDay(today)
    if (!what.startsWith('rulebook ')) reviews.set(what, { cause, at })
    else
      for (const subject of concernedBy(what.slice('rulebook '.length), memory))
        reviews.set(subject, { cause, at, turned: day })
  }
  for (const [key, document] of memory.entries('review/')) {
    done.push(key)
    const subject = key.slice('review/'.length)
    const { turned } = reviews.get(subject) ?? {}
    reviews.set(subject, { ...(document as Review), ...(turned === undefined ? {} : { turned }) })
  }
  return { reviews, done }
}

function* concernedBy(id: string, memory: Memory): Generator<string> {
  const version = recallLibrary(memory).find(({ reference }) => rulebookIdOf(reference) === id)
  for (const [key, document] of memory.entries('subject/')) {
    const { subjectKind, residences } = document as Subject
    const inside = version?.adoptions.some(
      (adoption) =>
        adoption.subjectKind === subjectKind &&
        residences.some(({ division }) => divisionContains(adoption.division, division)),
    )
    if (inside) yield key.slice('subject/'.length)
  }
}

export const reviewMarks: readonly Recollection[] = [accountTurns, watchedPeople, watchedStaff, rulebookTurns]

export const reviewCredits: DeadlineRule = {
  name: 'review-credit',
  *due(today, memory) {
    const { reviews } = dueBy(today, memory)
    if (reviews.size === 0) return
    const library = recallLibrary(memory)
    for (const [id, review] of reviews) {
      const request = requestFor(id, review, today, memory, library)
      if (request) yield request
    }
  },
  *done(today, memory) {
    const { reviews, done } = dueBy(today, memory)
    for (const key of done) yield [key, null]
    const library = recallLibrary(memory)
    for (const [id, { cause }] of reviews) {
      const next = nextCertificateTurn(id, today, memory, library)
      if (next !== null) yield [turnKey(next, id), { cause } satisfies Turn]
    }
  },
}

/** Null: no register knows the subject, or no rulebook is in force for it. */
function requestFor(
  id: string,
  { cause, at, turned }: Review,
  today: LocalDate,
  memory: Memory,
  library: readonly RulebookVersion[],
): CommandRequest | null {
  const subject = memory.get(`subject/${id}`) as Subject | undefined
  const division = subject ? divisionOn(subject.residences, today) : null
  if (!subject || division === null) return null
  const { subjectKind } = subject
  const version = rulebookInForce(library, division, subjectKind, today)
  if (!version) return null
  const former = turned && rulebookInForce(library, division, subjectKind, addDays(turned, -1))
  const rulebook = rulebookIdOf(version.reference)
  const there = subject.goneFrom === null || subject.goneFrom > today
  const watched = there ? watchedOf(id, subjectKind, today, memory) : null
  const data = {
    division,
    subjectKind,
    rulebook,
    former: former && former.reference !== version.reference ? rulebookIdOf(former.reference) : null,
    watched,
  }
  const effectiveAt = dayOf(at) === today ? at : startOfDay(today)
  return {
    rule: 'review-credit',
    cause,
    category: 'creditAccount',
    type: 'ReviewCredit',
    id,
    part: `${today}/${digestOf(data, effectiveAt)}`,
    data,
    effectiveAt,
  }
}

/**
 * What is looked at may have changed before a request is asked again, though its cause is the same: then it is another
 * request. The account tells only what is new, so asking twice tells nothing twice.
 */
function digestOf(data: object, effectiveAt: Instant): string {
  const content = JSON.stringify([data, effectiveAt])
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

function watchedOf(id: string, kind: SubjectKind, today: LocalDate, memory: Memory) {
  const certificates = certificatesOf(id, kind, today, memory)
  const staff = memory.get(`staff/${id}`) as Watched | undefined
  const staffing = staff?.figures ? { type: staff.type, figures: staff.figures } : null
  return { certificates, staffing }
}

function certificatesOf(id: string, kind: SubjectKind, today: LocalDate, memory: Memory) {
  const people = kind === 'practitioner' ? [id] : kind === 'institution' ? employedBy(id, today, memory) : []
  return people.flatMap((practitioner) => {
    const known = memory.get(`certificate/${practitioner}`) as { until: LocalDate } | undefined
    return known ? [{ practitioner, until: known.until }] : []
  })
}

function employedBy(uscc: string, today: LocalDate, memory: Memory): string[] {
  const prefix = `employed/${uscc}/`
  return [...memory.entries(prefix)].flatMap(([key, document]) => {
    const { until } = document as { until: LocalDate | null }
    return until === null || today <= until ? [key.slice(prefix.length)] : []
  })
}

/** The next day on which a certificate comes near its end, or has ended; null: none. */
function nextCertificateTurn(
  id: string,
  today: LocalDate,
  memory: Memory,
  library: readonly RulebookVersion[],
): LocalDate | null {
  const subject = memory.get(`subject/${id}`) as Subject | undefined
  const division = subject ? divisionOn(subject.residences, today) : null
  if (!subject || division === null) return null
  const version = rulebookInForce(library, division, subject.subjectKind, today)
  const within = version?.content.warnings?.certificateDays
  if (within === null || within === undefined) return null
  const days = certificatesOf(id, subject.subjectKind, today, memory)
    .flatMap(({ until }) => [addDays(until, -within), addDays(until, 1)])
    .filter((day) => day > today)
  return days.sort()[0] ?? null
}

/** Whether somebody waits to be looked at, whatever the day. */
export function reviewsWait(memory: Memory): boolean {
  return memory.entries('review/')[Symbol.iterator]().next().done !== true
}
