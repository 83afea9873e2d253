import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EventReader, EventStore } from '../event-store.ts'
import { unavailable } from './ledger-failure.ts'
import { createReader } from './reader.ts'
import { ledgerFile, openLedgerForReading } from './schema.ts'
import { createWake } from './wake.ts'
import { startWriter } from './writer.ts'

/**
 * The embedded engine: one SQLite file in `directory`, created when absent. An append that resolves has been synced.
 * @throws LedgerUnavailableError when another process holds the ledger, or the file is foreign, torn, newer,
 * or cannot be written.
 */
export async function openEmbeddedLedger(directory: string): Promise<EventStore> {
  try {
    // Its own user's only.
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unavailable(error, directory)
  }
  let wakeReader = () => {}
  const writer = await startWriter(directory, () => wakeReader())
  try {
    const wake = createWake(directory)
    wakeReader = wake.wakeAll
    const reader = createReader(openLedgerForReading(directory), join(directory, ledgerFile), wake)
    return {
      ...reader,
      append: writer.append,
      close: async () => {
        // Subscriptions end first; then what was appended is finished.
        await reader.close()
        await writer.close()
      },
    }
  } catch (error) {
    await writer.close()
    throw error
  }
}

/**
 * Reads a ledger that this or another process writes. Within the writer's process (any thread) it wakes at once,
 * elsewhere within a tenth of a second.
 * @throws LedgerUnavailableError when there is no ledger, or it is foreign, torn or newer.
 */
export async function openEmbeddedReader(directory: string): Promise<EventReader> {
  const database = openLedgerForReading(directory)
  return createReader(database, join(directory, ledgerFile), createWake(directory))
}
