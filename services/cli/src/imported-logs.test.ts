import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMemoryEventStore } from '@fireledger/event-store'
import { importFile, loadMapping } from '@fireledger/importers'
import type { CaseKind } from '@fireledger/process-logs'
import {
  casesWhere,
  openReadStore,
  type ProcessView,
  processCases,
  readProcessView,
  runProjections,
} from '@fireledger/projections'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from './running.test-kit.ts'

/** Real process logs, imported and seen in the process view; all is counted once more straight from the CSV. */

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const folder = temporaryFolder()
afterAll(() => folder.remove())

type Cells = Readonly<Record<string, string>>

/** None of the files quotes a cell. */
function rowsOf(name: string): Cells[] {
  const [head = '', ...lines] = readFileSync(join(data, name), 'utf8').trim().split(/\r?\n/)
  const headings = head.replace('\uFEFF', '').split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [headings[index] ?? '', cell])),
  )
}

async function viewOf(
  file: string,
  mappingName: string,
  kind: CaseKind,
): Promise<[ProcessView, Set<number>]> {
  const mapping = loadMapping(mappingName)
  const ledger = createMemoryEventStore()
  const rejectsPath = join(folder.path, `${mappingName}.csv`)
  await importFile({
    what: mapping.what,
    file: join(data, file),
    mapping,
    ledger,
    now: () => '2026-03-02T04:00:00.000Z',
    seal: (_schema, value) => value,
    rejectsPath,
  })
  const rejects = existsSync(rejectsPath) ? readFileSync(rejectsPath, 'utf8').trim().split('\n').slice(1) : []
  const readStorePath = join(folder.path, `${mappingName}.db`)
  const stop = new AbortController()
  await runProjections({
    reader: ledger,
    readStorePath,
    projections: [processCases],
    open: ({ subjectId }) => ({ subjectId, name: null }) as never,
    signal: stop.signal,
    onCommit: (_, caughtUp) => caughtUp && stop.abort(),
  })
  const store = openReadStore(readStorePath, [processCases])
  const view = readProcessView(store, casesWhere(kind, {}), {
    basis: 'activities',
    today: '2026-03-02',
    pathsMax: 100_000,
    institutionsMax: 10,
  })
  store.close()
  rmSync(readStorePath)
  return [view, new Set(rejects.map((line) => Number(line.split(',', 1)[0])))]
}

/** Paths, activities and what follows what, of cases given as lists of activities. */
function counted(cases: Iterable<readonly string[]>) {
  const add = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1
  }
  const paths: Record<string, number> = {}
  const activities: Record<string, number> = {}
  const follows: Record<string, number> = {}
  let steps = 0
  for (const path of cases) {
    add(paths, path.join(' '))
    steps += path.length
    for (const [index, activity] of path.entries()) {
      add(activities, activity)
      const before = path[index - 1]
      if (before !== undefined) add(follows, `${before} > ${activity}`)
    }
  }
  return { paths, activities, follows, steps }
}

function shown({ paths, occurrences, follows, steps }: ProcessView): ReturnType<typeof counted> {
  return {
    paths: Object.fromEntries(paths.map((path) => [path.steps.join(' '), path.cases])),
    activities: Object.fromEntries(occurrences.map(({ step, count }) => [step, count])),
    follows: Object.fromEntries(
      follows
        .filter(({ from, to }) => from !== null && to !== null)
        .map(({ from, to, count }) => [`${from} > ${to}`, count]),
    ),
    steps,
  }
}

function group(rows: readonly Cells[], column: string, activitiesOf: (row: Cells, line: number) => string[]) {
  const cases = new Map<string, string[]>()
  for (const [index, row] of rows.entries()) {
    const key = row[column] ?? ''
    cases.set(key, [...(cases.get(key) ?? []), ...activitiesOf(row, index + 2)])
  }
  return cases
}

function suite(file: string, define: () => void): void {
  if (existsSync(join(data, file))) return void describe(file, define)
  process.stderr.write(`SKIPPED: ${file} is not beside the repository, its process view is not tested\n`)
  describe(file, () => it.skip('is not viewed: the file is not beside the repository', () => {}))
}

suite('receipt-permit-log.csv', () => {
  let view: ProcessView
  let rows: Cells[]
  beforeAll(async () => {
    rows = rowsOf('receipt-permit-log.csv')
    view = (await viewOf('receipt-permit-log.csv', 'receipt-permits', 'assessment'))[0]
  }, 300_000)

  it('shows 1,434 cases of 8,577 activities on 116 paths, as the CSV has them', () => {
    const step = (name: string) =>
      name === 'Confirmation of receipt' ? 'receipt' : (name.split(' ', 1)[0] ?? '').toLowerCase()
    const cases = group(rows, 'case:concept:name', (row) => [step(row['concept:name'] ?? '')])
    expect([view.cases, view.steps, view.pathCount]).toEqual([cases.size, rows.length, 116])
    expect([cases.size, rows.length]).toEqual([1434, 8577])
    expect(shown(view)).toEqual(counted(cases.values()))
  })

  it('shows how long the stages took and where cases wait', () => {
    const receipt = view.stages.find(({ stage }) => stage === 'S1')
    expect(receipt).toMatchObject({ entered: 1434, completed: 1434, waiting: 0 })
    const waiting = view.stages.reduce((sum, stage) => sum + stage.waiting, 0)
    expect(waiting).toBe(view.open)
    expect(view.marks.map(({ mark }) => mark)).toContain('back-dated')
  })
})

suite('road-traffic-fines-10k.csv', () => {
  /** What a row becomes; creation files the case and decides it. */
  const becomes: Readonly<Record<string, readonly string[]>> = {
    'Create Fine': ['penalty-case-filed', 'penalty-decided'],
    'Send Fine': ['fine-charge-added-cost'],
    'Insert Fine Notification': ['penalty-decision-served'],
    'Add penalty': ['fine-charge-added-late-payment'],
    Payment: ['fine-paid'],
    'Insert Date Appeal to Prefecture': ['penalty-review-requested'],
    'Appeal to Judge': ['penalty-review-requested'],
    'Send Appeal to Prefecture': ['penalty-case-transferred'],
    'Receive Result Appeal from Prefecture': ['penalty-review-decided'],
    'Notify Result Appeal to Offender': ['penalty-notice-served'],
    'Send for Credit Collection': ['fine-enforcement-requested'],
  }

  const isPending = (before: readonly string[]) =>
    before.lastIndexOf('penalty-review-requested') > before.lastIndexOf('penalty-review-decided')

  it('shows 10,000 penalty cases as the CSV has them, without the rows that were rejected', async () => {
    const [view, rejected] = await viewOf('road-traffic-fines-10k.csv', 'road-traffic-fines', 'penaltyCase')
    const rows = rowsOf('road-traffic-fines-10k.csv')
    const cases = group(rows, 'case_id', (row, line) =>
      rejected.has(line) ? [] : [...(becomes[row.activity ?? ''] ?? [])],
    )
    // An appeal while another is pending asks for what is so already, and adds nothing.
    for (const [id, path] of cases) {
      cases.set(
        id,
        path.filter((step, index) => step !== 'penalty-review-requested' || !isPending(path.slice(0, index))),
      )
    }
    const dismissed = new Set(
      rows.filter(({ dismissal }) => dismissal === '#' || dismissal === 'G').map(({ case_id }) => case_id),
    )
    for (const [id, path] of cases) if (dismissed.has(id)) path.push('penalty-case-withdrawn')
    expect(view.cases).toBe(10_000)
    expect(shown(view)).toEqual(counted(cases.values()))
  }, 300_000)
})
