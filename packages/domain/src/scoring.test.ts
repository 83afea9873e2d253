import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScoredFact } from './credit-weights.ts'
import type { Adoption } from './rulebook.ts'
import { findItem, judge, type RulebookVersion } from './rulebook-in-force.ts'
import {
  type CreditFacts,
  gradeTimeline,
  rejudge,
  type ScoredVeto,
  scoreOn,
  scoreToldOn,
  stepOn,
} from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import { addDays } from './values.ts'

const content = shippedRulebooks[0]?.content
if (content?.method !== 'points') throw new Error('the default rulebook adds points')
const adoption: Adoption = { division: '320400', subjectKind: 'institution', from: '2023-01-01' }
const rulebook: RulebookVersion = {
  reference: 'CZ-DEFAULT-1@0',
  content,
  adoptions: [adoption],
  retiredFrom: null,
}
const subject = { division: '320402', subjectKind: 'institution' } as const

let serial = 0
/** A fact under an item on a day; what is not said is of no account. */
function fact(item: string, effectiveOn: string, rest: Partial<ScoredFact> = {}): ScoredFact {
  const rule = content && findItem(content, item)
  if (!rule) throw new Error(`no item ${item}`)
  const id = String(serial++).padStart(12, '0')
  const count = rest.count ?? 1
  return {
    eventId: `00000000-0000-8000-a000-${id}`,
    rulebook: rulebook.reference,
    item,
    count,
    factId: `fact-${id}`,
    violation: null,
    effectiveOn,
    reversed: null,
    ...judge(rule, count, effectiveOn),
    ...rest,
  }
}

function veto(effectiveOn: string, rest: Partial<ScoredVeto> = {}): ScoredVeto {
  return { eventId: `veto-${effectiveOn}`, code: 'V13', effectiveOn, lifted: null, ...rest }
}

function facts(...entries: ScoredFact[]): CreditFacts {
  return { entries, vetoes: [] }
}

const scoreOf = (known: CreditFacts, day: string) => scoreOn(known, rulebook, day).score

describe('a score', () => {
  it('is the base, and its grade, without facts', () => {
    expect(scoreOn(facts(), rulebook, '2025-06-01')).toMatchObject({
      score: 80,
      level: 'B',
      grade: 'BBB',
      lines: [],
      veto: null,
      nextChange: null,
    })
  })

  it('counts a fact from its day to the corresponding day, both included, and then not at all', () => {
    const known = facts(fact('Q3', '2025-03-10'))
    expect(
      ['2025-03-09', '2025-03-10', '2026-03-10', '2026-03-11'].map((day) => scoreOf(known, day)),
    ).toEqual([80, 72, 72, 80])
  })

  it('ends on the last day of a month that is too short', () => {
    const known = facts(fact('M1', '2025-08-31'))
    expect(scoreOn(known, rulebook, '2026-02-28').lines[0]?.validUntil).toBe('2026-02-28')
    expect(scoreOf(known, '2026-03-01')).toBe(80)
  })

  it('counts an item as often as it applies', () => {
    expect(scoreOf(facts(fact('P3', '2025-03-10', { count: 3 })), '2025-04-01')).toBe(65)
  })

  it('never leaves the range', () => {
    const penalties = Array.from({ length: 9 }, (_, n) => fact('L3', `2025-03-1${n}`))
    expect(scoreOf(facts(...penalties), '2025-04-01')).toBe(0)
  })

  it('says line by line what counted and why', () => {
    const { lines } = scoreOn(facts(fact('Q3', '2025-03-10')), rulebook, '2025-04-01')
    expect(lines).toMatchObject([
      {
        item: 'Q3',
        points: -8,
        counted: -8,
        cappedBy: null,
        validUntil: '2026-03-10',
        legalBasis: ['FL:69'],
      },
    ])
    expect(lines[0]?.why.zh).toBe(
      '2025-03-10的事实按Q3未按标准开展服务计-8分（规则CZ-DEFAULT-1@0）；有效至2026-03-10（含当日）',
    )
    expect(lines[0]?.why.en).toBe(
      'fact of 2025-03-10, item Q3: -8 points (rulebook CZ-DEFAULT-1@0); counts to 2026-03-10 inclusive',
    )
  })

  it('tells when it changes next if nothing else happens', () => {
    const known = facts(fact('Q3', '2025-03-10'), fact('M2', '2025-03-10'))
    expect(scoreOn(known, rulebook, '2025-04-01').nextChange).toMatchObject({
      on: '2025-09-11',
      score: 72,
      grade: 'B',
    })
    expect(scoreOn(known, rulebook, '2026-03-11').nextChange).toBeNull()
  })
})

