import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { addTally, emptyTally, inScaleOrder, type SimulationPlan } from '@fireledger/domain'
import type { LedgerLocation, Position } from '@fireledger/event-store'
import type { Census, FromThread, Range, Replayed, ThreadData, ToThread } from './messages.ts'
import { packResult, type SimulationResult, type SimulationSummary } from './result.ts'

/**
 * Runs a simulation in threads of its own: first who is there, then as many passes over the ledger as the number of
 * subjects asks for. Nothing is written anywhere, so nothing remains of a run that is cancelled or fails.
 */

export type SimulationOptions = {
  readonly ledger: LedgerLocation
  readonly plan: SimulationPlan
  /** The last position that counts; `head()` of the ledger. */
  readonly until: Position
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: SimulationProgress) => void
  /** Subjects of one pass: bounds what a thread holds. */
  readonly subjectsPerPass?: number
}

export type SimulationProgress = {
  /** 0 to 1 */
  readonly share: number
  /** Events read so far, each as often as it was read. */
  readonly events: number
}

export class SimulationCancelledError extends Error {
  override readonly name = 'SimulationCancelledError'
}

/** What the simulation has made does not fit into memory: ask for a smaller division. */
export class SimulationTooBigError extends Error {
  override readonly name = 'SimulationTooBigError'
}

const subjectsPerPassDefault = 10_000
const threadsMax = 4
/** Of one thread; beyond it the run fails and the process goes on. */
const threadHeapMaxMegabytes = 1024
const resultBytesMax = 64 * 1024 * 1024
/** How long a thread may take to end by itself. */
const stopMs = 1000

/**
 * @throws SimulationCancelledError when `signal` ends it, SimulationTooBigError, or whatever kept a thread from its work
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { plan, signal } = options
  if (signal?.aborted) throw new SimulationCancelledError('the simulation was cancelled')
  const threads = openThreads(options)
  try {
    const census = await threads.census()
    const ranges = rangesOf(census.subjects, options.subjectsPerPass ?? subjectsPerPassDefault)
    const passes = await threads.replay(ranges)
    return packResult(summaryOf(plan, census, passes), passes)
  } finally {
    await threads.stop()
  }
}

function rangesOf(subjects: readonly string[], perPass: number): Range[] {
  const ranges: Range[] = []
  for (let at = 0; at < subjects.length; at += perPass) {
    const first = subjects[at] as string
    const last = subjects[Math.min(at + perPass, subjects.length) - 1] as string
    ranges.push({ first, last })
  }
  return ranges
}

function summaryOf(plan: SimulationPlan, census: Census, passes: readonly Replayed[]): SimulationSummary {
  const tally = passes.reduce((sum, pass) => addTally(sum, pass.tally), emptyTally)
  const digest = createHash('sha256')
    .update(census.digest)
    .update(passes[0]?.digest ?? '')
  const { division, subjectKind, asOf, from, draft, reference, rulebook: id } = plan
  const { title, illustrative } = draft.content
  return {
    status: 'finished',
    rulebook: { id, reference, title, illustrative },
    ...{ division, subjectKind, asOf, from },
    inputsDigest: digest.digest('hex'),
    events: passes[0]?.events ?? 0,
    ...tally,
    before: inScaleOrder(tally.before, census.served),
    after: inScaleOrder(tally.after, census.simulated),
  }
}

type Thread = { readonly worker: Worker; readonly ended: Promise<void> }

function openThreads({ ledger, plan, until, signal, onProgress = () => {} }: SimulationOptions) {
  const threads: Thread[] = []
  const failure = new AbortController()
  const ended = AbortSignal.any([failure.signal, ...(signal ? [signal] : [])])
  const progress = new Map<number, SimulationProgress>()
  let passes = 1

  function start(): Thread {
    const worker = new Worker(new URL('./simulator-boot.mjs', import.meta.url), {
      workerData: { ledger, plan, until } satisfies ThreadData,
      // Flags of the parent (loaders, inspectors) are not for this thread.
      execArgv: [],
      name: 'fireledger-simulator',
      resourceLimits: { maxOldGenerationSizeMb: threadHeapMaxMegabytes },
    })
    worker.once('error', (error) => failure.abort(error))
    const thread = { worker, ended: new Promise<void>((resolve) => worker.once('exit', () => resolve())) }
    thread.ended.then(() => failure.abort(new Error('a thread of the simulation ended')))
    threads.push(thread)
    return thread
  }

  /** The answer to one message; what it tells of its progress goes to `pass`. */
  function ask(thread: Thread, message: ToThread, pass: number): Promise<FromThread> {
    return new Promise((resolve, reject) => {
      const { worker } = thread
      const settle = () => {
        worker.off('message', hear)
        ended.removeEventListener('abort', fail)
      }
      const hear = (answer: FromThread) => {
        if (answer.kind === 'progress') {
          progress.set(pass, answer)
          onProgress(sumOf(progress, passes))
          return
        }
        settle()
        resolve(answer)
      }
      const fail = () => {
        settle()
        reject(reasonOf(ended, signal))
      }
      worker.on('message', hear)
      ended.addEventListener('abort', fail, { once: true })
      if (ended.aborted) fail()
      else worker.postMessage(message)
    })
  }

  async function census(): Promise<Census> {
    const answer = await ask(start(), { kind: 'census' }, -1)
    if (answer.kind !== 'census') throw new Error(`a census was answered by ${answer.kind}`)
    return answer.census
  }

  async function replay(ranges: readonly Range[]): Promise<Replayed[]> {
    passes = Math.max(1, ranges.length)
    const results: Replayed[] = []
    const waiting = [...ranges.entries()]
    let bytes = 0
    async function work(thread: Thread): Promise<void> {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [place, range] = next
        const answer = await ask(thread, { kind: 'replay', range }, place)
        if (answer.kind !== 'replayed') throw new Error(`a pass was answered by ${answer.kind}`)
        results[place] = answer.replayed
        bytes += answer.replayed.json.length + answer.replayed.csv.length
        if (bytes > resultBytesMax)
          throw new SimulationTooBigError('the result does not fit into memory: simulate a smaller division')
      }
    }
    const wanted = Math.min(passes, threadsMax, Math.max(1, availableParallelism() - 1))
    while (threads.length < wanted) start()
    await Promise.all(threads.map(work))
    return results
  }

  async function stop(): Promise<void> {
    for (const { worker } of threads) worker.postMessage({ kind: 'stop' } satisfies ToThread)
    await Promise.all(
      threads.map(async ({ worker, ended }) => {
        const impatience = setTimeout(() => worker.terminate(), stopMs)
        await ended
        clearTimeout(impatience)
      }),
    )
  }

  return { census, replay, stop }
}

function reasonOf(ended: AbortSignal, asked: AbortSignal | undefined): unknown {
  return asked?.aborted ? new SimulationCancelledError('the simulation was cancelled') : ended.reason
}

function sumOf(progress: ReadonlyMap<number, SimulationProgress>, passes: number): SimulationProgress {
  let [share, events] = [0, 0]
  for (const [pass, told] of progress) {
    events += told.events
    if (pass >= 0) share += told.share / passes
  }
  return { share: Math.min(1, share), events }
}
