import { exec } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import {
  AppendOutcomeUnknownError,
  type EventStore,
  type NewEvent,
} from '../../packages/event-store/src/index.ts'

/** Writers that never stop, what they were promised, and whether the cluster kept it. */

const encoder = new TextEncoder()
const category = 'clusterTrial'

type Acknowledged = { readonly stream: string; readonly revision: number; readonly id: string }

export type Report = {
  readonly acknowledged: number
  /** Appends whose outcome was unknown for a while; each was tried again, identically, until it was known. */
  readonly unknown: number
  /** Acknowledged, and not there. */
  readonly lost: number
  /** There more than once, or never written. */
  readonly doubled: number
  readonly longestPauseMs: number
}

export function startLoad(store: EventStore, writers: number) {
  const run = randomUUID().slice(0, 8)
  const acknowledged: Acknowledged[] = []
  const streams = Array.from({ length: writers }, (_, writer) => `${category}-${run}.${writer}`)
  let unknown = 0
  let running = true
  let lastAt = performance.now()
  let longestPauseMs = 0

  async function write(stream: string) {
    for (let revision = 0; running; revision++) {
      const event = newEvent(revision)
      for (;;) {
        try {
          await store.append(stream, [event], revision - 1)
          break
        } catch (error) {
          if (!(error instanceof AppendOutcomeUnknownError)) throw error
          unknown++
        }
      }
      acknowledged.push({ stream, revision, id: event.id })
      pauseEnds()
    }
  }

  /** The pause of all writers together: from one acknowledgement to the next of anyone. */
  function pauseEnds() {
    longestPauseMs = Math.max(longestPauseMs, performance.now() - lastAt)
    lastAt = performance.now()
  }

  const writing = Promise.all(streams.map(write))
  // A writer that fails is told by `stop`.
  writing.catch(() => {})

  return {
    acknowledged: () => acknowledged.length,
    unknown: () => unknown,
    longestPauseMs: () => longestPauseMs,
    forgetPauses() {
      longestPauseMs = 0
    },
    /** Ends the writers and counts, by content, what the cluster holds. */
    async stop(): Promise<Report> {
      running = false
      await writing
      let lost = 0
      let doubled = 0
      for (const stream of streams) {
        const promised = new Map(
          acknowledged.filter((one) => one.stream === stream).map((one) => [one.revision, one.id]),
        )
        let there = 0
        for await (const page of store.readStream(stream)) {
          for (const event of page) {
            there++
            if (promised.get(event.revision) !== event.id) doubled++
            promised.delete(event.revision)
          }
        }
        lost += promised.size
        if (there === 0) throw new Error(`${stream} cannot be read`)
      }
      return {
        acknowledged: acknowledged.length,
        unknown,
        lost,
        doubled,
        longestPauseMs: Math.round(longestPauseMs),
      }
    },
  }
}

export function newEvent(value: unknown): NewEvent {
  return {
    id: randomUUID(),
    type: 'ClusterTrialHappened',
    data: encoder.encode(JSON.stringify({ value, text: 'x'.repeat(200) })),
    metadata: encoder.encode('{"schemaVersion":1}'),
  }
}

/** Runs a command of the operator's; its failure ends the trial. */
export async function runCommand(command: string): Promise<void> {
  await promisify(exec)(command)
}

/** Waits until something holds; fails after so long. */
export async function until(what: string, holds: () => boolean, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * count))
}

export function say(name: string, figures: object): void {
  console.log(`${name}: ${JSON.stringify(figures)}`)
}