describe('a cap', () => {
  it('binds an item within a calendar year of the facts', () => {
    const known = facts(...['01-05', '02-05', '03-05', '04-05'].map((day) => fact('Q3', `2025-${day}`)))
    expect(scoreOf(known, '2025-05-01')).toBe(56)
    expect(scoreOn(known, rulebook, '2025-05-01').lines.at(-1)).toMatchObject({
      counted: 0,
      cappedBy: 'item-year',
    })
  })

  it('binds the items of a group together', () => {
    const known = facts(
      fact('M3', '2025-01-05'),
      fact('M4', '2025-01-06', { count: 2 }),
      fact('M2', '2025-01-07', { count: 2 }),
    )
    expect(scoreOn(known, rulebook, '2025-02-01').lines.map((line) => [line.counted, line.cappedBy])).toEqual(
      [
        [-2, null],
        [-6, null],
        [-2, 'group-year'],
      ],
    )
  })

  it('starts anew with the facts of a new year', () => {
    const known = facts(
      fact('Q3', '2025-10-01', { count: 3 }),
      fact('Q3', '2025-12-31'),
      fact('Q3', '2026-01-01'),
    )
    expect(scoreOf(known, '2025-12-31')).toBe(56)
    expect(scoreOf(known, '2026-01-01')).toBe(48)
  })

  it('gives no room back when earlier points fall away', () => {
    const known = facts(fact('M4', '2025-01-05', { count: 3 }), fact('M2', '2025-05-05'))
    expect(scoreOf(known, '2025-05-06')).toBe(70)
    expect(scoreOf(known, '2025-07-06')).toBe(79)
  })

  it('binds all bonuses that stand at one time', () => {
    const known = facts(
      fact('B1', '2025-01-05', { count: 3 }),
      fact('B2', '2025-01-06', { count: 2 }),
      fact('B3', '2025-01-07', { count: 2 }),
      fact('B4', '2025-01-08', { count: 2 }),
    )
    expect(scoreOf(known, '2025-02-01')).toBe(100)
    const penalised = {
      ...known,
      entries: [...known.entries, fact('L2', '2025-01-10'), fact('B5', '2025-01-09')],
    }
    expect(scoreOf(penalised, '2025-02-01')).toBe(90)
    expect(scoreOn(penalised, rulebook, '2025-02-01').lines.at(-2)).toMatchObject({
      item: 'B5',
      counted: 0,
      cappedBy: 'bonus-total',
    })
  })
})

describe('one act', () => {
  it('counts once, by the heavier of its entries', () => {
    const known = facts(
      fact('Q3', '2025-03-10', { factId: 'inspection-1/QA3' }),
      fact('L2', '2025-06-10', { factId: 'inspection-1/QA3' }),
    )
    expect(scoreOf(known, '2025-04-01')).toBe(72)
    expect(scoreOf(known, '2025-07-01')).toBe(70)
    expect(scoreOn(known, rulebook, '2025-07-01').lines[0]).toMatchObject({
      counted: 0,
      cappedBy: 'same-act',
    })
  })

  it('falls back to the lighter entry when the heavier one has fallen away', () => {
    const known = facts(
      fact('Q3', '2025-03-10', { factId: 'inspection-1/QA3' }),
      fact('L1', '2025-06-10', { factId: 'inspection-1/QA3' }),
    )
    expect(['2025-07-01', '2026-03-11', '2026-06-11'].map((day) => scoreOf(known, day))).toEqual([72, 75, 80])
  })

  it('uses up no cap by an entry that adds nothing', () => {
    const known = facts(
      fact('L3', '2025-03-01', { factId: 'act-1' }),
      fact('Q1', '2025-03-02', { factId: 'act-1', count: 5 }),
      fact('Q1', '2025-03-03'),
    )
    expect(scoreOf(known, '2025-04-01')).toBe(57)
  })
})

