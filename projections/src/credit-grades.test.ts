import { join } from 'node:path'
import { shippedRulebooks } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { creditGrades } from './credit-grades.ts'
import { creditScoreOn } from './credit-score.ts'
import { openReadStore } from './read-store.ts'
import { catchUp, type Fact, foldRows, ledgerWith, temporaryFolder, testUscc } from './test-kit.ts'

const [shipped] = shippedRulebooks
const rulebookId = shipped?.id ?? ''
const subject = testUscc(1)

const drafted: Fact = {
  stream: `rulebook-${rulebookId}`,
  type: 'RulebookDrafted',
  data: { division: shipped?.division, content: shipped?.content },
}
const adopted: Fact = {
  stream: `rulebook-${rulebookId}`,
  type: 'RulebookAdopted',
  data: { division: '320400', subjectKind: 'institution', from: '2024-01-01', retroactiveReason: null },
}
const registered: Fact = {
  stream: `institution-${subject}`,
  type: 'InstitutionRegistered',
  effectiveAt: '2024-02-01T02:00:00.000Z',
  data: {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市延陵路1号',
    establishedOn: '2020-01-01',
    legalRepresentative: { subjectId: 'legal-1', sealed: '王小明' },
  },
}
const absent: Fact = {
  stream: `creditAccount-${subject}`,
  type: 'CreditAdjusted',
  data: {
    division: '320402',
    subjectKind: 'institution',
    rulebook: `${rulebookId}@0`,
    item: 'Q2',
    count: 1,
    points: -5,
    factId: 'inspection-1/Q2',
    violation: 'V08',
    furtherActs: [],
    causeEventId: null,
    effectiveOn: '2024-03-10',
    validUntil: '2025-03-10',
    reason: '项目负责人未到场',
  },
}

function steps(facts: readonly Fact[]) {
  return (foldRows(creditGrades, facts).credit_grade_step ?? []).map((row) => [
    row.from_day,
    row.to_day,
    row.score,
    row.grade,
  ])
}

describe('credit grades', () => {
  it('given only a registration, the base of the rulebook holds from that day on', () => {
    expect(steps([drafted, adopted, registered])).toEqual([['2024-02-01', null, 80, 'BBB']])
  })

  it('given a deduction, the grade falls on its day and comes back the day after it expires', () => {
    expect(steps([drafted, adopted, registered, absent])).toEqual([
      ['2024-02-01', '2024-03-10', 80, 'BBB'],
      ['2024-03-10', '2025-03-11', 75, 'BB'],
      ['2025-03-11', null, 80, 'BBB'],
    ])
  })

  it('given a move to a city without rules, there is no grade from that day on, and the old one stays', () => {
    const moved: Fact = {
      ...registered,
      type: 'InstitutionDetailsCorrected',
      effectiveAt: '2024-06-01T02:00:00.000Z',
      data: {
        ...(registered.data as object),
        division: '320500',
        supersedes: '00000000-0000-8000-a000-000000000001',
        reason: '迁址',
      },
    }
    expect(steps([drafted, adopted, registered, absent, moved])).toEqual([
      ['2024-02-01', '2024-03-10', 80, 'BBB'],
      ['2024-03-10', '2024-06-01', 75, 'BB'],
      ['2024-06-01', null, null, null],
    ])
    const [account] = foldRows(creditGrades, [drafted, adopted, registered, moved]).credit_account ?? []
    expect(account).toMatchObject({ division: '320500' })
  })

  it('tells what follows from the grade, how long an entry is shown, and that it is disputed', () => {
    const rows = foldRows(creditGrades, [drafted, adopted, registered, absent])
    expect(rows.credit_grade_step?.[1]).toMatchObject({ grade: 'BB', sampling_factor: 1, measures: [] })
    const [entry] = rows.credit_entry ?? []
    expect(entry).toMatchObject({
      gravity: 'general',
      shown_from: '2024-03-10',
      shown_until: '2026-03-31',
      disputed: false,
    })
    const objection: Fact = {
      stream: `creditAccount-${subject}`,
      type: 'CreditObjectionFiled',
      effectiveAt: '2024-03-13T02:00:00.000Z',
      data: {
        entry: entry?.event_id,
        noticedOn: '2024-03-12',
        dueOn: '2024-03-27',
        provisional: false,
        grounds: '当日负责人在场',
      },
    }
    const disputed = foldRows(creditGrades, [drafted, adopted, registered, absent, objection])
    expect(disputed.credit_entry?.[0]).toMatchObject({ disputed: true })
    expect(disputed.credit_objection).toMatchObject([
      { number: 1, due_on: '2024-03-27', outcome: null, pending: true, in_time: null },
    ])
    expect(disputed.credit_account?.[0]).toMatchObject({ pending_objections: 1 })
    const at = (type: string, effectiveAt: string, data: object): Fact => ({
      stream: objection.stream,
      type,
      effectiveAt,
      data: { entry: entry?.event_id, ...data },
    })
    const decided = (inTime: boolean) =>
      at('CreditObjectionDecided', '2024-03-29T02:00:00.000Z', {
        outcome: 'rejected',
        inTime,
        reason: '证据不足',
      })
    const rowAfter = (...more: Fact[]) =>
      foldRows(creditGrades, [drafted, adopted, registered, absent, objection, ...more]).credit_objection?.[0]
    expect(rowAfter(decided(true))).toMatchObject({ pending: false, overdue: false, in_time: true })
    expect(rowAfter(decided(false))).toMatchObject({ pending: false, overdue: true, in_time: false })
    const overdue = at('CreditObjectionOverdue', '2024-03-27T16:00:00.000Z', { dueOn: '2024-03-27' })
    expect(rowAfter(overdue)).toMatchObject({ pending: true, overdue: true, in_time: false })
  })

  it('when the rulebook is adopted after the fact, all accounts are rendered anew', async () => {
    const facts = [drafted, registered, absent]
    const path = join(temporaryFolder(), 'read.db')
    const ledger = await ledgerWith(facts)
    await catchUp(ledger, path, [creditGrades])
    const store = openReadStore(path, [creditGrades])
    expect(store.all('SELECT * FROM credit_grade_step')).toEqual([])

    const later = await ledgerWith([...facts, adopted])
    await catchUp(later, path, [creditGrades])
    expect(store.all('SELECT grade FROM credit_grade_step ORDER BY from_day')).toMatchObject([
      { grade: 'BBB' },
      { grade: 'BB' },
      { grade: 'BBB' },
    ])
    const score = creditScoreOn(store, subject, '2024-06-01')
    expect(score).toMatchObject({ score: 75, grade: 'BB', lines: [{ item: 'Q2', counted: -5 }] })
    expect(creditScoreOn(store, testUscc(2), '2024-06-01')).toBeNull()
    store.close()
  })
})
