import type { OutcomeMemory, RememberedOutcome } from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'

/** The oldest go first when there are more. */
const outcomesMax = 100_000

/**
 * What requests with an Idempotency-Key came to that left no event, in a file of this gateway's own: it survives a restart
 * and a loss of power. Another gateway does not see it. Only digests, revisions and refusals are kept, no personal data.
 */
export function openOutcomeMemory(path: string, max = outcomesMax): OutcomeMemory & { close(): void } {
  const database = openDatabase(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(
    `CREATE TABLE IF NOT EXISTS outcome (
       number INTEGER PRIMARY KEY, command_id TEXT NOT NULL UNIQUE, remembered TEXT NOT NULL)`,
  )
  const find = database.prepare('SELECT remembered FROM outcome WHERE command_id = ?')
  const insert = database.prepare('INSERT OR IGNORE INTO outcome (command_id, remembered) VALUES (?, ?)')
  const forget = database.prepare('DELETE FROM outcome WHERE number <= (SELECT max(number) FROM outcome) - ?')
  return {
    find(commandId) {
      const row = find.get(commandId)
      return row ? (JSON.parse(row.remembered as string) as RememberedOutcome) : null
    },
    remember(commandId, outcome) {
      insert.run(commandId, JSON.stringify(outcome))
      forget.run(max)
    },
    close: () => database.close(),
  }
}
