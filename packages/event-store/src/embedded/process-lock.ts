import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '@fireledger/sqlite'
import { LedgerUnavailableError } from '../event-store.ts'
import { unavailable } from './ledger-failure.ts'

/**
 * One process at a time for what the name says: the writer of a ledger, a role in a data folder. The lock is an open write transaction on a side database, in the end a lock of the operating
 * system: it dies with the process, however that ends, and leaves nothing to clean up.
 */
export function acquireProcessLock(directory: string, name = 'writer'): { release(): void } {
  const path = join(directory, `${name}.lock`)
  const holderPath = join(directory, `${name}.pid`)
  let database: Database | null = null
  try {
    database = openDatabase(path, { busyTimeoutMs: 0 })
    // IMMEDIATE, not EXCLUSIVE: it writes nothing, so a killed process leaves no journal behind either.
    database.exec('BEGIN IMMEDIATE')
    // For people only: it may be stale, the lock never is.
    writeFileSync(holderPath, `${process.pid}\n`)
  } catch (error) {
    database?.close()
    if ((error as { errcode?: unknown }).errcode === 5) throw heldByAnother(directory, name, holderPath)
    throw unavailable(error, path)
  }
  const held = database
  return { release: () => held.close() }
}

function heldByAnother(directory: string, name: string, holderPath: string): LedgerUnavailableError {
  let holder = 'another process'
  try {
    holder = `process ${readFileSync(holderPath, 'utf8').trim()}`
  } catch {
    // The holder took the lock a moment ago and has not written its id yet.
  }
  const what = name === 'writer' ? 'the ledger' : `the ${name}'s place`
  return new LedgerUnavailableError(
    `${what} in ${directory} is in use by ${holder}: stop it, or name another directory`,
  )
}