describe('an entry for several acts', () => {
  const acts = (...codes: string[]) => ({
    furtherActs: codes.map((code) => ({ factId: `case-1/${code}`, violation: code })),
  })

  it('is not counted beside a heavier entry for one of them, and outweighs the lighter ones', () => {
    const fine = (item: string) =>
      fact(item, '2025-06-10', { factId: 'case-1/V06', violation: 'V06', ...acts('V08') })
    const absence = fact('Q2', '2025-03-10', { factId: 'case-1/V08' })
    const unsigned = fact('Q1', '2025-03-11', { factId: 'case-1/V06' })
    expect(scoreOf(facts(absence, unsigned), '2025-07-01')).toBe(72)
    expect(scoreOf(facts(absence, unsigned, fine('L2')), '2025-07-01')).toBe(70)
    const heavy = fact('Q3', '2025-03-10', { factId: 'case-1/V08' })
    expect(scoreOf(facts(heavy, fine('L1')), '2025-07-01')).toBe(72)
    expect(scoreOf(facts(heavy, unsigned, fine('L1')), '2025-07-01')).toBe(69)
  })

  it('repeats when any of its violations was there before, not only the gravest', () => {
    const first = fact('L1', '2025-01-10', { violation: 'V06', factId: 'case-0/V06', ...acts('V11') })
    const second = fact('L2', '2025-06-10', { violation: 'V08', factId: 'case-2/V08' })
    const again = { ...second, furtherActs: [{ factId: 'case-2/V11', violation: 'V11' }] }
    expect(scoreOf(facts(first, second), '2025-07-01')).toBe(65)
    const { score, lines } = scoreOn(facts(first, again), rulebook, '2025-07-01')
    expect(score).toBe(60)
    expect(lines[1]?.why.zh).toContain('同一违法行为V11（上次2025-01-10），按L4乘以1.5')
  })
})

describe('the same violation within twelve months', () => {
  const first = () => fact('L1', '2025-01-10', { violation: 'V08' })

  it('weighs half as much again', () => {
    const known = facts(first(), fact('L1', '2026-01-10', { violation: 'V08' }))
    const { score, lines } = scoreOn(known, rulebook, '2026-01-10')
    expect(score).toBe(67.5)
    expect(lines[1]).toMatchObject({ points: -5, counted: -7.5 })
    expect(lines[1]?.why.zh).toContain('12个月内再次发生同一违法行为V08（上次2025-01-10），按L4乘以1.5')
  })

  it.each([
    ['a day too late', fact('L1', '2026-01-11', { violation: 'V08' })],
    ['another violation', fact('L1', '2025-06-10', { violation: 'V06' })],
    ['no violation named', fact('L1', '2025-06-10')],
    ['on the same day', fact('L1', '2025-01-10', { violation: 'V08' })],
    ['an item the rule does not name', fact('Q2', '2025-06-10', { violation: 'V08' })],
  ])('does not: %s', (_, second) => {
    const line = scoreOn(facts(first(), second), rulebook, second.effectiveOn).lines.find(
      (each) => each.eventId === second.eventId,
    )
    expect(line).toMatchObject({ counted: second.points })
  })

  it('does not count the very same act as a repetition', () => {
    const known = facts(
      fact('L1', '2025-01-10', { violation: 'V08', factId: 'act-1' }),
      fact('L2', '2025-02-10', { violation: 'V08', factId: 'act-1' }),
    )
    expect(scoreOf(known, '2025-03-01')).toBe(70)
  })

  it('does not when the earlier entry was a mistake', () => {
    const reversed = { basis: 'recorded-in-error', effectiveOn: '2025-02-01' }
    const known = facts({ ...first(), reversed }, fact('L1', '2025-06-10', { violation: 'V08' }))
    expect(scoreOf(known, '2025-07-01')).toBe(75)
  })
})

