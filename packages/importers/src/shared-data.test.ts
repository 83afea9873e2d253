import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LedgerEvent } from '@fireledger/domain'
import { createMemoryEventStore, decodeEvent } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportReport, importFile } from './import-file.ts'
import { loadMapping } from './shipped.ts'

/**
 * Real records from elsewhere, read in place. What the ledger holds afterwards is counted from its events and compared
 * with counts that this file takes from the CSV by itself.
 */

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fireledger-shared-data-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Cells = Readonly<Record<string, string>>

/** None of the files quotes a cell. */
function rowsOf(name: string): Cells[] {
  const [head = '', ...lines] = readFileSync(join(data, name), 'utf8').trim().split(/\r?\n/)
  const headings = head.replace('\uFEFF', '').split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [headings[index], cell])),
  )
}

function distinct(rows: readonly Cells[], ...columns: string[]): number {
  return new Set(rows.map((row) => columns.map((column) => row[column]).join('|'))).size
}

type Imported = {
  first: ImportReport
  second: ImportReport
  events: LedgerEvent[]
  grew: boolean
  rejects: string[]
}

async function importTwice(file: string, mappingName: string): Promise<Imported> {
  const mapping = loadMapping(mappingName)
  const ledger = createMemoryEventStore()
  const rejectsPath = join(folder, `${mappingName}.csv`)
  const run = () =>
    importFile({
      what: mapping.what,
      file: join(data, file),
      mapping,
      ledger,
      now: () => '2026-03-02T04:00:00.000Z',
      seal: (_schema, value) => value,
      rejectsPath,
    })
  const first = await run()
  const rejects = existsSync(rejectsPath) ? readFileSync(rejectsPath, 'utf8').trim().split('\n').slice(1) : []
  const before = await ledger.head()
  const second = await run()
  const grew = (await ledger.head()) !== before
  const events: LedgerEvent[] = []
  for await (const page of ledger.readAll()) events.push(...page.map(decodeEvent))
  process.stdout.write(`${file}: ${first.rows} rows, ${first.events} events, ${first.rowsPerSecond} rows/s\n`)
  return { first, second, events, grew, rejects }
}

function suite(
  file: string,
  mapping: string,
  define: (given: { imported: () => Imported; rows: () => Cells[] }) => void,
) {
  if (!existsSync(join(data, file))) {
    process.stderr.write(`SKIPPED: ${file} is not beside the repository, its import is not tested\n`)
    describe(file, () => it.skip('is not imported: the file is not beside the repository', () => {}))
    return
  }
  describe(file, () => {
    let imported: Imported
    let rows: Cells[]
    beforeAll(async () => {
      imported = await importTwice(file, mapping)
      rows = rowsOf(file)
    }, 300_000)
    define({ imported: () => imported, rows: () => rows })
    it('is read to its last row, and a second run adds nothing', () => {
      expect(imported.first.rows).toBe(rows.length)
      expect(imported.second.events).toBe(0)
      expect(imported.grew).toBe(false)
    })
  })
}

const ofType = (events: readonly LedgerEvent[], type: string) => events.filter((event) => event.type === type)
const sumOf = (events: readonly LedgerEvent[], field: string) =>
  events.reduce((sum, event) => sum + Number((event.data as Record<string, unknown>)[field]), 0)

suite('toronto-fire-inspections.csv', 'toronto-fire-inspections', ({ imported, rows }) => {
  const visit = ['address_name', 'property_type', 'inspections_opendate', 'inspections_closeddate']

  it('gives a unit per address and type, an inspection per visit, an item per row', () => {
    const { events, first } = imported()
    expect(first.rejects).toBe(0)
    expect(ofType(events, 'UnitRegistered')).toHaveLength(distinct(rows(), 'address_name', 'property_type'))
    for (const type of ['InspectionPlanned', 'InspectionStarted', 'InspectionConcluded']) {
      expect(ofType(events, type)).toHaveLength(distinct(rows(), ...visit))
    }
    expect(ofType(events, 'ItemRecorded')).toHaveLength(rows().length)
  })

  it('gives each row its outcome', () => {
    const failed = ofType(imported().events, 'ItemRecorded').filter(
      (event) => (event.data as { outcome: string }).outcome === 'fail',
    )
    expect(failed).toHaveLength(rows().filter((row) => row.violation === '1').length)
    expect(sumOf(ofType(imported().events, 'InspectionConcluded'), 'failed')).toBe(failed.length)
  })

  it('files a case for each visit with enforcement proceedings', () => {
    const enforced = rows().filter((row) => row.enforcement_proceedings === 'Yes')
    expect(ofType(imported().events, 'PenaltyCaseFiled')).toHaveLength(distinct(enforced, ...visit))
  })

  it('keeps the dates of the visits', () => {
    const days = (type: string) =>
      ofType(imported().events, type).map((event) =>
        new Date(Date.parse(event.metadata.effectiveAt) + 8 * 3600_000).toISOString().slice(0, 10),
      )
    const visits = [...new Map(rows().map((row) => [visit.map((name) => row[name]).join('|'), row])).values()]
    expect(days('InspectionStarted').sort()).toEqual(visits.map((row) => row.inspections_opendate).sort())
    expect(days('InspectionConcluded').sort()).toEqual(visits.map((row) => row.inspections_closeddate).sort())
  })
})

