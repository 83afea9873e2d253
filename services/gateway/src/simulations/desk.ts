import type { Instant, SimulationPlan } from '@fireledger/domain'
import type { LedgerLocation, Position } from '@fireledger/event-store'
import {
  SimulationCancelledError,
  type SimulationProgress,
  type SimulationResult,
  SimulationTooBigError,
  simulate,
} from '@fireledger/simulator'
import type { Logger } from 'pino'
import { ProblemError } from '../problems.ts'

/**
 * The simulations of this gateway: few at once, each in threads of its own, results kept for a while. They belong to
 * this process; nothing of them outlives it.
 */

export type SimulationRun = {
  readonly id: string
  readonly plan: SimulationPlan
  /** Of the ledger, when it was asked for. */
  readonly position: Position
  readonly startedBy: string
  readonly startedAt: Instant
  readonly state: RunState
}

export type RunState =
  | { readonly status: 'running'; readonly progress: SimulationProgress }
  | { readonly status: 'finished'; readonly finishedAt: Instant; readonly result: SimulationResult }
  | { readonly status: 'failed'; readonly finishedAt: Instant; readonly tooBig: boolean }

type Order = Pick<SimulationRun, 'plan' | 'position' | 'startedBy'>

export type SimulationDesk = {
  /** @throws ProblemError when too many run. */
  begin(order: Order): SimulationRun
  find(id: string): SimulationRun | null
  /** The latest first. */
  list(): SimulationRun[]
  /** Ends it if it runs, forgets it; resolves when its threads are gone. */
  drop(id: string): Promise<void>
  close(): Promise<void>
}

/** At once, in this process and for one principal. */
const runningMax = 2
const runningOfOneMax = 1
/** Results that are kept, how many bytes of them, and for how long. */
const keptMax = 20
const keptBytesMax = 128 * 1024 * 1024
const keptMs = 60 * 60 * 1000

/** One that was dropped is known to nobody, and counts until its threads are gone. */
type Run = { run: SimulationRun; readonly stop: AbortController; ended: Promise<void>; dropped: boolean }

type DeskDependencies = {
  readonly ledger: LedgerLocation
  readonly now: () => Instant
  readonly newId: () => string
  readonly logger: Logger
}

export function openSimulationDesk({ ledger, now, newId, logger }: DeskDependencies): SimulationDesk {
  const runs = new Map<string, Run>()

  function begin(order: Order): SimulationRun {
    forgetOld()
    const running = [...runs.values()].filter(({ run }) => run.state.status === 'running')
    const own = running.filter(({ run }) => run.startedBy === order.startedBy)
    if (own.length >= runningOfOneMax || running.length >= runningMax) throw tooMany(own.length > 0)
    const state = { status: 'running' as const, progress: { share: 0, events: 0 } }
    const run: SimulationRun = { id: newId(), startedAt: now(), ...order, state }
    const held: Run = { run, stop: new AbortController(), ended: Promise.resolve(), dropped: false }
    runs.set(run.id, held)
    held.ended = carryOut(held)
    return run
  }

  async function carryOut(held: Run): Promise<void> {
    const { id, plan, position } = held.run
    const set = (state: RunState) => {
      held.run = { ...held.run, state }
    }
    try {
      const onProgress = (progress: SimulationProgress) => set({ status: 'running', progress })
      const result = await simulate({ ledger, plan, until: position, signal: held.stop.signal, onProgress })
      set({ status: 'finished', finishedAt: now(), result })
      forgetOld()
    } catch (error) {
      if (error instanceof SimulationCancelledError) return
      logger.error({ simulation: id, err: error }, 'a simulation failed')
      set({ status: 'failed', finishedAt: now(), tooBig: error instanceof SimulationTooBigError })
    }
  }

  /** From the latest on, as many as may be kept. */
  function forgetOld(): void {
    const oldest = new Date(Date.parse(now()) - keptMs).toISOString()
    let [kept, bytes] = [0, 0]
    for (const { run } of [...runs.values()].reverse()) {
      if (run.state.status === 'running') continue
      kept += 1
      bytes += run.state.status === 'finished' ? run.state.result.bytes : 0
      if (kept > keptMax || bytes > keptBytesMax || run.state.finishedAt < oldest) runs.delete(run.id)
    }
  }

  async function drop(id: string): Promise<void> {
    const held = runs.get(id)
    if (!held) return
    held.dropped = true
    held.stop.abort()
    await held.ended
    runs.delete(id)
  }

  return {
    begin,
    find(id) {
      forgetOld()
      const held = runs.get(id)
      return held && !held.dropped ? held.run : null
    },
    list() {
      forgetOld()
      return [...runs.values()].flatMap(({ run, dropped }) => (dropped ? [] : [run])).reverse()
    },
    drop,
    async close() {
      await Promise.all([...runs.keys()].map(drop))
    },
  }
}

function tooMany(own: boolean): ProblemError {
  const detail = own
    ? {
        zh: '您已有模拟在运行或者正在结束，请等待其结束或先取消',
        en: 'a simulation of yours is running, or still ending: wait for it, or cancel it',
      }
    : { zh: '正在运行的模拟过多，请稍后重试', en: 'too many simulations are running: try again in a while' }
  return new ProblemError('too-many-requests', detail, { headers: { 'retry-after': '5' } })
}
