import type { LedgerEvent } from '@fireledger/domain'
import { openDatabase } from '@fireledger/sqlite'
import { fileNoteOf, namedHashes } from './named-hashes.ts'

/** The files that events name, against the files that are there. */

/** How a file fares in its store, after all of it was read and hashed. */
export type FileState =
  | { readonly kind: 'sound'; readonly bytes: number }
  | { readonly kind: 'missing' }
  /** It is there, and cannot be read. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'altered'; readonly sha256: string; readonly bytes: number }

export type FileFault = {
  /** unreadable: it is there · unlike: the content is right, the event says another length */
  readonly kind: 'missing' | 'altered' | 'unreadable' | 'unlike'
  readonly sha256: string
  /** Of what lies there instead. */
  readonly found: string | null
  /** Who names it: for evidence, `assessment-<id>`. */
  readonly stream: string
  readonly revision: number
  readonly type: string
  /** Where in the event's data. */
  readonly pointer: string
  readonly evidence: string | null
  readonly title: string | null
  readonly name: string | null
}

export type FilesVerification = {
  readonly ok: boolean
  /** Different hashes that events name. */
  readonly named: number
  /** Of these, read and found sound. */
  readonly sound: number
  /** Not in the store, and an event says who keeps them and where. */
  readonly elsewhere: number
  /** Not in the store, and nobody said that they would be, nor who keeps them: only the hash is known. */
  readonly hashOnly: number
  /** In the store with another content. */
  readonly altered: number
  /** Not in the store although an event says so. */
  readonly missing: number
  /** Read and hashed. */
  readonly bytes: number
  readonly faultCount: number
  /** The first hundred. */
  readonly faults: readonly FileFault[]
}

const faultsMax = 100
const pageMax = 500

type Naming = Omit<FileFault, 'kind' | 'found'> & {
  /** Null when the event does not say that the file lies in the store. */
  readonly bytes: number | null
  /** Who keeps it instead; null when the event does not say. */
  readonly holder: string | null
}

export type VerifyFilesOptions = {
  /** Reads and hashes one file. */
  readonly check: (sha256: string) => Promise<FileState>
  readonly onProgress?: (filesDone: number, filesAll: number, bytes: number) => void
  readonly signal?: AbortSignal
}

/**
 * What events name, in SQLite's own temporary file: memory does not grow with the ledger. Taking an event twice is the
 * same as once.
 */
export function openFileList() {
  const database = openDatabase('')
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE named (sha256 TEXT, stream TEXT, revision INTEGER, type TEXT, pointer TEXT, evidence TEXT,
      title TEXT, name TEXT, bytes INTEGER, holder TEXT, PRIMARY KEY (sha256, stream, revision)) WITHOUT ROWID`)
  database.exec('BEGIN')
  const insert = database.prepare('INSERT OR IGNORE INTO named VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const next = database.prepare(
    `SELECT DISTINCT sha256 FROM named WHERE sha256 > ? ORDER BY sha256 LIMIT ${pageMax}`,
  )
  const naming = database.prepare('SELECT * FROM named WHERE sha256 = ? ORDER BY stream, revision')
  const exists = database.prepare('SELECT 1 FROM named WHERE sha256 = ? LIMIT 1')
  const count = () => {
    const row = database.prepare('SELECT count(DISTINCT sha256) AS files FROM named').get()
    return (row as { files: number }).files
  }

  function* hashes(): Iterable<string> {
    for (let after = ''; ; ) {
      const page = next.all(after) as { sha256: string }[]
      for (const { sha256 } of page) yield sha256
      const last = page.at(-1)
      if (!last) return
      after = last.sha256
    }
  }

  return {
    take({ stream, revision, type, data }: LedgerEvent): void {
      const hashes = namedHashes(data)
      if (hashes.length === 0) return
      const { file, heldElsewhere, evidence, title } = fileNoteOf(data)
      for (const { sha256, pointer } of hashes) {
        insert.run(
          ...[sha256, stream, revision, type, pointer, evidence, title],
          ...[file?.name ?? null, file?.bytes ?? null, heldElsewhere?.holder ?? null],
        )
      }
    },
    /** Different hashes that events name. */
    count,
    /** Whether any event names the file. */
    names: (sha256: string) => exists.get(sha256) !== undefined,
    async verify({ check, onProgress, signal }: VerifyFilesOptions): Promise<FilesVerification> {
      const all = count()
      const tally = { named: 0, sound: 0, elsewhere: 0, hashOnly: 0, altered: 0, missing: 0, bytes: 0 }
      const faults: FileFault[] = []
      let faultCount = 0
      for (const sha256 of hashes()) {
        signal?.throwIfAborted()
        const state = await check(sha256)
        const namings = naming.all(sha256) as unknown as Naming[]
        const found = faultsOf(namings, state)
        tally.named++
        if (state.kind === 'sound') tally.sound++
        else if (found.length === 0) tally[namings.some(({ holder }) => holder) ? 'elsewhere' : 'hashOnly']++
        else if (state.kind !== 'unreadable') tally[state.kind]++
        if ('bytes' in state) tally.bytes += state.bytes
        faultCount += found.length
        faults.push(...found.slice(0, faultsMax - faults.length))
        onProgress?.(tally.named, all, tally.bytes)
      }
      return { ok: faultCount === 0, ...tally, faultCount, faults }
    },
    close: () => database.close(),
  }
}

export type FileList = ReturnType<typeof openFileList>

/** What is wrong, for each event that names the file. */
function faultsOf(namings: readonly Naming[], state: FileState): FileFault[] {
  return namings.flatMap(({ bytes, holder: _, ...naming }) => {
    const fault = (kind: FileFault['kind'], found: string | null) => [{ kind, found, ...naming }]
    if (state.kind === 'altered') return fault('altered', state.sha256)
    if (state.kind === 'unreadable') return fault('unreadable', null)
    // Of a hash without a file nobody said that the file would be here.
    if (bytes === null) return []
    if (state.kind === 'missing') return fault('missing', null)
    return state.bytes === bytes ? [] : fault('unlike', naming.sha256)
  })
}
