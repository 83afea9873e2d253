import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@fireledger/sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect, contentsOf, newEvent, newEvents } from '../contract/engine.ts'
import { type EventStore, LedgerUnavailableError } from '../event-store.ts'
import { openEmbeddedLedger, openEmbeddedReader } from './embedded.ts'
import { createGroupCommit } from './group-commit.ts'
import { ledgerFile, openLedgerForWriting } from './schema.ts'

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function openHere(directory: string): Promise<EventStore> {
  const ledger = await openEmbeddedLedger(directory)
  onTestFinished(() => ledger.close())
  return ledger
}

/** A closed ledger of 300 events, about 40 pages. */
async function writtenLedger(): Promise<string> {
  const directory = newDirectory()
  const ledger = await openEmbeddedLedger(directory)
  for (let stream = 0; stream < 3; stream++) {
    const events = newEvents(100).map((event) => ({ ...event, data: new Uint8Array(1000).fill(stream) }))
    await ledger.append(`unit-${stream}`, events, -1)
  }
  await ledger.close()
  return directory
}

/** A file system of its own, where one may be mounted (root on Linux); null otherwise. */
function mountMemory(options: string): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'ignore' })
  } catch {
    rmSync(directory, { recursive: true })
    return null
  }
  onTestFinished(() => {
    // Lazily: a driver may keep a file open until its statements are collected.
    execFileSync('umount', ['-l', directory])
    rmSync(directory, { recursive: true })
  })
  return directory
}

/** A reader may find out only when it comes to the damaged page; it must never leave something out. */
async function readEverything(directory: string) {
  const reader = await openEmbeddedReader(directory)
  onTestFinished(() => reader.close())
  return collect(reader.readAll())
}

async function expectRefused(directory: string, message: RegExp) {
  for (const open of [openEmbeddedLedger, openEmbeddedReader]) {
    const refused = open(directory)
    await expect(refused).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(refused).rejects.toThrow(message)
  }
}

describe('a file that is no whole ledger is refused and left as it is', () => {
  const makers: Record<string, { make(path: string): void; message: RegExp }> = {
    'garbage bytes': {
      make: (path) => writeFileSync(path, Buffer.alloc(100_000, 'not a ledger. ')),
      message: /not a fireledger ledger/,
    },
    'an empty file': { make: (path) => writeFileSync(path, ''), message: /not a fireledger ledger/ },
    'a foreign SQLite database': {
      make: (path) => {
        const database = openDatabase(path)
        database.exec('CREATE TABLE events (position INTEGER PRIMARY KEY); INSERT INTO events VALUES (1)')
        database.close()
      },
      message: /not a fireledger ledger/,
    },
    'a ledger of a newer format': {
      make: (path) => {
        const database = openDatabase(path)
        database.exec(
          `CREATE TABLE events (x); PRAGMA application_id = ${0x464c6467}; PRAGMA user_version = 99`,
        )
        database.close()
      },
      message: /format 99.*upgrade/,
    },
    'a ledger without its tables': {
      make: (path) => {
        const database = openDatabase(path)
        database.exec(
          `CREATE TABLE streams (x); PRAGMA application_id = ${0x464c6467}; PRAGMA user_version = 1`,
        )
        database.close()
      },
      message: /damaged.*tables are missing/,
    },
  }

  it.each(Object.entries(makers))('%s', async (_, { make, message }) => {
    const directory = newDirectory()
    const path = join(directory, ledgerFile)
    make(path)
    const before = readFileSync(path)
    await expectRefused(directory, message)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it.each([
    ['in the middle of a page', (size: number) => Math.floor(size / 2) + 100],
    ['between two pages', (size: number) => 8192 * Math.floor(size / 8192 / 2)],
    ['in the header', () => 60],
    ['by its last page', (size: number) => size - 8192],
  ])('a ledger cut %s', async (_, cut) => {
    const directory = await writtenLedger()
    const path = join(directory, ledgerFile)
    truncateSync(path, cut(statSync(path).size))
    const before = readFileSync(path)
    await expect(openEmbeddedLedger(directory)).rejects.toThrow(/damaged|not a fireledger ledger/)
    await expect(readEverything(directory)).rejects.toThrow(/damaged|not a fireledger ledger/)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('a ledger with pages overwritten', async () => {
    const directory = await writtenLedger()
    const path = join(directory, ledgerFile)
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 3 * 8192, 12 * 8192)
    writeFileSync(path, bytes)
    await expect(openEmbeddedLedger(directory)).rejects.toThrow(/damaged/)
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('a WAL whose ledger is gone', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, `${ledgerFile}-wal`), Buffer.alloc(5000, 1))
    await expect(openEmbeddedLedger(directory)).rejects.toThrow(/missing.*-wal/)
    expect(readdirSync(directory)).not.toContain(ledgerFile)
  })

  it('no directory, or a file in its place', async () => {
    const directory = newDirectory()
    await expect(openEmbeddedReader(join(directory, 'none'))).rejects.toThrow(/there is no ledger/)
    writeFileSync(join(directory, 'file'), '')
    await expect(openEmbeddedLedger(join(directory, 'file'))).rejects.toBeInstanceOf(LedgerUnavailableError)
  })
})

describe('what a crash may leave is mended', () => {
  it('a torn tail of the WAL: everything before it is there', async () => {
    const from = newDirectory()
    const ledger = await openHere(from)
    for (let revision = 0; revision < 20; revision++) {
      await ledger.append('unit-a', [newEvent(revision)], revision - 1)
    }
    const to = newDirectory()
    for (const suffix of ['', '-wal'])
      copyFileSync(join(from, ledgerFile + suffix), join(to, ledgerFile + suffix))
    const wal = join(to, `${ledgerFile}-wal`)
    truncateSync(wal, statSync(wal).size - 100)
    appendFileSync(wal, Buffer.alloc(3000, 0xff))
    const mended = await openHere(to)
    expect(await contentsOf(mended.readStream('unit-a'))).toEqual(
      Array.from({ length: 19 }, (_, index) => index),
    )
    await mended.append('unit-a', [newEvent('again')], 18)
  })

  it('a half-made ledger: it is made anew', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, `${ledgerFile}.new`), Buffer.alloc(9000, 7))
    const ledger = await openHere(directory)
    await ledger.append('unit-a', newEvents(1), -1)
    expect(readdirSync(directory)).not.toContain(`${ledgerFile}.new`)
  })
})

