import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { type RulebookContent, shippedRulebooks, usccCheckCharacter } from '@fireledger/domain'
import { copyLedger, openLedger, openLedgerReader } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn } from '../../../packages/event-store/src/eventstoredb/stand-in.test-kit.ts'
import { planOn } from './rulebooks.ts'
import { SimulationCancelledError, simulate } from './simulate.ts'
import { createWorld, onDisk, renamed, runOn, type Step, servedGrades, shippedContent } from './test-kit.ts'

/** A small city on a real ledger, read by real threads. */

const usccs = Array.from({ length: 12 }, (_, n) => {
  const body = `91320402MA1WAB${String(n).padStart(3, '0')}`
  return `${body}${usccCheckCharacter(body)}`
})
const [first = '', second = ''] = usccs
const caseId = (n: number) => `01JD00000000000000000000${String(n).padStart(2, '0')}`

function adopt(id: string, content: RulebookContent, from: string): Step[] {
  const rulebook = { category: 'rulebook', id, day: from }
  return [
    { ...rulebook, type: 'DraftRulebook', data: { division: '320400', content } },
    { ...rulebook, type: 'AdoptRulebook', data: { division: '320400', subjectKind: 'institution', from } },
  ]
}

function register(id: string, name: string, division = '320402'): Step {
  const data = {
    name,
    type: 'maintenance',
    division,
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: `person-${id}`, name: '王安信' },
  }
  return { category: 'institution', type: 'RegisterInstitution', id, day: '2024-01-02', data }
}

/** Entered by an officer; facts come by the imports and the scenario in their own tests. */
function adjust(id: string, item: string, day: string, n: number): Step {
  const opening = { division: '320402', subjectKind: 'institution', rulebook: 'CZ-DEFAULT-1' }
  const data = { ...opening, item, factId: `fact-${n}`, violation: null, causeEventId: null, reason: '核实' }
  return { category: 'creditAccount', type: 'AdjustCreditAccount', id, day, data }
}

const strict = (() => {
  const content = shippedContent()
  for (const item of content.items) if (item.code === 'R1') item.points = 40
  return content
})()

let city: Awaited<ReturnType<typeof onDisk>>
beforeAll(async () => {
  const world = createWorld()
  await world.play(
    ...adopt('CZ-DEFAULT-1', shippedContent(), '2024-01-01'),
    ...usccs.map((id, n) =>
      register(
        id,
        n === 0 ? '=HYPERLINK("http://x")' : `常州第${n}消防服务公司`,
        n === 11 ? '320411' : '320402',
      ),
    ),
    adjust(first, 'R1', '2026-02-03', 1),
    adjust(second, 'B1', '2026-02-04', 2),
    adjust(second, 'R1', '2026-03-04', 3),
  )
  await world.clerk.end()
  city = await onDisk(world.ledger)
})
afterAll(() => city.remove())

/** Every file of the folder with its size and last change: what a reader must leave as it was. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return `${name} ${/\.db-(shm|wal)$/.test(name) ? '' : `${size} ${mtimeMs}`}`
    })
}

/** Runs the work and tells which threads it started. */
async function threadsOf(work: () => Promise<unknown>): Promise<{ threads: Worker[]; error: unknown }> {
  const threads: Worker[] = []
  const hear = (worker: Worker) => threads.push(worker)
  process.on('worker', hear)
  const error = await work().then(
    () => null,
    (reason: unknown) => reason,
  )
  process.off('worker', hear)
  return { threads, error }
}

