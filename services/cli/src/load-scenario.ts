import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  addDays,
  addMonths,
  dayOf,
  daysBetween,
  findCommand,
  type Instant,
  startOfDay,
} from '@fireledger/domain'
import { decodeEvent, type EventStore } from '@fireledger/event-store'
import { changzhouScenario, defaultUntil, runScenario, type Wave } from '@fireledger/scenario'
import { type PersonKeys, personsIn } from '@fireledger/vault'
import type { Logger } from 'pino'
import { type RunningClerk, startClerk } from './clerk.ts'
import { startProgress } from './progress.ts'
import type { Writing } from './services.ts'

const firstDay = addDays(addMonths(dayOf(defaultUntil), -36), 1)

export type Story = { readonly seed: string; readonly scale: 1 | 10 | 100 }

/**
 * Loads the Changzhou scenario through the command path when the ledger is empty, or goes on where an interrupted load
 * stopped. The clerk follows under the clock of the story, so that credit is recorded on the day it was earned.
 * False when the ledger holds something else.
 */
export async function loadScenario(
  writing: Writing,
  logger: Logger,
  signal: AbortSignal,
  story: Story = { seed: 'changzhou', scale: 1 },
): Promise<boolean> {
  const { ledger, folder } = writing
  const interrupted = existsSync(folder.scenario)
  const told = JSON.stringify(story)
  if (!interrupted && !(await isEmpty(ledger))) return false
  if (interrupted && readFileSync(folder.scenario, 'utf8') !== told) return false
  writeFileSync(folder.scenario, told)

  const days = daysBetween(firstDay, dayOf(defaultUntil))
  let clock: Instant = startOfDay(firstDay)
  const clerk = await startClerk(writing, logger.child({}, { level: 'warn' }), () => clock)
  const workedOff = () => allWorkedOff(ledger, clerk)
  let moment = clock
  let begun = Promise.resolve()
  /** What came before it is worked off under its own moment, however fast the clerk reads. */
  function moveTo(at: Instant): Promise<void> {
    if (at !== moment) {
      moment = at
      begun = workedOff().then(() => {
        clock = at
      })
    }
    return begun
  }
  const progress = startProgress('Loading three years of Changzhou', days)
  const resumeAt = interrupted ? await lastRecordedAt(ledger) : undefined
  const startedAt = performance.now()
  try {
    await runScenario(withKeys(changzhouScenario(story), writing.keys), {
      async submit(command, now) {
        await moveTo(now)
        return await writing.submit(command, now)
      },
      async settle(now) {
        await moveTo(now)
        // What a deadline brings about may set off the next: the day is over when nothing more is due.
        while ((await clerk.clerk.tick()) > 0) await workedOff()
      },
      onProgress: ({ day, commands }) =>
        progress.update(daysBetween(firstDay, day), `${day}, ${commands} commands`),
      ...(resumeAt === undefined ? {} : { resumeAt }),
      signal,
    })
    if (!signal.aborted) rmSync(folder.scenario)
  } finally {
    progress.stop()
    await clerk.stop()
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  logger.info(
    { seconds: Number(seconds) },
    signal.aborted
      ? 'loading the scenario was interrupted; the next start goes on'
      : 'the scenario is loaded',
  )
  return true
}

/** Everything up to the end of the ledger, also what the clerk makes of it. */
async function allWorkedOff(ledger: EventStore, clerk: RunningClerk): Promise<void> {
  for (let head = await ledger.head(); ; ) {
    await clerk.reached(head)
    const now = await ledger.head()
    if (now === head) return
    head = now
  }
}

/** Makes the keys of a wave's new persons in one go: one sync instead of one a person. */
async function* withKeys(waves: Iterable<Wave>, keys: PersonKeys): AsyncIterable<Wave> {
  for (const wave of waves) {
    await keys.createKeys(
      wave.commands.flatMap(({ category, type, data }) => {
        const definition = findCommand(category, type)
        const persons = definition ? personsIn(definition.data, data) : []
        return persons.map(({ subjectId }) => subjectId).filter((id) => keys.vault.destroyedAt(id) === null)
      }),
    )
    yield wave
  }
}

/** By its events: a cluster may hold more than the ledger. */
async function isEmpty(ledger: EventStore): Promise<boolean> {
  for await (const _ of ledger.readAll({ limit: 1 })) return false
  return true
}

async function lastRecordedAt(ledger: EventStore): Promise<Instant | undefined> {
  for await (const page of ledger.readAll({ direction: 'backwards', limit: 1 })) {
    const [stored] = page
    if (stored) return decodeEvent(stored).metadata.recordedAt
  }
  return undefined
}
