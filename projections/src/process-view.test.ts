import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { findEvent } from '@fireledger/domain'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { processCases } from './process-cases.ts'
import { type Basis, type CaseCondition, type ProcessView, readProcessView } from './process-view.ts'
import { casesWhere } from './read-cases.ts'
import { openReadStore } from './read-store.ts'
import { catchUp, type Fact, foldRows, ledgerWith, temporaryFolder, testUlid, testUscc } from './test-kit.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let stores = 0

const everything: CaseCondition = { sql: '1', parameters: [] }
const options = { basis: 'stages' as Basis, today: '2024-12-31', pathsMax: 1000, institutionsMax: 50 }

async function viewOf(facts: readonly Fact[], change: Partial<typeof options> = {}, where = everything) {
  const path = join(folder, `${stores++}.db`)
  const ledger = await ledgerWith(facts)
  await catchUp(ledger, path, [processCases])
  const store = openReadStore(path, [processCases])
  try {
    return readProcessView(store, where, { ...options, ...change })
  } finally {
    store.close()
    await ledger.close()
  }
}

const [lead, engineer] = [testUlid(2), testUlid(3)]
const stages = ['S1', 'S2', 'S3'].map((code) => ({
  code,
  title: { zh: code, en: code },
  limitWorkingDays: 5,
}))

const process = 'XF3005-EIGHT-2@0'

function engaged(number: number, at: string, institution = 1, under = process): Fact {
  const team = {
    ...{ legalRepresentative: 'legal-1', technicalLead: lead, projectLead: engineer },
    ...{ engineers: [engineer], operators: [], archivist: 'archivist-1' },
  }
  return {
    stream: `assessment-${testUlid(number)}`,
    type: 'AssessmentEngaged',
    schemaVersion: 2,
    effectiveAt: at,
    data: {
      ...{ division: '320402', institution: testUscc(institution), unit: testUlid(9), project: null },
      ...{ process: under, stages, leastHours: [], team },
    },
  }
}

function step(number: number, type: string, data: object, at: string): Fact {
  const stream = `assessment-${testUlid(number)}`
  return {
    stream,
    type,
    data,
    effectiveAt: at,
    schemaVersion: findEvent(type)?.definition.schemaVersion ?? 1,
  }
}

function completed(number: number, stage: string, at: string): Fact {
  return step(number, 'StageCompleted', { stage, completedBy: lead, score: null }, at)
}

function evidence(number: number, kind: string, index: number, at: string): Fact {
  const data = {
    ...{ evidenceId: testUlid(1000 + index), stage: 'S1', kind, title: kind, sha256: 'ab'.repeat(32) },
    ...{ recordedBy: lead, instrument: null, place: null, takenAt: at, file: null },
    heldElsewhere: null,
  }
  return step(number, 'EvidenceRecorded', data, at)
}

const returned = (number: number, stage: string, to: string, at: string) =>
  step(number, 'StageReturned', { stage, to, returnedBy: lead, reason: '缺页' }, at)