describe('what was taken back', () => {
  it('never counted, when it should not have been there', () => {
    const reversed = { basis: 'objection-upheld', effectiveOn: '2025-06-01' }
    expect(scoreOf(facts(fact('Q3', '2025-03-10', { reversed })), '2025-04-01')).toBe(80)
  })

  it('counted until the day before the repair', () => {
    const known = facts(
      fact('L3', '2025-03-10', { reversed: { basis: 'repaired', effectiveOn: '2026-04-01' } }),
    )
    expect(['2026-03-31', '2026-04-01'].map((day) => scoreOf(known, day))).toEqual([60, 80])
  })
})

describe('a veto', () => {
  it('puts the subject into the lowest grade whatever the score, until it is lifted', () => {
    const lifted = { basis: 'repaired', effectiveOn: '2026-03-10' }
    const known = { entries: [], vetoes: [veto('2025-03-10', { lifted })] }
    expect(scoreOn(known, rulebook, '2025-03-10')).toMatchObject({
      score: 80,
      level: 'E',
      grade: 'E',
      veto: { code: 'V13', since: '2025-03-10' },
    })
    expect(scoreOn(known, rulebook, '2025-03-09').grade).toBe('BBB')
    expect(scoreOn(known, rulebook, '2026-03-10')).toMatchObject({ grade: 'BBB', veto: null })
  })

  it('never was, when the decision behind it was annulled', () => {
    const lifted = { basis: 'decision-annulled', effectiveOn: '2026-03-10' }
    const known = { entries: [], vetoes: [veto('2025-03-10', { lifted })] }
    expect(scoreOn(known, rulebook, '2025-06-01').grade).toBe('BBB')
  })
})

describe('the timeline', () => {
  it('steps at facts and at their expiry', () => {
    const steps = gradeTimeline(
      facts(fact('Q3', '2025-03-10'), fact('L2', '2025-06-10')),
      [rulebook],
      subject,
    )
    expect(steps.map((step) => [step.from, step.score, step.grade])).toEqual([
      ['2023-01-01', 80, 'BBB'],
      ['2025-03-10', 72, 'B'],
      ['2025-06-10', 62, 'C'],
      ['2026-03-11', 70, 'B'],
      ['2026-06-11', 80, 'BBB'],
    ])
  })

  it('has no step where no rulebook is in force, and says so when one is retired', () => {
    const retired = { ...rulebook, retiredFrom: '2026-01-01' }
    expect(gradeTimeline(facts(), [], subject)).toEqual([])
    expect(gradeTimeline(facts(), [retired], subject).map((step) => [step.from, step.grade])).toEqual([
      ['2023-01-01', 'BBB'],
      ['2026-01-01', null],
    ])
    expect(gradeTimeline(facts(), [rulebook], { ...subject, division: '320500' })).toEqual([])
  })

  it('takes base and bands from the rulebook of the day, and points from the one that judged the fact', () => {
    const next: RulebookVersion = {
      reference: 'CZ-2026@0',
      content: { ...content, base: 90 },
      adoptions: [{ ...adoption, from: '2026-01-01' }],
      retiredFrom: null,
    }
    const steps = gradeTimeline(facts(fact('Q3', '2025-03-10')), [rulebook, next], subject)
    expect(steps.map((step) => [step.from, step.rulebook, step.score])).toEqual([
      ['2023-01-01', 'CZ-DEFAULT-1@0', 80],
      ['2025-03-10', 'CZ-DEFAULT-1@0', 72],
      ['2026-01-01', 'CZ-2026@0', 82],
      ['2026-03-11', 'CZ-2026@0', 90],
    ])
  })

  it('judges each day by the city where the subject was on it', () => {
    const next: RulebookVersion = {
      reference: 'SZ@0',
      content: { ...content, base: 90 },
      adoptions: [{ ...adoption, division: '440300' }],
      retiredFrom: null,
    }
    const residences = [
      { from: '2025-01-01', division: '320402' },
      { from: '2025-06-01', division: '440304' },
    ]
    const steps = gradeTimeline(facts(fact('Q3', '2025-03-10')), [rulebook, next], {
      ...subject,
      residences,
      since: '2025-01-01',
    })
    expect(steps.map((step) => [step.from, step.rulebook, step.score])).toEqual([
      ['2025-01-01', 'CZ-DEFAULT-1@0', 80],
      ['2025-03-10', 'CZ-DEFAULT-1@0', 72],
      ['2025-06-01', 'SZ@0', 82],
      ['2026-03-11', 'SZ@0', 90],
    ])
  })

  it('begins when the subject does', () => {
    const steps = gradeTimeline(facts(fact('Q3', '2025-03-10')), [rulebook], {
      ...subject,
      since: '2025-01-15',
    })
    expect(steps[0]).toMatchObject({ from: '2025-01-15', score: 80 })
    expect(stepOn(steps, '2025-01-14')).toBeNull()
    expect(stepOn(steps, '2025-03-10')).toMatchObject({ score: 72 })
  })
})

