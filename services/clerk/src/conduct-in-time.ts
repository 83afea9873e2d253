import { addDays, type CreditFact, type LocalDate, type SubjectKind, startOfDay } from '@fireledger/domain'
import type { Cause, CommandRequest } from './command-request.ts'
import { type ComplaintMemory, type FaultsMemory, type StaffingMemory, timedRules } from './conduct-memory.ts'
import { react } from './credit-consequences.ts'
import type { DeadlineRule } from './deadline-rule.ts'
import { fact, type SaidFacts } from './fact-source.ts'
import type { Memory } from './memory.ts'
import { recallSubject, type Subject } from './recollections.ts'

/** Facts that no event says, because only time makes them: a year without fault, staff short for too long. */

type Said = {
  readonly name: string
  readonly cause: Cause
  readonly said: SaidFacts
  readonly key: string
  readonly state: string
}

/** Days after which staff below the conditions counts. */
const shortForDays = 30

function* understaffed(today: LocalDate, memory: Memory): Generator<Said> {
  for (const [key, document] of memory.entries('staffing/')) {
    const { below, cause } = document as StaffingMemory
    if (below === null) continue
    const id = key.slice('staffing/'.length)
    const from = addDays(below, shortForDays + 1)
    const goneFrom = recallSubject(memory, id)?.goneFrom ?? null
    if (today < from || (goneFrom !== null && goneFrom <= from)) continue
    const scope = `institution-${id}/understaffed/${below}`
    const said = fact({
      kind: 'understaffed',
      account: id,
      subjectKind: 'institution',
      factId: scope,
      effectiveAt: startOfDay(from),
      reason: `自${below}起人员低于从业条件，超过${shortForDays}日`,
    })
    yield { name: timedRules.understaffed, cause, said: { scope, facts: [said] }, key: scope, state: 'short' }
  }
}

/** The fact that somebody was without fault in a year. */
export function faultlessYear(account: string, subjectKind: SubjectKind, year: string): CreditFact {
  return fact({
    kind: 'faultless-year',
    account,
    subjectKind,
    factId: `${subjectKind}-${account}/faultless/${year}`,
    effectiveAt: startOfDay(addDays(`${year}-12-31`, 1)),
    reason: `${year}年全年无过错`,
  })
}

/** The year up to which everybody has been looked at; since then only those whom something has changed for. */
const lookedThrough = 'looked-through/faultless-year'

function lastYear(today: LocalDate): string {
  return String(Number(today.slice(0, 4)) - 1)
}

/** There are many subjects and many ticks: all are looked at when a year is over, then only those that changed. */
function* toLookAt(year: string, memory: Memory): Generator<readonly [id: string, subject: Subject]> {
  if (memory.get(lookedThrough) !== year) {
    for (const [key, document] of memory.entries('subject/'))
      yield [key.slice('subject/'.length), document as Subject]
    return
  }
  for (const [key] of memory.entries('unlooked/')) {
    const id = key.slice('unlooked/'.length)
    const subject = recallSubject(memory, id)
    if (subject) yield [id, subject]
  }
}

/** Of the last year that is over; what is found out about it later takes it back. */
function* faultless(today: LocalDate, memory: Memory): Generator<Said> {
  const year = lastYear(today)
  const [first, last] = [`${year}-01-01`, `${year}-12-31`]
  for (const [id, { subjectKind, from, goneFrom, cause }] of toLookAt(year, memory)) {
    if (from > first || (goneFrom !== null && goneFrom <= last)) continue
    const faults = memory.get(`faults/${id}/${year}`) as FaultsMemory | undefined
    const clean = (faults?.entries.length ?? 0) === 0
    const said = faultlessYear(id, subjectKind, year)
    const scope = said.factId
    const state = `${clean ? 'clean' : 'fault'} ${faults?.cause.eventId ?? ''}`
    yield {
      name: timedRules.faultless,
      cause: faults?.cause ?? cause,
      said: { scope, facts: clean ? [said] : [] },
      key: scope,
      state,
    }
  }
}

type Sayer = (today: LocalDate, memory: Memory) => Iterable<Said>

/** What has not been looked at as it stands now. `looked/<scope>` */
function* unlooked(say: Sayer, today: LocalDate, memory: Memory): Generator<Said> {
  for (const each of say(today, memory)) if (memory.get(`looked/${each.key}`) !== each.state) yield each
}

function countInTime(name: string, say: Sayer): DeadlineRule {
  return {
    name,
    *due(today, memory): Generator<CommandRequest> {
      const effectiveAt = startOfDay(today)
      for (const { name, cause, said } of unlooked(say, today, memory))
        yield* react({ name, takenBackAs: 'recorded-in-error', cause, effectiveAt }, said, memory).requests
    },
    *done(today, memory) {
      for (const { key, state } of unlooked(say, today, memory)) yield [`looked/${key}`, state]
    },
  }
}

export const countShortStaff = countInTime(timedRules.understaffed, understaffed)
const countYears = countInTime(timedRules.faultless, faultless)
export const countFaultlessYears: DeadlineRule = {
  ...countYears,
  *done(today, memory) {
    yield* countYears.done?.(today, memory) ?? []
    if (memory.get(lookedThrough) !== lastYear(today)) yield [lookedThrough, lastYear(today)]
    for (const [key] of memory.entries('unlooked/')) yield [key, null]
  },
}

/** A finding on a complaint is overdue from the day after its last day on. */
export const noteOverdueComplaints: DeadlineRule = {
  name: 'note-complaint-overdue',
  *due(today, memory) {
    for (const [key, document] of memory.entries('complaint/')) {
      const { dueOn, cause } = document as ComplaintMemory
      if (dueOn === null || today <= dueOn) continue
      yield {
        rule: 'note-complaint-overdue',
        cause,
        category: 'complaint',
        type: 'NoteOverdue',
        id: key.slice('complaint/'.length),
        part: dueOn,
        data: {},
        effectiveAt: startOfDay(addDays(dueOn, 1)),
      }
    }
  },
}
