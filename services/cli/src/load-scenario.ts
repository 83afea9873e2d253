import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { addDays, dayOf, daysBetween, type Instant } from '@fireledger/domain'
import { decodeEvent, type EventStore, ledgerStart } from '@fireledger/event-store'
import { changzhouScenario, defaultUntil, runScenario } from '@fireledger/scenario'
import type { Logger } from 'pino'
import { startClerk } from './clerk.ts'
import { startProgress } from './progress.ts'
import type { Writing } from './services.ts'

const seed = 'changzhou'
const years = 3

/**
 * Loads the Changzhou scenario through the command path when the ledger is empty, or goes on where an interrupted load
 * stopped. The clerk follows under the clock of the story, so that credit is recorded on the day it was earned.
 */
export async function loadScenario(writing: Writing, logger: Logger, signal: AbortSignal): Promise<void> {
  const { ledger, folder } = writing
  const interrupted = existsSync(folder.scenario)
  if (!interrupted && (await ledger.head()) !== ledgerStart) return
  if (interrupted && readFileSync(folder.scenario, 'utf8') !== seed) return
  writeFileSync(folder.scenario, seed)

  let clock: Instant = addDays(dayOf(defaultUntil), -365 * years)
  const clerk = startClerk(writing, logger.child({}, { level: 'warn' }), () => clock)
  const progress = startProgress('Loading three years of Changzhou', 365 * years)
  const resumeAt = interrupted ? await lastRecordedAt(ledger) : undefined
  const startedAt = performance.now()
  try {
    await runScenario(changzhouScenario({ seed }), {
      submit(command, now) {
        clock = now
        return writing.submit(command, now)
      },
      async settle(now) {
        clock = now
        await clerk.reached(await ledger.head())
        await clerk.clerk.tick()
      },
      onProgress: ({ day, commands }) =>
        progress.update(365 * years - daysBetween(day, dayOf(defaultUntil)), `${day}, ${commands} commands`),
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
}

async function lastRecordedAt(ledger: EventStore): Promise<Instant | undefined> {
  for await (const page of ledger.readAll({ direction: 'backwards', limit: 1 })) {
    const [stored] = page
    if (stored) return decodeEvent(stored).metadata.recordedAt
  }
  return undefined
}