describe('a score told on a day', () => {
  it('expects nothing of what happened afterwards, only expiry', () => {
    const known = facts(fact('L1', '2025-01-10'), fact('L2', '2025-09-01'))
    const told = scoreToldOn(known, rulebook, '2025-06-01', [rulebook], subject)
    expect(told.score).toBe(scoreOn(known, rulebook, '2025-06-01').score)
    expect(told.nextChange).toMatchObject({ on: '2026-01-11', score: 80 })
  })

  it('expects an adopted rulebook to begin', () => {
    const next: RulebookVersion = {
      ...rulebook,
      reference: 'CZ-NEXT-1@0',
      content: { ...content, base: 60 },
      adoptions: [{ ...adoption, from: '2025-09-01' }],
    }
    const told = scoreToldOn(facts(), rulebook, '2025-06-01', [rulebook, next], subject)
    expect(told.nextChange).toMatchObject({ on: '2025-09-01', score: 60 })
  })

  it('is the score of the day, whatever happened later', () => {
    const days = fc.integer({ min: 0, max: 1000 }).map((offset) => addDays('2024-01-01', offset))
    fc.assert(
      fc.property(fc.array(days, { maxLength: 8 }), days, (on, day) => {
        const known = facts(...on.map((each) => fact('L1', each)))
        const { nextChange: _, ...score } = scoreOn(known, rulebook, day)
        const { nextChange: __, ...told } = scoreToldOn(known, rulebook, day, [rulebook], subject)
        expect(told).toEqual(score)
      }),
    )
  })
})

describe('a draft over history', () => {
  it('judges the same facts by its own points', () => {
    const harsher: RulebookVersion = {
      ...rulebook,
      reference: 'DRAFT@0',
      content: {
        ...content,
        items: content.items
          .filter((item) => item.code !== 'M2')
          .map((item) => (item.code === 'Q3' ? { ...item, points: 20 } : item)),
      },
    }
    const known = facts(fact('Q3', '2025-03-10'), fact('M2', '2025-03-10'))
    const { score, lines } = scoreOn(rejudge(known, harsher), harsher, '2025-04-01')
    expect(score).toBe(60)
    expect(lines.map((line) => line.counted)).toEqual([-20, 0])
  })
})

