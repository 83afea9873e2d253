import { AppendOutcomeUnknownError, LedgerUnavailableError } from '../event-store.ts'

/** What SQLite's result codes mean for the people who run the ledger. */

const busy = 5
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

const meanings: Readonly<Record<number, string>> = {
  [busy]: 'is used by another program: end it first',
  [readOnly]: 'cannot be written (read-only): mend its permissions or its mount',
  [ioError]: 'cannot be read or written: the storage fails; look at the system log',
  [corrupt]: 'is damaged: it was left as it is; restore it from a backup with its -wal file',
  [full]: 'has no room to grow (disk full): make room; what was acknowledged is safe',
  [cannotOpen]: 'cannot be opened: does the directory exist, and may this user write to it?',
  [notADatabase]: 'is not a fireledger ledger (or is damaged): it was left as it is',
}

/** Primary result code of SQLite; null when the error is not SQLite's. */
function resultCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : null
}

/** The storage's fault, not the statement's: the same append would fail alone as well. */
export function isStorageFailure(error: unknown): boolean {
  const code = resultCode(error)
  return code !== null && code in meanings
}

/** The error to show for anything that went wrong while a ledger was opened or read. */
export function unavailable(error: unknown, path: string): unknown {
  if (error instanceof LedgerUnavailableError) return error
  const code = resultCode(error)
  const meaning = code === null ? systemMeaning(error) : meanings[code]
  return meaning ? new LedgerUnavailableError(`${path} ${meaning}`, { cause: error }) : error
}

/**
 * The error for an append whose transaction failed. When the sync itself failed, the events may or may not be on the
 * disk: a crash right now could bring them back.
 */
export function appendFailure(error: unknown, path: string, committing: boolean): unknown {
  if (committing && resultCode(error) === ioError) {
    return new AppendOutcomeUnknownError(`${path}: the storage failed while the append was synced`, {
      cause: error,
    })
  }
  return unavailable(error, path)
}

function systemMeaning(error: unknown): string | undefined {
  switch ((error as { code?: unknown } | null)?.code) {
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return meanings[readOnly]
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return meanings[full]
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      return meanings[cannotOpen]
    default:
      return undefined
  }
}
