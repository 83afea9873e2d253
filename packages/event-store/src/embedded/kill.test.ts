import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '@fireledger/sqlite'
import { afterAll, expect, it } from 'vitest'
import { ledgerStart, type StoredEvent } from '../event-store.ts'
import { openEmbeddedReader } from './embedded.ts'
import { type Attempt, eventsOfAttempt, type Go, type Line } from './kill-load.ts'
import { ledgerFile } from './schema.ts'

const rounds = Number(process.env.KILL_ROUNDS ?? 60)
/** When each child dies follows from the seed; what the machine does meanwhile is its own. */
const seed = process.env.KILL_SEED ?? randomBytes(4).toString('hex')
const directory = mkdtempSync(join(tmpdir(), 'fireledger-kill-'))
const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

/** Null for what a child was about to say when it died. */
function lineOf(text: string): Line | null {
  try {
    return JSON.parse(text) as Line
  } catch {
    return null
  }
}

type Child = ReturnType<typeof startChild>

/** A child that has loaded its program and waits for its orders, so that a round costs no start-up. */
function startChild() {
  const program = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  let onLine = (_: Line) => {}
  const warm = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = lineOf(text)
      if (line === null) return
      if (line.kind === 'warm') resolve()
      else onLine(line)
    })
  })
  // Closed, not exited: everything it ever wrote has been read.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    warm,
    go(orders: Go, listener: (line: Line) => void) {
      onLine = listener
      child.stdin.write(`${JSON.stringify(orders)}\n`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
      children.delete(child)
    },
  }
}

const attempts = new Map<string, Attempt>()
const acknowledged = new Map<string, { revision: number; position: string }>()
const unanswered = new Map<string, Attempt>()
let retried = 0

/** From 0 to `below`, always the same for a seed and a round. */
function drawn(round: number, below: number): number {
  return createHash('sha256').update(`${seed}/${round}`).digest().readUInt32BE() % below
}

async function killOnce(child: Child, round: number) {
  await child.warm
  let reached: () => void = () => {}
  const loaded = new Promise<void>((resolve) => {
    reached = resolve
  })
  // So many lines after the first acknowledgement: somewhere in the load, whatever the machine's speed.
  let linesLeft = drawn(round, 400)
  let acknowledging = false
  const failures: string[] = []
  retried += unanswered.size
  child.go({ directory, round, unanswered: [...unanswered.values()] }, (line) => {
    acknowledging ||= line.kind === 'acknowledged'
    if (acknowledging && linesLeft-- <= 0) reached()
    if (line.kind === 'trying') {
      attempts.set(line.attempt.name, line.attempt)
      unanswered.set(line.attempt.name, line.attempt)
    } else if (line.kind === 'acknowledged') {
      const earlier = acknowledged.get(line.name)
      if (earlier) expect({ revision: line.revision, position: line.position }).toEqual(earlier)
      acknowledged.set(line.name, line)
      unanswered.delete(line.name)
    } else if (line.kind === 'conflicted') {
      expect(acknowledged.has(line.name)).toBe(false)
      unanswered.delete(line.name)
    } else if (line.kind === 'failed') failures.push(line.message)
  })
  if (round % 8 !== 7) await loaded
  // Every eighth dies while it opens and recovers, of which it says nothing: only time can be waited for.
  else await new Promise((resolve) => setTimeout(resolve, drawn(round, 150)))
  await child.kill()
  expect(failures).toEqual([])
}

/** Every stored event belongs to an attempt that was made, is whole, stands once and has the right bytes. */
function verifyEvents(events: readonly StoredEvent[]) {
  const revisions = new Map<string, number>()
  const found = new Map<string, { revision: number; position: string }>()
  let doubled = 0
  const ids = new Set<string>()
  for (let at = 0; at < events.length; ) {
    const [name = '', , count = '0'] = new TextDecoder().decode(events[at]?.metadata).split('/')
    const attempt = attempts.get(name)
    expect(attempt, `an event of the attempt ${name} that nobody made`).toBeDefined()
    if (!attempt) return { found, doubled }
    const expected = eventsOfAttempt(attempt)
    expect(expected).toHaveLength(Number(count))
    const stored = events.slice(at, at + expected.length)
    at += expected.length
    expect(stored).toHaveLength(expected.length)
    for (const [index, event] of stored.entries()) {
      const revision = (revisions.get(attempt.stream) ?? -1) + 1
      revisions.set(attempt.stream, revision)
      expect(event).toMatchObject({
        id: expected[index]?.id,
        type: expected[index]?.type,
        stream: attempt.stream,
        revision,
      })
      expect(Buffer.compare(event.data, expected[index]?.data ?? new Uint8Array())).toBe(0)
      expect(Buffer.compare(event.metadata, expected[index]?.metadata ?? new Uint8Array())).toBe(0)
      if (ids.has(event.id)) doubled += 1
      ids.add(event.id)
    }
    if (found.has(name)) doubled += 1
    const last = stored.at(-1)
    found.set(name, { revision: last?.revision ?? -1, position: String(last?.position) })
  }
  return { found, doubled }
}

it(`loses nothing acknowledged and invents nothing when it is killed ${rounds} times`, {
  timeout: 300_000,
}, async (context) => {
  const warm = [startChild(), startChild()]
  for (let round = 0; round < rounds; round++) {
    const child = warm.shift() as Child
    if (round + warm.length + 1 < rounds) warm.push(startChild())
    await killOnce(child, round)
  }
  const reader = await openEmbeddedReader(directory)
  const events: StoredEvent[] = []
  for await (const page of reader.readAll({ from: ledgerStart })) events.push(...page)
  await reader.close()

  const { found, doubled } = verifyEvents(events)
  const lost = [...acknowledged].filter(([name, result]) => {
    const stored = found.get(name)
    return stored?.revision !== result.revision || stored.position !== result.position
  })
  const database = openDatabase(join(directory, ledgerFile), { readOnly: true })
  const integrity = database.prepare('PRAGMA integrity_check').get()
  database.close()
  const figures = {
    seed,
    rounds,
    attempted: attempts.size,
    acknowledged: acknowledged.size,
    retriedAfterKill: retried,
    storedThoughUnacknowledged: found.size - acknowledged.size,
    events: events.length,
    lost: lost.length,
    doubled,
  }
  process.stdout.write(`kill loop: ${JSON.stringify(figures)}\n`)
  context.annotate(JSON.stringify(figures))
  expect(lost).toEqual([])
  expect(doubled).toBe(0)
  expect(Object.values(integrity ?? {})).toEqual(['ok'])
  expect(acknowledged.size).toBeGreaterThan(rounds)
})
