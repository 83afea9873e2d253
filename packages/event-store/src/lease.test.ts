import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppendOutcomeUnknownError, type EventStore } from './event-store.ts'
import { type HeldLease, type LeaseClock, type LeaseOptions, underLease } from './lease.ts'
import { createMemoryEventStore } from './memory.ts'

/** A world whose time passes only when everyone waits: every interleaving can be drawn, and drawn again. */
function createWorld() {
  const timers = new Set<{ at: number; order: number; wake: () => void }>()
  let nowMs = 0
  let order = 0

  function sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        timers.delete(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = { at: Math.max(at, nowMs), order: order++, wake }
      timers.add(timer)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  return {
    now: () => nowMs,
    sleepUntil,
    /** Lets time pass; `look` sees every moment at which something happened, and the moment before time goes on. */
    async run(untilMs: number, look: () => void): Promise<void> {
      for (;;) {
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
        look()
        const next = [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0]
        if (!next || next.at > untilMs) return
        nowMs = next.at
        look()
        next.wake()
      }
    },
  }
}

type World = ReturnType<typeof createWorld>

/** A clock of its own: begins anywhere, runs a little fast or slow, and its wall clock is set back or forth. */
function clockOf(world: World, { rate, offset, wallSteps }: Contender): LeaseClock {
  const monotonicMs = () => offset + world.now() * rate
  return {
    monotonicMs,
    wallMs: () =>
      1e12 +
      offset * 7 +
      world.now() * rate +
      wallSteps.filter(({ at }) => at <= world.now()).reduce((sum, { by }) => sum + by, 0),
    sleep: (ms, signal) => world.sleepUntil(world.now() + Math.max(ms, 0) / rate, signal),
  }
}

/** The ledger as seen through a bad network: late on the way there and back, with answers that get lost. */
function throughNetwork(
  ledger: EventStore,
  world: World,
  { delays }: Contender,
  isDead: () => boolean,
): EventStore {
  let step = 0
  const late = async () => world.sleepUntil(world.now() + (delays[step++ % delays.length] ?? 0))
  return {
    ...ledger,
    async append(stream, events, expected) {
      if (isDead()) return new Promise(() => {})
      await late()
      const result = await ledger.append(stream, events, expected)
      await late()
      if ((delays[step % delays.length] ?? 0) > 2500) throw new AppendOutcomeUnknownError('no answer')
      return result
    },
    async *readStream(stream, options) {
      await late()
      const pages = []
      for await (const page of ledger.readStream(stream, options)) pages.push(page)
      await late()
      yield* pages
    },
  }
}

type Contender = {
  readonly rate: number
  readonly offset: number
  readonly wallSteps: readonly { readonly at: number; readonly by: number }[]
  readonly delays: readonly number[]
  readonly begins: number
  /** Stops in good order, or is killed: it never runs again, and gives nothing back. */
  readonly ends: { readonly at: number; readonly how: 'stopped' | 'killed' }
}

const durationMs = 6000
const graceMs = 1000
/** Grace in duration is a sixth: two clocks may each be off by a fifteenth. */
const contender: fc.Arbitrary<Contender> = fc.record({
  rate: fc.double({ min: 0.94, max: 1.06, noNaN: true }),
  offset: fc.nat(1_000_000),
  wallSteps: fc.array(fc.record({ at: fc.nat(60_000), by: fc.integer({ min: -100_000, max: 100_000 }) }), {
    maxLength: 3,
  }),
  delays: fc.array(fc.oneof({ weight: 8, arbitrary: fc.nat(60) }, { weight: 2, arbitrary: fc.nat(7000) }), {
    minLength: 1,
    maxLength: 12,
  }),
  begins: fc.nat(20_000),
  ends: fc.record({ at: fc.integer({ min: 5000, max: 60_000 }), how: fc.constantFrom('stopped', 'killed') }),
})

async function contend(contenders: readonly Contender[], more: Partial<LeaseOptions> = {}) {
  const world = createWorld()
  const ledger = createMemoryEventStore()
  const holding = new Map<number, HeldLease>()
  const tokens: number[] = []
  const killed = new Set<number>()
  for (const [index, each] of contenders.entries()) {
    const stop = new AbortController()
    const start = async () => {
      await world.sleepUntil(each.begins)
      const options = {
        ledger: throughNetwork(ledger, world, each, () => killed.has(index)),
        name: 'clerk',
        holder: `contender-${index}`,
        durationMs,
        graceMs,
        clock: clockOf(world, each),
        ...more,
      }
      await underLease(options, stop.signal, async (lease, signal) => {
        if (killed.has(index)) return
        tokens.push(lease.token)
        holding.set(index, lease)
        await world.sleepUntil(Number.MAX_SAFE_INTEGER, signal)
        holding.delete(index)
      })
    }
    void start()
    void world.sleepUntil(each.begins + each.ends.at).then(() => {
      if (each.ends.how === 'stopped') return stop.abort()
      killed.add(index)
      holding.delete(index)
      // What it has sent may still arrive; it sends nothing more.
      stop.abort()
    })
  }
  let atOnceMost = 0
  const heldFrom = new Map<number, number>()
  await world.run(90_000, () => {
    const holders = [...holding].filter(([, lease]) => lease.holds())
    atOnceMost = Math.max(atOnceMost, holders.length)
    for (const [index] of holders) if (!heldFrom.has(index)) heldFrom.set(index, world.now())
  })
  return { atOnceMost, tokens, heldFrom }
}

describe('a lease', () => {
  it('is held by one at most, whatever the network, the clocks and the ends of holders do', async () => {
    let held = 0
    await fc.assert(
      fc.asyncProperty(fc.array(contender, { minLength: 2, maxLength: 4 }), async (contenders) => {
        const { atOnceMost, tokens } = await contend(contenders)
        expect(atOnceMost).toBeLessThanOrEqual(1)
        // Every later holder has a higher token.
        expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b))
        held += tokens.length
      }),
      { numRuns: 300 },
    )
    expect(held).toBeGreaterThan(300)
  })

  const healthy = { rate: 1, offset: 0, wallSteps: [], delays: [5] }
  const second: Contender = { ...healthy, begins: 1000, ends: { at: 60_000, how: 'stopped' } }

  it('goes to the next within seconds when its holder is killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2000, max: 20_000 }), async (at) => {
        const first: Contender = { ...healthy, begins: 0, ends: { at, how: 'killed' } }
        const { heldFrom } = await contend([first, second])
        const pause = (heldFrom.get(1) ?? Number.POSITIVE_INFINITY) - at
        expect(pause).toBeGreaterThan(durationMs * 0.6)
        expect(pause).toBeLessThan(durationMs + graceMs + 600)
      }),
      { numRuns: 50 },
    )
  })

  it('goes to the next at once when its holder gives it back', async () => {
    const first: Contender = { ...healthy, begins: 0, ends: { at: 10_000, how: 'stopped' } }
    const { heldFrom } = await contend([first, second])
    expect((heldFrom.get(1) ?? Number.POSITIVE_INFINITY) - 10_000).toBeLessThan(600)
  })

  it('would be held by two if others did not wait: the test above sees it', async () => {
    let most = 0
    await fc.assert(
      fc.asyncProperty(fc.array(contender, { minLength: 3, maxLength: 4 }), async (contenders) => {
        const { atOnceMost } = await contend(contenders, { graceMs: -durationMs / 2 })
        most = Math.max(most, atOnceMost)
      }),
      { numRuns: 100 },
    )
    expect(most).toBeGreaterThan(1)
  })
})