describe('the process view', () => {
  it('given a stage done twice, counts the path, what followed what, and the return', async () => {
    const view = await viewOf([
      engaged(1, '2024-01-02T02:00:00.000Z'),
      completed(1, 'S1', '2024-01-04T02:00:00.000Z'),
      returned(1, 'S2', 'S1', '2024-01-05T02:00:00.000Z'),
      completed(1, 'S1', '2024-01-08T02:00:00.000Z'),
      engaged(2, '2024-01-03T02:00:00.000Z'),
      completed(2, 'S1', '2024-01-25T02:00:00.000Z'),
    ])
    expect(view).toMatchObject({ cases: 2, open: 2, pathCount: 2, startedFrom: '2024-01-02', steps: 6 })
    expect(view.paths.map(({ steps, cases, share }) => [steps.join(), cases, share]).sort()).toEqual([
      ['S1,S2', 1, 0.5],
      ['S1,S2,S1,S2', 1, 0.5],
    ])
    expect(view.follows).toContainEqual({ process, from: 'S1', to: 'S2', open: false, count: 3 })
    expect(view.follows).toContainEqual({ process, from: 'S2', to: 'S1', open: false, count: 1 })
    expect(view.follows).toContainEqual({ process, from: null, to: 'S1', open: false, count: 2 })
    expect(view.gates.returned).toEqual([
      { process, stage: 'S2', detail: 'S1', count: 1, cases: 1, caseShare: 0.5 },
    ])
  })

  it('given cases under way beside finished ones, tells which paths and ends are none yet', async () => {
    const view = await viewOf([
      ...[1, 2, 3].map((number) => engaged(number, '2024-01-02T02:00:00.000Z')),
      ...[1, 2].flatMap((number) => [
        completed(number, 'S1', '2024-01-03T02:00:00.000Z'),
        completed(number, 'S2', '2024-01-04T02:00:00.000Z'),
      ]),
      completed(1, 'S3', '2024-01-05T02:00:00.000Z'),
    ])
    expect(view.paths.map(({ steps, cases, open }) => [steps.join(), cases, open])).toEqual([
      ['S1,S2,S3', 2, 1],
      ['S1', 1, 1],
    ])
    const ends = view.follows.filter(({ to }) => to === null)
    expect(ends.map(({ from, open, count }) => [from, open, count]).sort()).toEqual([
      ['S1', true, 1],
      ['S3', false, 1],
      ['S3', true, 1],
    ])
  })

  it('given limits, says how long stages took, which were late and where cases wait', async () => {
    const facts = [
      engaged(1, '2024-03-04T02:00:00.000Z'),
      completed(1, 'S1', '2024-03-05T02:00:00.000Z'),
      engaged(2, '2024-03-04T02:00:00.000Z'),
      // The eighth working day: three too many.
      completed(2, 'S1', '2024-03-14T02:00:00.000Z'),
      engaged(3, '2024-03-04T02:00:00.000Z', 2),
    ]
    const view = await viewOf(facts, { today: '2024-03-12' })
    expect(view.stages.find(({ stage }) => stage === 'S1')).toMatchObject({
      ...{ entered: 3, completed: 2, waiting: 1, waitingOverdue: 1, medianWorkingDays: 1 },
      ...{ p90WorkingDays: 8, overdue: 1, overdueShare: 0.5 },
    })
    expect(view.stages.find(({ stage }) => stage === 'S2')).toMatchObject({ waiting: 2, waitingOverdue: 0 })
    const inTime = await viewOf(facts, { today: '2024-03-11' })
    expect(inTime.stages.find(({ stage }) => stage === 'S1')).toMatchObject({ waitingOverdue: 0 })
    expect(view.institutions.map(({ institution, cases }) => [institution, cases])).toEqual([
      [testUscc(1), 2],
      [testUscc(2), 1],
    ])
    expect(view.institutions[1]?.stages).toMatchObject([{ stage: 'S1', waiting: 1 }])
  })

  it('given waivers and refused attempts, names requirement and rule, and keeps attempts out of the path', async () => {
    const at = '2024-03-05T02:00:00.000Z'
    const refusal = { code: 'signer-not-entitled', message: { zh: '不', en: 'no' }, legalBasis: [] }
    const signature = { act: 'check', stage: null, reportNumber: null, member: engineer, obstacle: 'expired' }
    const view = await viewOf([
      engaged(1, '2024-03-04T02:00:00.000Z'),
      step(1, 'GateWaived', { stage: 'S1', requirement: 'conflict-check', waivedBy: lead, reason: '无' }, at),
      { ...step(1, 'SignatureRefused', signature, at), refusal },
      { ...completed(1, 'S1', at), refusal },
    ])
    expect(view.gates.waived).toEqual([
      { process, stage: 'S1', detail: 'conflict-check', count: 1, cases: 1, caseShare: 1 },
    ])
    expect(view.gates.refused).toMatchObject([{ stage: 'S1', detail: 'signer-not-entitled', count: 2 }])
    expect(view.paths).toMatchObject([{ steps: ['S1'] }])
  })

  it('given facts recorded long after, or a stage skipped, counts the marks', async () => {
    const view = await viewOf([
      engaged(1, '2024-01-02T02:00:00.000Z'),
      { ...completed(1, 'S1', '2024-01-04T02:00:00.000Z'), recordedAt: '2024-03-04T02:00:00.000Z' },
      engaged(2, '2024-01-02T02:00:00.000Z'),
      completed(2, 'S2', '2024-01-04T02:00:00.000Z'),
    ])
    expect(view.marks).toEqual([
      { process, mark: 'back-dated', stage: 'S1', count: 1, cases: 1, caseShare: 0.5 },
      { process, mark: 'skipped', stage: 'S1', count: 1, cases: 1, caseShare: 0.5 },
    ])
  })

  it('given stages of one name in two processes, or in two versions of one, keeps them and all that hangs on them apart', async () => {
    const at = '2024-03-04T02:00:00.000Z'
    const others = ['XF3005-EIGHT-2@3', 'RECEIPT-PERMIT-1@0']
    const waived = { stage: 'S1', requirement: 'conflict-check', waivedBy: lead, reason: '无' }
    const facts = [
      engaged(1, at),
      ...others.map((under, index) => engaged(2 + index, at, 1, under)),
      completed(2, 'S1', '2024-03-05T02:00:00.000Z'),
      ...[1, 3].map((number) => step(number, 'GateWaived', waived, at)),
      completed(3, 'S2', '2024-03-06T02:00:00.000Z'),
    ]
    const view = await viewOf(facts)
    expect(view.processes).toEqual(
      [...others, process].sort().map((each) => ({ process: each, cases: 1, open: 1 })),
    )
    const of = (rows: readonly { readonly process: string }[], wanted: string) =>
      rows.filter((row) => row.process === wanted)
    expect(of(view.stages, process)).toMatchObject([{ stage: 'S1', waiting: 1, completed: 0 }])
    expect(of(view.stages, 'XF3005-EIGHT-2@3')).toMatchObject([
      { stage: 'S1', entered: 1, completed: 1 },
      { stage: 'S2', waiting: 1 },
    ])
    expect(view.institutions[0]?.stages).toEqual(view.stages)
    expect(of(view.gates.waived, process)).toMatchObject([{ count: 1 }])
    expect(of(view.gates.waived, 'RECEIPT-PERMIT-1@0')).toMatchObject([{ count: 1 }])
    expect(view.marks).toMatchObject([{ process: 'RECEIPT-PERMIT-1@0', mark: 'skipped' }])
    // Two cases took S1, S2, and one S1, each under another process.
    expect(view.paths.map((path) => [path.process, path.steps.join()]).sort()).toEqual([
      ['RECEIPT-PERMIT-1@0', 'S1,S3'],
      ['XF3005-EIGHT-2@0', 'S1'],
      ['XF3005-EIGHT-2@3', 'S1,S2'],
    ])
    expect(view.follows.filter(({ from }) => from === null)).toHaveLength(3)
    const byCode = await viewOf(facts, {}, casesWhere('assessment', { process: 'XF3005-EIGHT-2' }))
    expect(byCode.processes).toHaveLength(2)
    const byVersion = await viewOf(facts, {}, casesWhere('assessment', { process: 'XF3005-EIGHT-2@3' }))
    expect(byVersion).toMatchObject({ cases: 1, processes: [{ process: 'XF3005-EIGHT-2@3' }] })
  })

  it('given a revision of the report, shows the stage entered again', () => {
    const rows = foldRows(processCases, [
      engaged(1, '2024-03-04T02:00:00.000Z'),
      ...['S1', 'S2', 'S3'].map((stage, index) => completed(1, stage, `2024-03-1${index}T02:00:00.000Z`)),
      step(1, 'ReportRevised', { reportNumber: 'A-1', replaces: 'A', reopens: 'S3' }, '2024-04-01T02:00:00Z'),
    ])
    expect(rows.process_case).toMatchObject([{ stage: 'S3', ended_on: null, stage_path: 'S1 S2 S3 S3' }])
  })

  it('given a revision in the very stage that it reopens, counts no entering of where the case was', () => {
    const rows = foldRows(processCases, [
      engaged(1, '2024-03-04T02:00:00.000Z'),
      ...['S1', 'S2', 'S3'].map((stage, index) => completed(1, stage, `2024-03-1${index}T02:00:00.000Z`)),
      returned(1, 'S3', 'S2', '2024-04-01T02:00:00.000Z'),
      step(1, 'ReportRevised', { reportNumber: 'A-1', replaces: 'A', reopens: 'S2' }, '2024-04-02T02:00:00Z'),
      completed(1, 'S2', '2024-04-03T02:00:00.000Z'),
    ])
    expect(rows.process_case).toMatchObject([{ stage: 'S3', stage_path: 'S1 S2 S3 S2 S3' }])
    const [, , , again] = rows.process_visit ?? []
    // In work for two days; the time for the revision ran for one.
    expect(again).toMatchObject({ stage: 'S2', entered_at: '2024-04-01T02:00:00.000Z', outcome: 'completed' })
    expect(again).toMatchObject({ working_days: 2, overdue: false })
  })

  it('given cases of no institution, shows their stages beside those of the institutions', async () => {
    const stream = `penaltyCase-${testUlid(7)}`
    const data = {
      ...{ division: '320402', respondents: [{ kind: 'unit', id: testUlid(9) }] },
      violations: [{ scheme: 'elsewhere', code: 'F-1' }],
      ...{ actedOn: '2024-02-01', officers: ['officer-1', 'officer-2'] },
    }
    const filed: Fact = { stream, type: 'PenaltyCaseFiled', data, units: [testUlid(9)] }
    const alone = await viewOf([filed])
    expect(alone.institutions).toMatchObject([
      { institution: null, cases: 1, stages: [{ stage: 'FILED', waiting: 1 }] },
    ])
    const { institutions } = await viewOf([filed, engaged(1, '2024-03-04T02:00:00.000Z')])
    expect(institutions).toMatchObject([
      { institution: null, stages: [{ stage: 'FILED', waiting: 1 }] },
      { institution: testUscc(1), stages: [{ stage: 'S1', waiting: 1 }] },
    ])
  })

  it('given a report voided, and one that a revision replaced, counts each once', () => {
    const start = engaged(1, '2024-03-04T02:00:00.000Z')
    const effectiveAt = '2024-03-05T02:00:00.000Z'
    const revisedOf = (replaces: string, reportNumber: string): Fact => ({
      ...{ stream: start.stream, type: 'ReportRevised', effectiveAt },
      data: { reportNumber, replaces, reopens: 'S1', reason: '更正', draftedBy: 'person-1', sentences: [] },
    })
    const voided: Fact = {
      ...{ stream: start.stream, type: 'ReportVoided', effectiveAt },
      data: { reportNumber: 'R-1', voidedBy: 'person-1', reason: '缺页' },
    }
    const rows = foldRows(processCases, [start, voided, revisedOf('R-1', 'R-2'), revisedOf('R-2', 'R-3')])
    const told = rows.process_gate_event?.filter((each) => each.gate_event === 'voided')
    expect(told?.map(({ detail }) => detail)).toEqual(['voided', 'revised'])
  })

  it('given a penalty case, follows its procedure', () => {
    const stream = `penaltyCase-${testUlid(7)}`
    const facts: Fact[] = [
      { stream, type: 'PenaltyCaseFiled', data: { division: '320402' }, institutions: [testUscc(1)] },
      { stream, type: 'PenaltyDecided', data: {} },
      { stream, type: 'FineChargeAdded', data: { charge: 'cost' } },
      { stream, type: 'PenaltyNoticeServed', data: {} },
      { stream, type: 'PenaltyCaseClosed', data: {} },
    ]
    expect(foldRows(processCases, facts).process_case).toMatchObject([
      {
        kind: 'penaltyCase',
        institution: testUscc(1),
        stage_path: 'FILED DECIDED',
        activity_path:
          'penalty-case-filed penalty-decided fine-charge-added-cost penalty-notice-served penalty-case-closed',
      },
    ])
  })
})

