import { describe, expect, it } from 'vitest'
import { commandReceipts } from './command-receipts.ts'
import { dailyCounters, wholeCountry } from './daily-counters.ts'
import { institutionHistory } from './institution-history.ts'
import { personalReads } from './personal-reads.ts'
import { refusedAttempts } from './refused-attempts.ts'
import { type Fact, foldRows, testUlid, testUscc } from './test-kit.ts'

const decided: Fact = {
  stream: `penaltyCase-${testUlid(1)}`,
  type: 'PenaltyDecided',
  institutions: [testUscc(1), testUscc(2), testUscc(1)],
  effectiveAt: '2024-03-01T15:59:00.000Z',
  data: {
    lines: [{ fineFen: 350_000, confiscatedFen: 100_000 }, { fineFen: 250_000 }],
    currency: 'CNY',
    totalFen: 700_000,
    payBy: '2024-03-16',
  },
}
const inDollars: Fact = { ...decided, data: { ...(decided.data as object), currency: 'CAD' } }
const refused: Fact = {
  stream: `practitioner-${testUlid(2)}`,
  type: 'EmploymentOverlapAttempted',
  practitioners: [testUlid(2)],
  data: {},
  refusal: { code: 'employed-elsewhere', message: { zh: '已受聘', en: 'employed' }, legalBasis: ['O7:11'] },
}

describe('institution history', () => {
  it('given an event that concerns two institutions, has it once in the history of each', () => {
    const { institution_history: rows } = foldRows(institutionHistory, [decided])
    expect(rows?.map((row) => row.institution)).toEqual([testUscc(1), testUscc(2)])
    expect(rows?.[0]).toMatchObject({ category: 'penaltyCase', revision: 0, position: 0, refused: false })
  })

  it('given an event that concerns none, has nothing', () => {
    expect(foldRows(institutionHistory, [refused])).toEqual({ institution_history: [] })
  })
})

describe('daily counters', () => {
  it('counts by division and by the day in China, and sums fines in CNY, without what is confiscated', () => {
    const late: Fact = { ...decided, effectiveAt: '2024-03-01T16:00:00.000Z' }
    const { daily_count: counts, daily_total: totals } = foldRows(dailyCounters, [
      decided,
      decided,
      inDollars,
      late,
    ])
    expect(totals?.map((row) => [row.day, row.events, row.cases_decided, row.fines_decided_fen])).toEqual([
      ['2024-03-01', 3, 3, 1_200_000],
      ['2024-03-02', 1, 1, 600_000],
    ])
    expect(counts?.[0]).toMatchObject({ type: 'PenaltyDecided', category: 'penaltyCase', events: 3 })
  })

  it('counts refusals, and what concerns no division under the whole country', () => {
    const { daily_total: totals } = foldRows(dailyCounters, [{ ...refused, division: null }])
    expect(totals?.[0]).toMatchObject({ division: wholeCountry, refusals: 1, events: 1 })
  })
})

describe('other journals', () => {
  it('keep a receipt of each command', () => {
    const { command_receipt: rows } = foldRows(commandReceipts, [decided])
    expect(rows).toMatchObject([
      { command_id: testUlid(0), stream: decided.stream, revision: 0, refused: false },
    ])
  })

  it('keep refused attempts only', () => {
    const { refused_attempt: rows } = foldRows(refusedAttempts, [decided, refused])
    expect(rows).toMatchObject([{ code: 'employed-elsewhere', practitioners: [testUlid(2)] }])
  })

  it('keep who read whose personal data, once for each person', () => {
    const { personal_read: rows } = foldRows(personalReads, [
      {
        stream: 'personalRead-officer-3204-017.2026-03-02',
        type: 'PersonalDataRead',
        data: {
          division: '320402',
          subjects: ['p-1', 'p-2'],
          resource: '/v1/practitioners/1',
          purpose: '核查',
        },
      },
    ])
    expect(rows?.map((row) => [row.subject, row.reader])).toEqual([
      ['p-1', 'officer-3204-017'],
      ['p-2', 'officer-3204-017'],
    ])
  })
})
