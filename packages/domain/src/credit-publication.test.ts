import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradeInputs, gradeToPublish } from './credit-publication.ts'
import type { ScoredFact } from './credit-weights.ts'
import { judge, type RulebookVersion } from './rulebook-in-force.ts'
import { type CreditFacts, gradeTimeline, scoreOn, stepOn, unsettled } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import { addDays } from './values.ts'

const versions = shippedRulebooks.map(
  ({ id, division, content }): RulebookVersion => ({
    reference: `${id}@0`,
    content,
    adoptions: content.subjectKinds.map((subjectKind) => ({ division, subjectKind, from: '2022-01-01' })),
    retiredFrom: null,
  }),
)
const day = fc.integer({ min: 0, max: 1400 }).map((days) => addDays('2023-01-01', days))
const restored = fc.option(
  fc.record({
    basis: fc.constantFrom('repaired', 'objection-upheld'),
    effectiveOn: day,
    restores: fc.constantFrom(1, 0.5, null),
  }),
)

/** Facts under any of the shipped rulebooks: each with acts shared or not, repaired or taken back. */
const history = fc.constantFrom(...versions).chain((version) =>
  fc
    .array(
      fc
        .record({
          item: fc.constantFrom(...version.content.items),
          effectiveOn: day,
          count: fc.integer({ min: 1, max: 3 }),
          acts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 }),
          violation: fc.constantFrom('V08', 'V14', null),
          reversed: restored,
        })
        .map(({ item, effectiveOn, count, acts: [first = 'a', ...further], violation, reversed }) => ({
          rulebook: version.reference,
          item: item.code,
          count,
          factId: `act-${first}`,
          violation,
          furtherActs: further.map((act) => ({ factId: `act-${act}`, violation: 'V08' })),
          effectiveOn,
          reversed: reversed && reversed.effectiveOn > effectiveOn ? reversed : null,
          ...judge(item, count, effectiveOn, version.content.cycle),
        })),
      { maxLength: 20 },
    )
    .map((facts) => ({
      version,
      entries: facts.map(
        (fact, index): ScoredFact => ({ ...fact, eventId: `event-${String(index).padStart(3, '0')}` }),
      ),
    })),
)
const shuffled = history.chain(({ version, entries }) =>
  fc.record({
    version: fc.constant(version),
    entries: fc.constant(entries),
    other: fc.shuffledSubarray(entries, { minLength: entries.length }),
  }),
)
const known = (entries: readonly ScoredFact[]): CreditFacts => ({ entries, vetoes: [] })

describe('under every shipped rulebook, for any history', () => {
  it('the order of recording changes neither score, nor timeline, nor digest', () => {
    fc.assert(
      fc.property(shuffled, day, ({ version, entries, other }, on) => {
        const subject = {
          division: version.adoptions[0]?.division ?? '',
          subjectKind: 'institution' as const,
        }
        expect(scoreOn(known(other), version, on)).toEqual(scoreOn(known(entries), version, on))
        expect(gradeTimeline(known(other), [version], subject)).toEqual(
          gradeTimeline(known(entries), [version], subject),
        )
        expect(gradeToPublish('s', version, known(other), on, [version])).toEqual(
          gradeToPublish('s', version, known(entries), on, [version]),
        )
      }),
    )
  })

  it('the step of the timeline is the score of every day', () => {
    fc.assert(
      fc.property(history, day, ({ version, entries }, on) => {
        const { division, subjectKind } = version.adoptions[0] ?? {}
        if (!division || !subjectKind) throw new Error('adopted')
        const { score, level, grade } = scoreOn(known(entries), version, on)
        const steps = gradeTimeline(known(entries), [version], { division, subjectKind })
        expect(stepOn(steps, on)).toMatchObject({ score, level, grade })
      }),
    )
  })

  it('the lines add up to the score, and no act counts by two deductions', () => {
    fc.assert(
      fc.property(history, day, ({ version, entries }, on) => {
        const { content } = version
        const { score, lines } = scoreOn(known(entries), version, on)
        const byId = new Map(entries.map((entry) => [entry.eventId, entry]))
        const acts = lines
          .filter((line) => line.counted < 0)
          .flatMap((line) => byId.get(line.eventId) ?? [])
          .flatMap((entry) => [entry.factId, ...(entry.furtherActs ?? []).map(({ factId }) => factId)])
        expect(new Set(acts).size).toBe(acts.length)
        if (content.method === 'tiers') return
        const sum =
          lines.reduce((total, line) => total + Math.round(line.counted * 100), content.base * 100) / 100
        expect(score).toBe(Math.min(content.range.maximum, Math.max(content.range.minimum, sum)))
      }),
    )
  })

  it('a publication computed again later, with all that was learnt since about other days, has the same digest', () => {
    fc.assert(
      fc.property(history, day, ({ version, entries }, on) => {
        const then = entries.filter((entry) => entry.effectiveOn <= on)
        const untouched = then.map((entry) =>
          entry.reversed && entry.reversed.effectiveOn > on && entry.reversed.basis === 'repaired'
            ? { ...entry, reversed: null }
            : entry,
        )
        expect(gradeToPublish('s', version, known(entries), on, [version])).toEqual(
          gradeToPublish('s', version, known(untouched), on, [version]),
        )
      }),
    )
  })
})

