import {
  type CommandRequest,
  commandIdOf,
  factSources,
  firstEventIdOf,
  reactBy,
  recallSubject,
  recollections,
} from '@fireledger/clerk'
import {
  type AccountHappening,
  type CreditAccountCommand,
  creditAccountEvents,
  type LedgerEvent,
  type RulebookStates,
  replayedTypes,
  rulebook,
  type SimulatedSubject,
  type SimulationPlan,
} from '@fireledger/domain'
import type { StoredEvent } from '@fireledger/event-store'
import { createSimulationMemory } from './simulation-memory.ts'

/** The history of some subjects, gathered in one pass: what facts ask for under the plan, and what was recorded. */

const notReplayed = Object.keys(creditAccountEvents).filter((type) => !replayedTypes.includes(type))
const sourceTypes = [...factSources, ...recollections].flatMap(({ on }) => on)
/** Rulebooks are read apart. */
const unread = new Set([...notReplayed, ...Object.keys(rulebook.events)])

/** Every event type that may bear on a grade, rulebooks apart. */
export const historyTypes: readonly string[] = [...new Set([...sourceTypes, ...replayedTypes])]
  .filter((type) => !unread.has(type))
  .sort()

const accountPrefix = 'creditAccount-'

export type Histories = {
  /** Whether the event need be decoded at all. */
  wants(stored: StoredEvent): boolean
  add(event: LedgerEvent): void
  /** Entries and requests so far. */
  held(): number
  /** Sorted by id. */
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

  function happened(subject: string, happening: AccountHappening): void {
    held++
    const list = happenings.get(subject)
    if (list) list.push(happening)
    else happenings.set(subject, [happening])
  }

  function asked(request: CommandRequest): void {
    if (request.category !== 'creditAccount' || !isSubject(request.id)) return
    const { type, id, data, effectiveAt } = request
    // What another rulebook makes of a fact stands in the account as it was recorded.
    if ('rulebook' in data && data.rulebook !== plan.rulebook) return
    const command = { type, id, data, effectiveAt } as unknown as CreditAccountCommand
    happened(id, { kind: 'asked', eventId: firstEventIdOf(commandIdOf(request)), command })
  }

  function fold(event: LedgerEvent): void {
    for (const source of factSources) {
      if (!source.on.includes(event.type)) continue
      const reaction = reactBy(source, event, memory)
      if (!reaction) continue
      reaction.requests.forEach(asked)
      const { standingKey, standing } = reaction
      if (standingKey !== null) memory.set(standingKey, standing.length === 0 ? null : standing)
    }
    for (const recollection of recollections)
      if (recollection.on.includes(event.type)) recollection.fold(event, memory)
    // Names of people are sealed; those of institutions and units stand in public registers.
    const { name } = event.data as { name?: unknown }
    if (event.category === plan.subjectKind && typeof name === 'string') names.set(event.streamId, name)
  }

  return {
    wants: ({ stream }) => !stream.startsWith(accountPrefix) || isSubject(stream.slice(accountPrefix.length)),
    add(event) {
      if (event.category !== 'creditAccount') return fold(event)
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