describe('a simulation', () => {
  it('tells who moves, from which grade to which, by which lines', async () => {
    const { summary, movements } = await runOn(city.location, { rulebook: 'CZ-STRICT-1', content: strict })
    expect(summary).toMatchObject({ subjects: 12, moved: 2, down: 2, up: 0, scoreChanged: 2 })
    expect(summary.rulebook).toMatchObject({ reference: 'CZ-STRICT-1@0', illustrative: true })
    expect(summary.after.map(({ subjects }) => subjects).filter(Boolean)).toEqual([10, 2])
    expect(movements.map(({ subject }) => subject)).toEqual([first, second].sort())
    expect(movements.find(({ subject }) => subject === first)).toMatchObject({
      direction: 'down',
      // 2024 and 2025 were without fault; of 2024 nothing is left in the summer of 2026.
      before: { score: 70 },
      after: { score: 45 },
      lines: [{ item: 'R1', before: { points: -15, validUntil: '2028-02-03' }, after: { points: -40 } }],
    })
  })

  it('of the rulebook in force moves nobody, and what it says of each is what is served', async () => {
    const { summary } = await runOn(city.location, {})
    expect(summary).toMatchObject({ moved: 0, scoreChanged: 0, subjects: 12, from: '2024-01-01' })
    expect(summary.after).toEqual(summary.before)
    const { movements } = await runOn(city.location, {
      rulebook: 'CZ-SAME-1',
      content: renamed(shippedContent()),
    })
    const served = servedGrades(city.readStorePath, 'institution', '2026-06-01')
    expect(movements.map(({ subject }) => subject)).toEqual([...served.keys()].sort())
    for (const { subject, before, after } of movements) {
      expect(before).toMatchObject(served.get(subject) ?? {})
      expect(after).toMatchObject({ score: before.score, level: before.level, grade: `N${before.grade}` })
    }
  })

  it('of a rulebook for people tells no grades of institutions', async () => {
    const forPeople = shippedRulebooks.find(({ content }) => content.subjectKinds[0] === 'practitioner')
    if (!forPeople) throw new Error('no rulebook for practitioners is shipped')
    const { id: rulebook, content, division } = forPeople
    const { summary } = await runOn(city.location, {
      rulebook,
      content,
      division,
      subjectKind: 'practitioner',
    })
    expect(summary.subjectKind).toBe('practitioner')
    expect(summary.before.filter(({ grade }) => grade !== null)).toEqual([])
  })

  it('gives the same bytes again, in one pass or in many, with another number of threads', async () => {
    const draft = { rulebook: 'CZ-SAME-1', content: renamed(shippedContent()) }
    const one = await runOn(city.location, draft)
    const many = await runOn(city.location, draft, { subjectsPerPass: 5 })
    expect(many.json).toBe(one.json)
    expect(many.csv).toBe(one.csv)
    // Too much for one pass: it is begun again in parts.
    const shares: number[] = []
    const onProgress = ({ share }: { share: number }) => shares.push(share)
    const split = await runOn(city.location, draft, { happeningsMax: 1, onProgress })
    expect(split.json).toBe(one.json)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    const other = await runOn(city.location, { ...draft, asOf: '2026-02-01' })
    expect(other.summary.inputsDigest).not.toBe(one.summary.inputsDigest)
  })

  it('is about the division only, and about those who were there on the day', async () => {
    const draft = { rulebook: 'CZ-SAME-1', content: renamed(shippedContent()) }
    expect((await runOn(city.location, { ...draft, division: '320411' })).movements).toHaveLength(1)
    expect((await runOn(city.location, { ...draft, division: '320412' })).movements).toEqual([])
    expect((await runOn(city.location, { ...draft, asOf: '2023-12-31' })).summary.subjects).toBe(0)
  })

  it('from a day leaves what was before as it was judged', async () => {
    const late = await runOn(city.location, { rulebook: 'CZ-STRICT-1', content: strict, from: '2026-03-01' })
    expect(late.movements.map(({ subject }) => subject)).toEqual([second])
  })

  it('as CSV opens in a spreadsheet, and no cell begins a formula', async () => {
    const { csv } = await runOn(city.location, { rulebook: 'CZ-STRICT-1', content: strict })
    expect(csv.charCodeAt(0)).toBe(0xfeff)
    const [head = '', ...rows] = csv.slice(1).trim().split('\n')
    expect(rows).toHaveLength(2)
    expect(head).toContain('deducted_before')
    expect(csv).toContain('"\'=HYPERLINK(""http://x"")"')
    for (const cell of csv.slice(1).split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+\-@\t\r]/)
    expect(rows.every((row) => row.endsWith('illustrative 示例'))).toBe(true)
  })

  it('tells how far it is', async () => {
    const shares: number[] = []
    await runOn(city.location, {}, { onProgress: ({ share }) => shares.push(share) })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBeGreaterThan(0.85)
  })
})