describe('one writer at a time', () => {
  it('refuses a second one and names the holder', async () => {
    const directory = newDirectory()
    const ledger = await openHere(directory)
    await expect(openEmbeddedLedger(directory)).rejects.toThrow(
      new RegExp(`in use by process ${process.pid}: stop it`),
    )
    await ledger.append('unit-a', newEvents(1), -1)
    await ledger.close()
    const next = await openHere(directory)
    expect(await collect(next.readAll())).toHaveLength(1)
  })

  it('lets nobody edit or delete, whoever opens the file', async () => {
    const directory = await writtenLedger()
    const database = openDatabase(join(directory, ledgerFile))
    onTestFinished(() => database.close())
    for (const table of ['events', 'streams', 'kinds']) {
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow(/append-only/)
      expect(() => database.exec(`UPDATE ${table} SET rowid = rowid + 1`)).toThrow(/append-only/)
    }
  })
})

describe('no room, no permission', () => {
  it('a full disk: the append is refused, nothing acknowledged is lost, reads go on, and it recovers', async ({
    skip,
  }) => {
    const directory = mountMemory('size=3m')
    if (!directory) return skip('SKIPPED: cannot mount a small file system here (needs root on Linux)')
    const ledger = await openHere(directory)
    const ballast = join(directory, 'ballast')
    writeFileSync(ballast, Buffer.alloc(1024 * 1024))
    let acknowledged = 0
    const large = () => [{ ...newEvent(0), data: new Uint8Array(20_000) }]
    const failure = await (async () => {
      for (;;) {
        await ledger.append('unit-a', large(), acknowledged - 1)
        acknowledged += 1
      }
    })().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LedgerUnavailableError)
    expect(String(failure)).toMatch(/disk full.*make room/)
    expect(acknowledged).toBeGreaterThan(10)
    await expect(ledger.append('unit-b', large(), -1)).rejects.toBeInstanceOf(LedgerUnavailableError)
    expect(await collect(ledger.readStream('unit-a'))).toHaveLength(acknowledged)
    rmSync(ballast)
    await ledger.append('unit-a', large(), acknowledged - 1)
    await ledger.close()
    const again = await openHere(directory)
    expect(await collect(again.readStream('unit-a'))).toHaveLength(acknowledged + 1)
    expect(await collect(again.readStream('unit-b'))).toHaveLength(0)
    await again.close()
  })

  it('a ledger that may not grow: every append of the group fails clearly, and later ones go on', () => {
    const directory = newDirectory()
    const database = openLedgerForWriting(directory)
    onTestFinished(() => database.close())
    const writer = createGroupCommit(database, ledgerFile, () => 0)
    const append = (stream: string) => ({ stream, expected: -1, events: newEvents(50) })
    expect(writer.commit([append('unit-a')])).toMatchObject([{ kind: 'appended', revision: 49 }])
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 1}`)
    const failed = writer.commit([append('unit-b'), append('unit-c'), append('unit-d')])
    expect(failed.map((outcome) => outcome.kind)).toEqual(['failed', 'failed', 'failed'])
    expect(failed[0]).toMatchObject({ why: 'unavailable', message: expect.stringMatching(/disk full/) })
    database.exec('PRAGMA max_page_count = 100000')
    expect(writer.commit([append('unit-b')])).toMatchObject([
      { kind: 'appended', revision: 49, position: 99 },
    ])
  })

  it('one append that SQLite cannot take fails alone', () => {
    const directory = newDirectory()
    const database = openLedgerForWriting(directory)
    onTestFinished(() => database.close())
    const writer = createGroupCommit(database, ledgerFile, () => 0)
    const bad = { ...newEvent(0), id: undefined as unknown as string }
    const outcomes = writer.commit([
      { stream: 'unit-a', expected: -1, events: newEvents(1) },
      { stream: 'unit-b', expected: -1, events: [newEvent(0), bad] },
      { stream: 'unit-c', expected: -1, events: newEvents(1) },
    ])
    expect(outcomes).toMatchObject([
      { kind: 'appended', position: 0 },
      { kind: 'failed', why: 'bug' },
      { kind: 'appended', position: 1 },
    ])
  })

  it('a read-only place: a clear error, and the ledger stays readable where it can be', async ({ skip }) => {
    const directory = newDirectory()
    mkdirSync(join(directory, 'ledger'))
    const remount = readOnlyPlace(directory)
    if (!remount) return skip('SKIPPED: root ignores permissions and cannot mount here')
    const refused = openEmbeddedLedger(remount)
    await expect(refused).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(refused).rejects.toThrow(/cannot be (written|opened)/)
  })
})

/** A directory in which nobody may write: by permission, or for root by a read-only mount. */
function readOnlyPlace(directory: string): string | null {
  if (process.getuid?.() !== 0) {
    chmodSync(directory, 0o555)
    return directory
  }
  return mountMemory('size=1m,ro')
}