const day = fc.integer({ min: 0, max: 1400 }).map((days) => addDays('2023-01-01', days))
const anyFact = fc
  .record({
    item: fc.constantFrom(...content.items.map((item) => item.code)),
    effectiveOn: day,
    count: fc.integer({ min: 1, max: 4 }),
    factId: fc.constantFrom('act-1', 'act-2', 'act-3', 'act-4', 'act-5', 'act-6'),
    violation: fc.constantFrom('V08', 'V14', null),
    reversed: fc.option(
      fc.record({ basis: fc.constantFrom('repaired', 'recorded-in-error'), effectiveOn: day }),
    ),
  })
  .map(({ item, effectiveOn, ...rest }) => fact(item, effectiveOn, rest))
const history = fc.array(anyFact, { maxLength: 25 })

describe('for any history', () => {
  it('the order of recording changes nothing', () => {
    const shuffled = history.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    )
    fc.assert(
      fc.property(shuffled, day, ([entries, other], on) => {
        expect(scoreOn(facts(...other), rulebook, on)).toEqual(scoreOn(facts(...entries), rulebook, on))
        expect(gradeTimeline(facts(...other), [rulebook], subject)).toEqual(
          gradeTimeline(facts(...entries), [rulebook], subject),
        )
      }),
    )
  })

  it('the step of the timeline is the score of every day', () => {
    fc.assert(
      fc.property(history, day, (entries, on) => {
        const known = { entries, vetoes: [veto('2024-05-01'), veto('2024-02-01')] }
        const { score, level, grade, veto: vetoed } = scoreOn(known, rulebook, on)
        expect(stepOn(gradeTimeline(known, [rulebook], subject), on)).toMatchObject({
          score,
          level,
          grade,
          veto: vetoed,
        })
      }),
    )
  })

  it('the lines add up to the score, within the range, and no cap is passed', () => {
    fc.assert(
      fc.property(history, day, (entries, on) => {
        const { score, lines } = scoreOn(facts(...entries), rulebook, on)
        const sum = lines.reduce((total, line) => total + line.counted, 80)
        expect(score).toBe(Math.min(100, Math.max(0, sum)))
        const perItemYear = new Map<string, number>()
        const byId = new Map(entries.map((entry) => [entry.eventId, entry]))
        for (const line of lines) {
          const key = `${line.item} ${byId.get(line.eventId)?.effectiveOn.slice(0, 4)}`
          perItemYear.set(key, (perItemYear.get(key) ?? 0) + Math.abs(line.counted))
        }
        for (const [key, counted] of perItemYear) {
          const cap = findItem(content, key.split(' ')[0] ?? '')?.capPerYear
          if (cap) expect(counted).toBeLessThanOrEqual(cap)
        }
      }),
    )
  })

  it('one act never counts by two deductions', () => {
    fc.assert(
      fc.property(history, day, (entries, on) => {
        const byId = new Map(entries.map((entry) => [entry.eventId, entry]))
        const acts = scoreOn(facts(...entries), rulebook, on)
          .lines.filter((line) => line.counted < 0)
          .map((line) => byId.get(line.eventId)?.factId)
        expect(new Set(acts).size).toBe(acts.length)
      }),
    )
  })

  it('later facts do not change earlier days', () => {
    fc.assert(
      fc.property(history, day, (entries, on) => {
        const before = entries.filter((entry) => entry.effectiveOn <= on)
        expect(scoreOf(facts(...entries), on)).toBe(scoreOf(facts(...before), on))
      }),
    )
  })

  it('time alone never lowers a score without bonuses', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const deductions = entries.filter((entry) => entry.points < 0)
        const steps = gradeTimeline(facts(...deductions), [rulebook], subject)
        const starts = new Set(deductions.map((entry) => entry.effectiveOn))
        for (const [index, step] of steps.entries()) {
          const previous = steps[index - 1]?.score ?? 0
          if (index > 0 && !starts.has(step.from)) expect(step.score).toBeGreaterThan(previous ?? 0)
        }
      }),
    )
  })
})
