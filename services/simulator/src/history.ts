import {
  type CommandRequest,
  commandIdOf,
  conductMarks,
  countShortStaff,
  factSources,
  faultlessYear,
  firstEventIdOf,
  react,
  reactBy,
  recallSubject,
  recollections,
  type Subject,
  timedRules,
} from '@fireledger/clerk'
import {
  type AccountHappening,
  type CreditAccountCommand,
  creditAccountEvents,
  dayOf,
  type LedgerEvent,
  type LocalDate,
  type RulebookStates,
  replayedTypes,
  rulebook,
  type SimulatedSubject,
  type SimulationPlan,
} from '@fireledger/domain'
import { createSimulationMemory } from './simulation-memory.ts'

/** The history of some subjects, gathered in one pass: what facts ask for under the plan, and what was recorded. */

/** What the clerk keeps in mind, without what it keeps of accounts: those are other ones here. */
const folds = [...recollections, ...conductMarks].filter(
  ({ on }) => !on.some((type) => type in creditAccountEvents && type !== 'GradePublished'),
)
const notReplayed = Object.keys(creditAccountEvents).filter((type) => !replayedTypes.includes(type))
const sourceTypes = [...factSources, ...folds].flatMap(({ on }) => on)
/** Rulebooks are read apart. */
const unread = new Set([...notReplayed, ...Object.keys(rulebook.events)])

/** Every event type that may bear on a grade, rulebooks apart. */
export const historyTypes: readonly string[] = [...new Set([...sourceTypes, ...replayedTypes])]
  .filter((type) => !unread.has(type))
  .sort()

export type Histories = {
  /** The next event of the ledger, whomever it concerns: also the days of others' events are days. */
  add(event: LedgerEvent): void
  /** Entries and requests so far. */
  held(): number
  /** Sorted by id; nothing can be added any more. */
  subjects(): { readonly who: SimulatedSubject; readonly happenings: readonly AccountHappening[] }[]
}

/** @param isSubject whether the id belongs to the subjects that are gathered */
export function gatherHistories(
  plan: SimulationPlan,
  rulebooks: RulebookStates,
  isSubject: (id: string) => boolean,
): Histories {
  const memory = createSimulationMemory(rulebooks, isSubject)
  const happenings = new Map<string, AccountHappening[]>()
  const names = new Map<string, string>()
  let held = 0
  let today: LocalDate = ''
  let nextToClose: number | null = null

  function happened(subject: string, happening: AccountHappening): void {
    held++
    const list = happenings.get(subject)
    if (list) list.push(happening)
    else happenings.set(subject, [happening])
  }

  function asked(request: CommandRequest, year: string | null = null): void {
    if (request.category !== 'creditAccount' || !isSubject(request.id)) return
    const { type, id, data, effectiveAt } = request
    // What another rulebook makes of a fact stands in the account as it was recorded.
    if ('rulebook' in data && data.rulebook !== plan.rulebook) return
    const command = { type, id, data, effectiveAt } as unknown as CreditAccountCommand
    const eventId = firstEventIdOf(commandIdOf(request))
    happened(
      id,
      year === null ? { kind: 'asked', eventId, command } : { kind: 'year-closed', year, eventId, command },
    )
  }

  /** What only time makes, by the ledger's own time: the clerk looks when a day begins. */
  function beginDay(day: LocalDate): void {
    for (const request of [...countShortStaff.due(day, memory)]) asked(request)
    for (const [key, document] of [...(countShortStaff.done?.(day, memory) ?? [])]) memory.set(key, document)
    nextToClose ??= Number(day.slice(0, 4)) - 1
    // A year is looked at for another year, as long as something may come to light.
    closeYears(Number(day.slice(0, 4)) - 2)
    today = day
  }

  function closeYears(last: number): void {
    for (; nextToClose !== null && nextToClose <= last; nextToClose++) closeYear(String(nextToClose))
  }

  function closeYear(year: string): void {
    for (const [key, document] of memory.entries('subject/')) {
      const { subjectKind, from, goneFrom, cause } = document as Subject
      if (from > `${year}-01-01` || (goneFrom !== null && goneFrom <= `${year}-12-31`)) continue
      const said = faultlessYear(key.slice('subject/'.length), subjectKind, year)
      const { factId: scope, effectiveAt } = said
      const asker = {
        name: timedRules.faultless,
        takenBackAs: 'recorded-in-error' as const,
        cause,
        effectiveAt,
      }
      for (const request of react(asker, { scope, facts: [said] }, memory).requests) asked(request, year)
    }
  }

  function fold(event: LedgerEvent): void {
    for (const source of factSources) {
      if (!source.on.includes(event.type)) continue
      const reaction = reactBy(source, event, memory)
      if (!reaction) continue
      for (const request of reaction.requests) asked(request)
      const { standingKey, standing } = reaction
      if (standingKey !== null) memory.set(standingKey, standing.length === 0 ? null : standing)
    }
    for (const recollection of folds)
      if (recollection.on.includes(event.type)) recollection.fold(event, memory)
    // Names of people are sealed; those of institutions and units stand in public registers.
    const { name } = event.data as { name?: unknown }
    if (event.category === plan.subjectKind && typeof name === 'string') names.set(event.streamId, name)
  }

  return {
    add(event) {
      const day = dayOf(event.metadata.recordedAt)
      if (day > today) beginDay(day)
      if (event.category !== 'creditAccount') return fold(event)
      if (!isSubject(event.streamId)) return
      const { id, type, data, metadata } = event
      const recorded = { id, type, data, effectiveAt: metadata.effectiveAt }
      const { actor, commandId } = metadata
      happened(event.streamId, {
        kind: 'recorded',
        event: recorded as Extract<AccountHappening, { kind: 'recorded' }>['event'],
        byClerk: actor.id === 'clerk' && commandId.startsWith('clerk:'),
      })
    },
    held: () => held,
    subjects() {
      closeYears(Number(today.slice(0, 4)) - 1)
      const ids = [...memory.entries('subject/')].map(([key]) => key.slice('subject/'.length)).sort()
      return ids.flatMap((subject) => {
        const known = recallSubject(memory, subject)
        if (known?.subjectKind !== plan.subjectKind || known.from > plan.asOf) return []
        const who = {
          subject,
          subjectKind: known.subjectKind,
          name: names.get(subject) ?? null,
          residences: known.residences,
        }
        return [{ who, happenings: happenings.get(subject) ?? [] }]
      })
    },
  }
}