/** The same figures by going through each history as it is told, without the fold. */
function naive(facts: readonly Fact[]) {
  const paths = new Map<string, string[]>()
  const activities = new Map<string, string[]>()
  for (const { stream, type, data } of facts) {
    const path = paths.get(stream) ?? []
    const done = activities.get(stream) ?? []
    const { stage, to, kind } = data as Record<string, string>
    if (type === 'AssessmentEngaged') path.push('S1')
    if (type === 'StageCompleted' && stage !== 'S3') path.push(`S${Number(stage?.slice(1)) + 1}`)
    if (type === 'StageReturned') path.push(String(to))
    if (type === 'EvidenceRecorded') done.push(String(kind))
    paths.set(stream, path)
    activities.set(stream, done)
  }
  const count = (all: Iterable<string[]>) => {
    const counted = new Map<string, number>()
    const pairs = new Map<string, number>()
    for (const path of all) {
      counted.set(path.join(' '), (counted.get(path.join(' ')) ?? 0) + 1)
      for (let index = 1; index < path.length; index++) {
        const pair = `${path[index - 1]} ${path[index]}`
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
      }
    }
    return { paths: counted, pairs }
  }
  return { stages: count(paths.values()), activities: count(activities.values()) }
}

function told(view: ProcessView) {
  return {
    paths: new Map(view.paths.map(({ steps, cases }) => [steps.join(' '), cases])),
    pairs: new Map(
      view.follows
        .filter(({ from, to }) => from !== null && to !== null)
        .map(({ from, to, count }) => [`${from} ${to}`, count]),
    ),
  }
}

