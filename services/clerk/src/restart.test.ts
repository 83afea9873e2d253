import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CreditAccountEvent,
  type CreditAccountState,
  creditAccount,
  type RulebookEvent,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookInForce,
  rulebookVersion,
  scoreOn,
} from '@fireledger/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClerk } from './clerk.ts'
import { type CheckpointStore, createMemoryCheckpointStore } from './memory.ts'
import { openCheckpointStore } from './sqlite-checkpoint-store.ts'
import {
  adoptRulebook,
  createTestLedger,
  decidedCase,
  inInspection,
  letClerkWork,
  line,
  orderedRectification,
  otherUscc,
  practitionerId,
  register,
  reviewCase,
  type Step,
  startClerk,
  type TestLedger,
  uscc,
  withdrawCase,
} from './test-ledger.ts'

/** The clerk is stopped, killed and started anywhere: the ledger must end as if it had run through once. */

const lighter = { circumstances: ['mitigated'], reason: '主动消除危害后果' }
const other = { respondent: { kind: 'institution', id: otherUscc } }
const secondCase = '01JD0000000000000000000021'

const trained = (day: string, factId: string): Step => ({
  category: 'creditAccount',
  type: 'AdjustCreditAccount',
  id: uscc,
  day,
  data: {
    division: '320402',
    subjectKind: 'institution',
    rulebook: 'CZ-DEFAULT-1',
    item: 'B2',
    factId,
    violation: null,
    causeEventId: null,
    reason: '完成培训',
  },
})

const engineer = { respondent: { kind: 'practitioner', id: practitionerId } }

/**
 * Every way at least once: fines, veto, a changed decision, a case that falls, a missed cure, bonuses before and during the
 * veto, grades, two rulebooks for two kinds of subjects.
 */
const history = [
  ...adoptRulebook(),
  ...adoptRulebook('2024-01-01', 'CZ-PRACTITIONER-12'),
  register(uscc, '2025-06-02'),
  register(otherUscc, '2025-06-02'),
  ...decidedCase([line('V13', 65_000), line('V08', 6_000, other)]),
  ...decidedCase(
    [line('V02', 12_000), line('V02', 6_000, engineer), line('V12', 60_000, other)],
    {},
    secondCase,
  ),
  ...reviewCase('changed', [line('V13', 20_000, lighter), line('V08', 6_000, other)]),
  trained('2026-01-20', 'training-1'),
  trained('2026-02-20', 'training-2'),
  ...orderedRectification(),
  withdrawCase('2026-03-20'),
  inInspection('2026-03-20', 'PublishInspection', { publishedAt: '常州消防门户网站' }),
].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
const lastDay = '2027-01-02'

/** What it tells of a day, by what was known then: that depends on when it was there, and no grade on it. */
const notices = ['GradeChanged', 'CreditWarningRaised', 'CreditWarningEnded']

/** What the clerk wrote, without the clock and its notices: by stream, in order. */
async function written(world: TestLedger): Promise<string[]> {
  const events = await world.events()
  return events
    .filter((event) => event.metadata.actor.id === 'clerk' && !notices.includes(event.type))
    .map(({ id, type, stream, data, metadata }) =>
      JSON.stringify({
        id,
        type,
        stream,
        data,
        effectiveAt: metadata.effectiveAt,
        cause: metadata.causationId,
      }),
    )
}

async function finish(world: TestLedger, store: CheckpointStore): Promise<void> {
  world.at(lastDay)
  // What a tick brings about is worked off before the next: cures missed, then grades.
  for (let before = -1; before !== (await written(world)).length; ) {
    before = (await written(world)).length
    const clerk = await startClerk(world, store)
    await clerk.tick()
    await clerk.stop()
  }
}

async function uninterrupted(): Promise<string[]> {
  const world = createTestLedger()
  await world.play(...history)
  await finish(world, createMemoryCheckpointStore())
  return written(world)
}

/** Each told grade differs from the one told before, and the last one is that of the day. */
async function expectToldOnce(world: TestLedger): Promise<void> {
  const told = new Map<string, string>()
  for (const event of await world.events('GradeChanged')) {
    const { before, grade } = event.data as { before: { grade: string }; grade: string }
    expect(grade).not.toBe(before.grade)
    expect(before.grade).toBe(told.get(event.streamId) ?? before.grade)
    told.set(event.streamId, grade)
  }
  const states = await accountsOf(world)
  const library = await libraryOf(world)
  for (const [id, account] of states) {
    if (account.status === 'unknown') continue
    const version = rulebookInForce(library, account.division, account.subjectKind, lastDay)
    if (!version) continue
    const { grade } = scoreOn(account, version, lastDay, library)
    expect(told.get(id) ?? account.announced?.grade ?? grade, id).toBe(grade)
  }
  const raised = await world.events('CreditWarningRaised', 'CreditWarningEnded')
  const standing = new Set<string>()
  for (const { type, streamId, data } of raised) {
    const { kind, about } = data as { kind: string; about: string }
    const key = `${streamId} ${kind} ${about}`
    expect(standing.has(key)).toBe(type === 'CreditWarningEnded')
    if (type === 'CreditWarningRaised') standing.add(key)
    else standing.delete(key)
  }
}

async function accountsOf(world: TestLedger): Promise<Map<string, CreditAccountState>> {
  const states = new Map<string, CreditAccountState>()
  for (const { id, type, data, streamId, category, metadata } of await world.events()) {
    if (category !== 'creditAccount') continue
    const before = states.get(streamId) ?? creditAccount.initialState
    const occurred = { id, type, data, effectiveAt: metadata.effectiveAt } as CreditAccountEvent
    states.set(streamId, creditAccount.evolve(before, occurred))
  }
  return states
}