suite('road-traffic-fines-10k.csv', 'road-traffic-fines', ({ imported, rows }) => {
  const activity = (name: string) => rows().filter((row) => row.activity === name)

  it.each([
    ['PenaltyCaseFiled', 'Create Fine'],
    ['PenaltyDecided', 'Create Fine'],
    ['PenaltyDecisionServed', 'Insert Fine Notification'],
    ['FinePaid', 'Payment'],
    ['FineEnforcementRequested', 'Send for Credit Collection'],
    ['PenaltyCaseTransferred', 'Send Appeal to Prefecture'],
    ['PenaltyNoticeServed', 'Notify Result Appeal to Offender'],
  ])('gives one %s per “%s”', (type, name) => {
    expect(ofType(imported().events, type)).toHaveLength(activity(name).length)
  })

  it('gives a charge per sending and per increase', () => {
    const charges = ofType(imported().events, 'FineChargeAdded')
    expect(charges).toHaveLength(activity('Send Fine').length + activity('Add penalty').length)
  })

  it('adds up to the same money', () => {
    const cents = (text: string | undefined) => Math.round(Number(text) * 100)
    const { events } = imported()
    const fines = activity('Create Fine').reduce((sum, row) => sum + cents(row.amount), 0)
    expect(sumOf(ofType(events, 'PenaltyDecided'), 'totalFen')).toBe(fines)
    // The running total of a case, at its last payment, is what was paid on it; one total of the log counts a payment
    // of 49.00 that the log has no row for.
    const paid = new Map(activity('Payment').map((row) => [row.case_id, cents(row.totalpaymentamount)]))
    const total = [...paid.values()].reduce((a, b) => a + b, 0)
    expect(sumOf(ofType(events, 'FinePaid'), 'amountFen')).toBe(total - 4900)
  })

  it('has a reason for each appeal that does not fit, and loses none silently', () => {
    const { events, first, rejects } = imported()
    const appeals = activity('Insert Date Appeal to Prefecture').length + activity('Appeal to Judge').length
    const requested = ofType(events, 'PenaltyReviewRequested').length
    expect(requested + (first.commands.RequestPenaltyReview?.unchanged ?? 0)).toBe(appeals)
    const results = activity('Receive Result Appeal from Prefecture').length
    expect(ofType(events, 'PenaltyReviewDecided').length + rejects.length).toBe(results)
    // Results of appeals of whose filing the log has nothing.
    expect(rejects.map((line) => Number(line.split(',')[0]))).toEqual([10731, 18807, 31522])
    expect(rejects.every((line) => line.includes('review-not-requested'))).toBe(true)
  })

  it('lets the cases fall that were dismissed', () => {
    const dismissed = rows().filter((row) => row.dismissal === '#' || row.dismissal === 'G')
    expect(ofType(imported().events, 'PenaltyCaseWithdrawn')).toHaveLength(distinct(dismissed, 'case_id'))
  })
})

suite('receipt-permit-log.csv', 'receipt-permits', ({ imported, rows }) => {
  it('gives a process per case and a step per row', () => {
    const { events } = imported()
    expect(ofType(events, 'AssessmentEngaged')).toHaveLength(distinct(rows(), 'case:concept:name'))
    expect(ofType(events, 'EvidenceRecorded')).toHaveLength(rows().length)
  })

  it('has each activity as often as the log', () => {
    const count = (names: readonly unknown[]) => {
      const counts: Record<string, number> = {}
      for (const name of names) counts[String(name)] = (counts[String(name)] ?? 0) + 1
      return counts
    }
    const titles = ofType(imported().events, 'EvidenceRecorded').map(
      (event) => (event.data as { title: string }).title,
    )
    expect(count(titles)).toEqual(count(rows().map((row) => row['concept:name'])))
  })

  it('completes the receipt of each case, and the case when the log has a believable end of it', () => {
    const { events, rejects } = imported()
    const completed = (stage: string) =>
      ofType(events, 'StageCompleted').filter((event) => (event.data as { stage: string }).stage === stage)
        .length
    const cases = [...new Map(rows().map((row) => [row['case:concept:name'], row])).values()]
    expect(completed('S1')).toBe(cases.length)
    const ended = cases.filter((row) => row['case:enddate'] !== '')
    // An end that lies before the stage in work began is rejected with that reason.
    const early = rejects.filter((line) => line.includes('stage-ends-before-it-began'))
    const cascade = rejects.filter((line) => line.includes('stage-out-of-order'))
    expect(early.length + cascade.length).toBe(rejects.length)
    expect(completed('S3') + new Set(rejects.map((line) => line.split(',')[0])).size).toBe(ended.length)
  })
})
