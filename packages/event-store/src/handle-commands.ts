import type { AnyCategory, EventMetadata, Instant } from '@fireledger/domain'
import { type NewEvent, WrongExpectedRevisionError } from './event-store.ts'
import {
  appendSurely,
  attemptsMax,
  type Command,
  type CommandDependencies,
  commandDigest,
  type Decided,
  decideCommand,
  type Outcome,
  outcomeOf,
} from './handle-command.ts'
import { loadFor } from './load-stream.ts'
import { loadReliances, type Relied } from './relied-streams.ts'
import { forgetStream } from './stream-folds.ts'
import { inTurn } from './stream-turns.ts'

/** Flush there: an append has a limit, and so has patience. One command may go over it. */
const eventsPerAppend = 2000

/**
 * Many commands for one stream: one load and one append instead of one each. Each is decided on the state that those
 * before it leave, so the ledger holds exactly what the same commands one by one would have left; a refused one does
 * not stop the others. The position of each outcome is that of the append's last event. They take their turn among the other
 * commands of this process for that stream.
 * @throws when the commands are not all for one stream.
 */
export async function handleCommands(
  commands: readonly Command[],
  deps: CommandDependencies,
): Promise<readonly Outcome[]> {
  const { category, id } = oneStream(commands)
  return inTurn(deps.ledger, `${category.name}-${id}`, () => attemptAll(commands, deps))
}

async function attemptAll(
  commands: readonly Command[],
  deps: CommandDependencies,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  let attempt = 1
  while (outcomes.length < commands.length) {
    try {
      outcomes.push(...(await attemptSome(commands.slice(outcomes.length), deps)))
      attempt = 1
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError) || attempt === attemptsMax) throw error
      forgetStream(deps.ledger, error.stream)
      attempt++
    }
  }
  return outcomes
}

/** The outcomes of the first commands: of all, or of those whose events fill an append. */
async function attemptSome(commands: readonly Command[], deps: CommandDependencies): Promise<Outcome[]> {
  const { category, id } = oneStream(commands)
  const stream = await loadFor(deps.ledger, category, id, commands)
  const relied = new Map<string, Relied>()
  const decisions: (Decided | { kind: 'repeats'; of: number; same: boolean })[] = []
  const firstUse = new Map<string, number>()
  const pending: NewEvent[] = []
  const heldAt = (eventId: string) => {
    const fresh = pending.find((event) => event.id === eventId)
    return stream.heldAt(eventId) ?? (fresh ? effectiveAtOf(fresh) : null)
  }
  let current = stream.state
  for (const command of commands) {
    if (pending.length >= eventsPerAppend) break
    const used = firstUse.get(command.commandId)
    if (used !== undefined) {
      const first = commands[used]
      const same = first !== undefined && commandDigest(first) === commandDigest(command)
      decisions.push({ kind: 'repeats', of: used, same })
      continue
    }
    const found = {
      state: current,
      revision: stream.revision + pending.length,
      earlier: stream.earlier(command.commandId),
      heldAt,
    }
    const decided = await decideCommand(command, found, deps, async (reliances) => {
      const key = JSON.stringify(reliances)
      const loaded = relied.get(key) ?? (await loadReliances(deps.ledger, reliances))
      relied.set(key, loaded)
      return loaded
    })
    decisions.push(decided)
    if (decided.kind === 'append') {
      firstUse.set(command.commandId, decisions.length - 1)
      pending.push(...decided.events)
      current = decided.state
    }
  }
  const appended =
    pending.length > 0
      ? await appendSurely(deps.ledger, `${category.name}-${id}`, pending, stream.revision)
      : null
  return toOutcomes(decisions, stream.revision, appended?.position ?? null)
}

function toOutcomes(
  decisions: readonly (Decided | { kind: 'repeats'; of: number; same: boolean })[],
  revisionBefore: number,
  position: bigint | null,
): Outcome[] {
  const outcomes: Outcome[] = []
  let revision = revisionBefore
  for (const decided of decisions) {
    if (decided.kind === 'settled') outcomes.push(decided.outcome)
    else if (decided.kind === 'repeats') outcomes.push(repeated(outcomes[decided.of], decided.same))
    else {
      revision += decided.events.length
      outcomes.push(outcomeOf(decided, { revision, position: position ?? -1n }))
    }
  }
  return outcomes
}

function repeated(first: Outcome | undefined, same: boolean): Outcome {
  if (!first || !same) return { kind: 'reused' }
  return first.kind === 'accepted' || first.kind === 'refused' ? { ...first, replayed: true } : first
}

function effectiveAtOf({ metadata }: NewEvent): Instant {
  return (JSON.parse(new TextDecoder().decode(metadata)) as EventMetadata).effectiveAt
}

function oneStream(commands: readonly Command[]): { category: AnyCategory; id: string } {
  const [first] = commands
  if (!first) throw new Error('there is no command')
  const { category, id } = first
  const other = commands.find((command) => command.category !== category || command.id !== id)
  if (other) {
    throw new Error(`commands for ${category.name}-${id} and ${other.category.name}-${other.id} in one batch`)
  }
  return { category, id }
}
