import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect, newEvent, newEvents } from '../contract/engine.ts'
import { type EventStore, ledgerStart } from '../event-store.ts'
import { openEmbeddedLedger, openEmbeddedReader } from './embedded.ts'
import type { Line } from './kill-load.ts'

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

describe('a reader on another thread', () => {
  it('follows the writer, each event once, and ends when it is closed', async () => {
    const directory = newDirectory()
    const ledger = await openHere(directory)
    await ledger.append('unit-a', newEvents(5), -1)
    const worker = new Worker(new URL('./follow-thread.mjs', import.meta.url), {
      workerData: { directory },
      execArgv: [],
    })
    const seen: string[] = []
    let waiting: { ids: string; resolve: () => void } | null = null
    let caughtUp: () => void = () => {}
    const backfilled = new Promise<void>((resolve) => {
      caughtUp = resolve
    })
    worker.on('message', (message: { ids?: string[]; caughtUp?: bigint }) => {
      seen.push(...(message.ids ?? []))
      if (message.caughtUp !== undefined) caughtUp()
      if (waiting && message.ids?.includes(waiting.ids)) waiting.resolve()
    })
    await backfilled
    const begin = performance.now()
    for (let revision = 4; revision < 44; revision++) {
      const event = newEvent(revision)
      const arrived = new Promise<void>((resolve) => {
        waiting = { ids: event.id, resolve }
      })
      await ledger.append('unit-a', [event], revision)
      await arrived
    }
    // By the clock alone it would need a tenth of a second for each.
    expect(performance.now() - begin).toBeLessThan(2500)
    const stored = await collect(ledger.readStream('unit-a'))
    expect(seen).toEqual(stored.map((event) => event.id))
    worker.postMessage('close')
    expect(await once(worker, 'exit')).toEqual([0])
  })
})

describe('a reader in another process', () => {
  it('follows the writer, also past its violent death and its successor', async () => {
    const directory = newDirectory()
    const program = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
    const acknowledged = new Map<string, bigint>()
    const startWriter = () => {
      const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    }
    const load = async (round: number, until: () => boolean) => {
      const child = startWriter()
      child.stdin.write(`${JSON.stringify({ directory, round, unanswered: [] })}\n`)
      for await (const text of createInterface({ input: child.stdout })) {
        const line = JSON.parse(text) as Line
        if (line.kind === 'acknowledged') acknowledged.set(line.name, BigInt(line.position))
        if (until()) child.kill('SIGKILL')
      }
    }
    // The first writer only makes the ledger.
    await load(0, () => acknowledged.size > 0)
    const reader = await openEmbeddedReader(directory)
    onTestFinished(() => reader.close())
    const positions: bigint[] = []
    const stop = new AbortController()
    let target = 1n << 62n
    const following = (async () => {
      for await (const message of reader.subscribeToAll({ after: ledgerStart, signal: stop.signal })) {
        if (message.kind === 'events') positions.push(...message.events.map((event) => event.position))
        if ((positions.at(-1) ?? -1n) >= target) return
      }
    })()
    await load(1, () => acknowledged.size > 200)
    await load(2, () => acknowledged.size > 400)
    target = [...acknowledged.values()].sort((a, b) => (a < b ? -1 : 1)).at(-1) as bigint
    if ((positions.at(-1) ?? -1n) >= target) stop.abort()
    await following
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)))
    const seen = new Set(positions)
    expect([...acknowledged.values()].filter((position) => !seen.has(position))).toEqual([])
  })
})

describe('many at once', () => {
  it('finishes what was asked for before it closes', async () => {
    const directory = newDirectory()
    const ledger = await openEmbeddedLedger(directory)
    // More than may be in flight: the rest wait their turn.
    const asked = Array.from({ length: 6000 }, (_, index) => ledger.append(`unit-${index}`, newEvents(1), -1))
    const [results] = await Promise.all([Promise.all(asked), ledger.close()])
    expect(new Set(results.map((result) => result.position)).size).toBe(6000)
    const reader = await openEmbeddedReader(directory)
    expect(await collect(reader.readAll())).toHaveLength(6000)
    await reader.close()
  })

  it('reads no more than 4 MB ahead of a consumer that stands still, however big the events', async () => {
    const ledger = await openHere(newDirectory())
    const data = new Uint8Array(256 * 1024).fill(1)
    const large = () => ({ ...newEvent(0), data })
    await ledger.append('unit-a', [large()], -1)
    const messages = ledger.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    await messages.next()
    for (let round = 0; round < 10; round++) {
      await ledger.append('unit-a', Array.from({ length: 16 }, large), 16 * round)
    }
    let seen = 1
    while (seen < 161) {
      const message = (await messages.next()).value
      if (message?.kind !== 'events') continue
      seen += message.events.length
      // 4 MiB, and the event that went over it.
      expect(message.events.length).toBeLessThanOrEqual(17)
    }
    await messages.return?.()
  })
})