describe('the inputs of a grade', () => {
  it('differ by subject, day, rulebook and every fact that bears on them', () => {
    const [version, other] = versions
    const [item] = version?.content.items ?? []
    if (!version || !other || !item) throw new Error('shipped')
    const entry: ScoredFact = {
      eventId: 'event-1',
      rulebook: version.reference,
      item: item.code,
      count: 1,
      factId: 'act-1',
      violation: null,
      effectiveOn: '2025-03-01',
      reversed: null,
      ...judge(item, 1, '2025-03-01'),
    }
    const text = (subject: string, book: RulebookVersion, facts: CreditFacts, on: string) =>
      gradeInputs(subject, book, facts, on)
    const texts = [
      text('s', version, known([entry]), '2025-12-31'),
      text('t', version, known([entry]), '2025-12-31'),
      text('s', other, known([entry]), '2025-12-31'),
      text('s', version, known([entry]), '2025-12-30'),
      text('s', version, known([]), '2025-12-31'),
      text('s', version, known([{ ...entry, count: 2 }]), '2025-12-31'),
      text(
        's',
        version,
        known([{ ...entry, furtherActs: [{ factId: 'act-2', violation: null }] }]),
        '2025-12-31',
      ),
      text(
        's',
        version,
        known([{ ...entry, reversed: { basis: 'repaired', effectiveOn: '2025-12-31' } }]),
        '2025-12-31',
      ),
    ]
    expect(new Set(texts).size).toBe(texts.length)
    const later = known([{ ...entry, reversed: { basis: 'repaired', effectiveOn: '2026-01-01' } }])
    expect(text('s', version, later, '2025-12-31')).toBe(texts[0])
  })

  it('are those of the cycle that ends on the day, not of the one that is settled', () => {
    const quarterly = versions.find(({ reference }) => reference === 'FJ-HOUSING-2025@0')
    const item = quarterly?.content.items.find(({ code }) => code === 'M2')
    if (!quarterly || !item) throw new Error('shipped')
    const bad: ScoredFact = {
      eventId: 'event-1',
      rulebook: quarterly.reference,
      item: 'M2',
      count: 1,
      factId: 'act-1',
      violation: null,
      effectiveOn: '2025-05-05',
      reversed: null,
      ...judge(item, 1, '2025-05-05', quarterly.content.cycle),
    }
    expect(gradeToPublish('s', quarterly, known([bad]), '2025-06-30', [quarterly]).score).toBe(35)
    expect(scoreOn(known([bad]), quarterly, '2025-06-30').score).toBe(50)
    expect(scoreOn(known([bad]), unsettled(quarterly), '2025-06-30').score).toBe(35)
    expect(scoreOn(known([bad]), quarterly, '2025-07-01').score).toBe(35)
  })
})