async function libraryOf(world: TestLedger): Promise<RulebookVersion[]> {
  const states = new Map<string, RulebookState>()
  for (const { id, type, data, streamId, category, metadata } of await world.events()) {
    if (category !== 'rulebook') continue
    const occurred = { id, type, data, effectiveAt: metadata.effectiveAt } as RulebookEvent
    states.set(streamId, rulebook.evolve(states.get(streamId) ?? rulebook.initialState, occurred))
  }
  return [...states].flatMap(([id, state]) => rulebookVersion(id, state) ?? [])
}

class Killed extends Error {}

/**
 * Runs a clerk until it has been killed: `before` or `after` its n-th command took effect, or when it was to write its
 * checkpoint. True when it came so far; false when there was less to do.
 */
async function runUntilKilled(
  world: TestLedger,
  store: CheckpointStore,
  { place, nth, tick }: Kill,
): Promise<boolean> {
  let commands = 0
  let dead = false
  const stopping = new AbortController()
  const kill = (): never => {
    dead = true
    stopping.abort()
    throw new Killed()
  }
  const clerk = createClerk({
    ledger: world.ledger,
    now: world.now,
    logger: { info() {}, warn() {}, error() {} },
    schedule: () => () => {},
    submit: async (command) => {
      if (dead) kill()
      commands++
      if (commands === nth && place === 'before') kill()
      const outcome = await world.submit(command)
      if (commands === nth && place === 'after') kill()
      return outcome
    },
    checkpointStore: {
      get checkpoint() {
        return store.checkpoint
      },
      get: store.get,
      entries: store.entries,
      commit: (position, changes) => {
        if (dead || (place === 'commit' && commands >= nth)) kill()
        store.commit(position, changes)
      },
      close: () => {},
    },
  })
  const running = clerk.run(stopping.signal).catch(() => {})
  await Promise.race([clerk.caughtUp, running])
  if (tick && !dead) await clerk.tick().catch(() => {})
  stopping.abort()
  await running
  return dead
}

type Kill = { readonly place: 'before' | 'after' | 'commit'; readonly nth: number; readonly tick: boolean }

const kill: fc.Arbitrary<Kill> = fc.record({
  place: fc.constantFrom('before', 'after', 'commit'),
  nth: fc.integer({ min: 1, max: 12 }),
  tick: fc.boolean(),
})

describe('a clerk that is killed and started again', () => {
  it('writes exactly what it would have written', async () => {
    const expected = await uninterrupted()
    expect(expected.length).toBeGreaterThan(12)
    let killed = 0
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 6 }), async (kills) => {
        const world = createTestLedger()
        await world.play(...history)
        world.at(lastDay)
        const store = createMemoryCheckpointStore()
        for (const each of kills) if (await runUntilKilled(world, store, each)) killed++
        await finish(world, store)
        expect((await written(world)).sort()).toEqual([...expected].sort())
        await expectToldOnce(world)
      }),
      { numRuns: 30 },
    )
    expect(killed).toBeGreaterThan(30)
  })

  it('also when history is appended in between, at any place', async () => {
    const expected = await uninterrupted()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), kill), { maxLength: 8 }),
        async (parts) => {
          const world = createTestLedger()
          const store = createMemoryCheckpointStore()
          let played = 0
          for (const [count, each] of parts) {
            await world.play(...history.slice(played, played + count))
            played = Math.min(history.length, played + count)
            await runUntilKilled(world, store, { ...each, tick: false })
          }
          await world.play(...history.slice(played))
          await finish(world, store)
          expect((await written(world)).sort()).toEqual([...expected].sort())
          await expectToldOnce(world)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('also when its memory is lost and it begins anew', async () => {
    const world = createTestLedger()
    await world.play(...history)
    await finish(world, createMemoryCheckpointStore())
    const once = await written(world)
    await finish(world, createMemoryCheckpointStore())
    expect(await written(world)).toEqual(once)
    expect([...once].sort()).toEqual([...(await uninterrupted())].sort())
  })
})

describe('the checkpoint file', () => {
  it('continues after a restart with what was remembered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clerk-'))
    try {
      const world = createTestLedger()
      const cut = history.length - 4
      await world.play(...history.slice(0, cut))
      const first = openCheckpointStore(join(folder, 'clerk.sqlite'))
      await letClerkWork(world, first)
      expect(first.checkpoint).not.toBeNull()
      first.close()
      await world.play(...history.slice(cut))
      const second = openCheckpointStore(join(folder, 'clerk.sqlite'))
      expect(second.checkpoint).not.toBeNull()
      await finish(world, second)
      second.close()
      expect((await written(world)).sort()).toEqual([...(await uninterrupted())].sort())
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('holds the same as the store in memory', () => {
    const folder = mkdtempSync(join(tmpdir(), 'clerk-'))
    try {
      const file = openCheckpointStore(join(folder, 'clerk.sqlite'))
      const memory = createMemoryCheckpointStore()
      for (const store of [file, memory]) {
        store.commit(
          7n,
          new Map<string, unknown>([
            ['due/b', { x: 1 }],
            ['due/a', 'é'],
            ['dual', 1],
          ]),
        )
        store.commit(9_007_199_254_740_993n, new Map<string, unknown>([['due/b', null]]))
      }
      for (const store of [file, memory]) {
        expect([...store.entries('due/')]).toEqual([['due/a', 'é']])
        expect(store.get('due/b')).toBeUndefined()
        expect(store.checkpoint).toBe(9_007_199_254_740_993n)
      }
      file.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