describe('a simulation on a cluster', () => {
  it('gives the same bytes as on the embedded ledger, and leaves no thread', async () => {
    const standIn = await startStandIn()
    const location = { kind: 'cluster' as const, connectionString: standIn.address }
    const [from, to] = [await openLedgerReader(city.location), await openLedger(location)]
    await copyLedger({ from, to })
    await Promise.all([from.close(), to.close()])
    const draft = { rulebook: 'CZ-STRICT-1', content: strict }
    let json = ''
    const { threads, error } = await threadsOf(async () => {
      json = (await runOn(location, draft)).json
    })
    expect(error).toBeNull()
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1])
    expect(json).toBe((await runOn(city.location, draft)).json)
    standIn.stop()
  })
})

describe('what remains of a simulation', () => {
  it('that was cancelled, at any stage: no thread, no file, and the ledger as it was', async () => {
    const before = filesOf(city.location.directory)
    for (const stage of ['at once', 'census', 'replay'] as const) {
      const stop = new AbortController()
      if (stage === 'at once') stop.abort()
      const onProgress = ({ share }: { share: number }) => {
        if (stage === 'census' || share > 0) stop.abort()
      }
      const { threads, error } = await threadsOf(() =>
        runOn(city.location, {}, { signal: stop.signal, onProgress }),
      )
      expect(error).toBeInstanceOf(SimulationCancelledError)
      expect(threads).toHaveLength(stage === 'at once' ? 0 : 1)
      // Node's mark of a thread that has ended.
      expect(threads.map(({ threadId }) => threadId)).toEqual(threads.map(() => -1))
    }
    expect(filesOf(city.location.directory)).toEqual(before)
  })

  it('that failed on an event which nobody can read: the reason, and nothing else', async () => {
    const world = createWorld()
    await world.play(
      ...adopt('CZ-DEFAULT-1', shippedContent(), '2024-01-01'),
      register(first, '甲'),
      register(second, '乙'),
    )
    await world.clerk.end()
    const bytes = (text: string) => new TextEncoder().encode(text)
    const broken = {
      id: crypto.randomUUID(),
      type: 'PenaltyDecided',
      data: bytes('{'),
      metadata: bytes('{}'),
    }
    await world.ledger.append(`penaltyCase-${caseId(1)}`, [broken], -1)
    const damaged = await onDisk(world.ledger, { folded: false })
    const before = filesOf(damaged.location.directory)
    const reader = await openLedgerReader(damaged.location)
    const { threads, error } = await threadsOf(() => runOn(damaged.location, {}, { subjectsPerPass: 1 }))
    expect(String(error)).toContain('JSON')
    expect(threads.length).toBeGreaterThan(0)
    expect(threads.map(({ threadId }) => threadId)).toEqual(threads.map(() => -1))
    expect(filesOf(damaged.location.directory)).toEqual(before)
    await reader.close()
    damaged.remove()
  })

  it('of a ledger that is not there: the reason', async () => {
    const reader = await openLedgerReader(city.location)
    const asked = {
      rulebook: 'CZ-DEFAULT-1',
      content: null,
      division: null,
      subjectKind: null,
      asOf: '2026-06-01',
      from: null,
    }
    const planned = await planOn(reader, asked)
    await reader.close()
    if (!planned.accepted) throw new Error('planned')
    const ledger = { kind: 'embedded' as const, directory: join(city.folder, 'nowhere') }
    const { threads, error } = await threadsOf(() => simulate({ ledger, plan: planned.plan, until: 0n }))
    expect(error).toBeInstanceOf(Error)
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1])
  })
})