/** Stages passed and returned at will, with evidence in between. */
const history = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('pass', 'back', 'plan', 'photo')), {
    maxLength: 60,
  })
  .map((moves) => {
    const at = new Map<number, number>()
    const facts: Fact[] = []
    for (const [index, [number, move]] of moves.entries()) {
      const when = new Date(Date.UTC(2024, 2, 4) + index * 3_600_000).toISOString()
      const stage = at.get(number)
      if (stage === undefined) {
        at.set(number, 1)
        facts.push(engaged(number, when))
      } else if (move === 'pass' && stage <= 3) {
        facts.push(completed(number, `S${stage}`, when))
        at.set(number, stage + 1)
      } else if (move === 'back' && stage > 1 && stage <= 3) {
        facts.push(returned(number, `S${stage}`, `S${stage - 1}`, when))
        at.set(number, stage - 1)
      } else if (move === 'plan' || move === 'photo') {
        facts.push(evidence(number, move, index, when))
      }
    }
    return facts
  })

describe('for any history', () => {
  it('paths and what follows what are as a naive count gives them, on either basis', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (facts) => {
        const counted = naive(facts)
        expect(told(await viewOf(facts))).toEqual(counted.stages)
        expect(told(await viewOf(facts, { basis: 'activities' }))).toEqual(counted.activities)
      }),
      { numRuns: 40 },
    )
  })
})
