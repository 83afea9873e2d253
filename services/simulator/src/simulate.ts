import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  addTally,
  emptyTally,
  inScaleOrder,
  type SimulationPlan,
  type Tally,
  type Title,
} from '@fireledger/domain'
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
  /** Subjects of one pass, and entries and requests of theirs: bounds what a thread holds. */
  readonly subjectsPerPass?: number
  readonly happeningsMax?: number
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
const happeningsMaxDefault = 300_000
const threadsMax = 4
/** Far more than the bounds above come to. */
const threadHeapMaxMegabytes = 2048
const resultBytesMax = 64 * 1024 * 1024
/** A thread ends by itself within a page of events or a few subjects; to break it off may break what it calls. */
const stopMs = 30_000

/**
 * @throws SimulationCancelledError when `signal` ends it, SimulationTooBigError, or whatever kept a thread from its work
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { plan, signal } = options
  if (signal?.aborted) throw new SimulationCancelledError('the simulation was cancelled')
  const threads = openThreads(options)
  try {
    const census = await threads.census()
    const passes = await threads.replay(census.subjects, options.subjectsPerPass ?? subjectsPerPassDefault)
    return packResult(summaryOf(plan, census, passes), passes)
  } finally {
    await threads.stop()
  }
}

/** Places in the sorted list of subjects; the end is excluded. */
type Part = { readonly start: number; readonly end: number }

function partsOf({ start, end }: Part, size: number): Part[] {
  const parts: Part[] = []
  for (let at = start; at < end; at += size) parts.push({ start: at, end: Math.min(at + size, end) })
  return parts
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
    note: noteOn(plan, tally),
    // Grades that nobody has are told of a rulebook for such subjects, never of another kind's.
    before: inScaleOrder(
      tally.before,
      census.served.filter(({ content }) => content.subjectKinds.includes(subjectKind)),
    ),
    after: inScaleOrder(tally.after, census.simulated),
  }
}

/** Where nobody moves for a reason that the grades do not show, the reason. */
function noteOn(
  { division, subjectKind, asOf, from }: SimulationPlan,
  { subjects, moved }: Tally,
): Title | null {
  if (moved > 0) return null
  if (subjects === 0)
    return {
      zh: `截至${asOf}，${division}没有此类对象（${subjectKind}），因此没有人变动`,
      en: `nobody moves, since by ${asOf} there is no ${subjectKind} in ${division}`,
    }
  if (from !== null && asOf < from)
    return {
      zh: `比较日${asOf}早于规则施行日${from}，因此没有人变动`,
      en: `nobody moves, since the day compared, ${asOf}, lies before ${from}, the first day of the rulebook`,
    }
  return null
}

type Thread = { readonly worker: Worker; readonly ended: Promise<void> }

function openThreads(options: SimulationOptions) {
  const { ledger, plan, until, signal, happeningsMax = happeningsMaxDefault } = options
  const threads: Thread[] = []
  const failure = new AbortController()
  const ended = AbortSignal.any([failure.signal, ...(signal ? [signal] : [])])
  const progress = openProgress(options.onProgress)

  function start(): Thread {
    const worker = new Worker(new URL('./simulator-boot.mjs', import.meta.url), {
      workerData: { ledger, plan, until, happeningsMax } satisfies ThreadData,
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

  /** The answer to one message; `share` is the part of the whole that it stands for. */
  function ask({ worker }: Thread, message: ToThread, share: number): Promise<FromThread> {
    return new Promise((resolve, reject) => {
      const told = progress.begin(share)
      const settle = () => {
        worker.off('message', hear)
        ended.removeEventListener('abort', fail)
      }
      const hear = (answer: FromThread) => {
        if (answer.kind === 'progress') return told(answer)
        settle()
        if (answer.kind === 'replayed') told({ share: 1, events: answer.replayed.events })
        resolve(answer)
      }
      const fail = () => {
        settle()
        reject(signal?.aborted ? new SimulationCancelledError('the simulation was cancelled') : ended.reason)
      }
      worker.on('message', hear)
      ended.addEventListener('abort', fail, { once: true })
      if (ended.aborted) fail()
      else worker.postMessage(message)
    })
  }

  async function census(): Promise<Census> {
    const answer = await ask(start(), { kind: 'census' }, 0)
    if (answer.kind !== 'census') throw new Error(`a census was answered by ${answer.kind}`)
    return answer.census
  }

  /** In the order of the subjects. */
  async function replay(subjects: readonly string[], perPass: number): Promise<Replayed[]> {
    const waiting = partsOf({ start: 0, end: subjects.length }, perPass)
    const results: { readonly start: number; readonly replayed: Replayed }[] = []
    let bytes = 0
    async function work(thread: Thread): Promise<void> {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        const { start, end } = part
        const range: Range = { first: subjects[start] ?? '', last: subjects[end - 1] ?? '' }
        const answer = await ask(thread, { kind: 'replay', range }, (end - start) / subjects.length)
        if (answer.kind === 'crowded') waiting.unshift(...partsOf(part, Math.ceil((end - start) / 2)))
        if (answer.kind !== 'replayed') continue
        const { replayed } = answer
        results.push({ start, replayed })
        bytes += replayed.json.length + replayed.csv.length
        if (bytes > resultBytesMax)
          throw new SimulationTooBigError('the result does not fit into memory: simulate a smaller division')
      }
    }
    const wanted = Math.min(waiting.length, threadsMax, Math.max(1, availableParallelism() - 1))
    while (threads.length < wanted) start()
    await Promise.all(threads.map(work))
    return results.sort((a, b) => a.start - b.start).map(({ replayed }) => replayed)
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

/** Adds up what threads tell. A pass that turned out too big is begun again in parts: the share never falls. */
function openProgress(onProgress: (progress: SimulationProgress) => void = () => {}) {
  const all: SimulationProgress[] = []
  let highest = 0
  return {
    begin(weight: number): (told: SimulationProgress) => void {
      const place = all.push({ share: 0, events: 0 }) - 1
      return ({ share, events }) => {
        all[place] = { share: share * weight, events }
        const sum = all.reduce((total, each) => total + each.share, 0)
        highest = Math.max(highest, Math.min(1, sum))
        onProgress({ share: highest, events: all.reduce((total, each) => total + each.events, 0) })
      }
    },
  }
}
