import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { creditAccount } from './credit-account.ts'
import { given } from './given.ts'
import { usccCheckCharacter } from './identifiers.ts'
import { institution } from './institution.ts'
import type { RulebookState } from './rulebook.ts'
import { rulebookVersion } from './rulebook-in-force.ts'
import { gradeTimeline, scoreOn } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import { addDays, startOfDay } from './values.ts'

/** The same commands in any order: each is decided as it comes, and the account ends with the same grades and lines. */

const shipped = shippedRulebooks[0]
if (!shipped) throw new Error('no rulebook is shipped')
const { content } = shipped
const book: RulebookState = {
  status: 'adopted',
  division: shipped.division,
  content,
  contentRevision: 0,
  revision: 1,
  adoptions: [{ division: '320400', subjectKind: 'institution', from: '2023-01-01' }],
  retiredFrom: null,
}
const version = rulebookVersion('CZ-DEFAULT-1', book)
if (!version) throw new Error('adopted')
const id = `91320402MA1WABCD1${usccCheckCharacter('91320402MA1WABCD1')}`
const home = given(institution, [
  {
    type: 'InstitutionRegistered',
    effectiveAt: '2023-01-02T01:00:00.000Z',
    data: {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区竹林西路19号',
      establishedOn: '2019-05-06',
      legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
    },
  },
]).state
const states: Record<string, unknown> = { 'rulebook-CZ-DEFAULT-1': book, [`institution-${id}`]: home }
const opening = { division: '320402', subjectKind: 'institution' as const, rulebook: 'CZ-DEFAULT-1' }

type Withdrawal = {
  readonly basis: 'decision-annulled' | 'recorded-in-error' | 'repaired'
  readonly on: string
}
/** An adjustment or, under a code of the veto, a veto; and how it is taken back. */
type Act = {
  readonly code: string
  readonly on: string
  readonly act: string
  readonly count: number
  readonly withdrawn: Withdrawal | null
}
type Step = { readonly act: Act; readonly place: number; readonly kind: 'impose' | 'withdraw' }
type Command = Parameters<typeof creditAccount.decide>[0]

const eventIdOf = (place: number, kind: Step['kind']) =>
  `00000000-0000-8000-a00${kind === 'impose' ? 0 : 1}-${String(place).padStart(12, '0')}`
const isVeto = (code: string) => content.veto?.codes.some((each) => each.code === code) === true

function commandOf({ act: { code, on, act, count, withdrawn }, place, kind }: Step): Command {
  const rest = { ...opening, factId: `act-${act}`, causeEventId: null, reason: '测试' }
  if (kind === 'impose')
    return isVeto(code)
      ? { type: 'ImposeVeto', id, effectiveAt: startOfDay(on), data: { ...rest, code } }
      : {
          type: 'AdjustCreditAccount',
          id,
          effectiveAt: startOfDay(on),
          data: { ...rest, item: code, count, violation: null, furtherActs: [] },
        }
  const { basis, on: day } = withdrawn ?? { basis: 'recorded-in-error', on }
  const papers =
    basis === 'repaired'
      ? { curedOn: addDays(on, 1), commitmentSha256: 'c'.repeat(64) }
      : { curedOn: null, commitmentSha256: null }
  return {
    type: isVeto(code) ? 'LiftVeto' : 'ReverseAdjustment',
    id,
    effectiveAt: startOfDay(day),
    data: { supersedes: eventIdOf(place, 'impose'), basis, reason: '测试', ...papers },
  }
}

/** Decides the commands one after the other; the account and what was refused, by the place of the act. */
function decided(steps: readonly Step[]) {
  const refused: string[] = []
  let state = creditAccount.initialState
  for (const step of steps) {
    const command = commandOf(step)
    const decision = creditAccount.decide(command, state, {
      now: startOfDay('2029-01-01'),
      today: '2029-01-01',
      stateOf: (other, key) =>
        (states[`${other.name}-${key}`] as typeof other.initialState) ?? other.initialState,
    })
    if (!decision.accepted) refused.push(`${step.place} ${step.kind} ${decision.refusal.code}`)
    else
      for (const event of decision.events)
        state = creditAccount.evolve(state, {
          ...event,
          id: eventIdOf(step.place, step.kind),
          effectiveAt: command.effectiveAt,
        })
  }
  if (state.status === 'unknown') return { refused: refused.sort(), facts: { entries: [], vetoes: [] } }
  return { refused: refused.sort(), facts: state }
}

const day = fc.integer({ min: 0, max: 300 }).map((days) => addDays('2024-01-01', days))
const later = fc.integer({ min: 240, max: 340 }).map((days) => addDays('2024-01-01', days))
const items = content.items.map((item) => item.code)
const bonuses = content.items.filter(({ polarity }) => polarity === 'bonus').map((item) => item.code)
const heavy = ['L3', 'L2', 'R1', 'Q4', 'V12']
const acts = fc
  .uniqueArray(
    fc.record({
      code: fc.oneof(
        fc.constantFrom(...bonuses),
        fc.constantFrom(...heavy),
        fc.constantFrom(...heavy, ...items),
      ),
      on: day,
      act: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      count: fc.integer({ min: 1, max: 2 }),
      withdrawn: fc.option(
        fc.record({
          basis: fc.constantFrom('decision-annulled' as const, 'recorded-in-error' as const),
          on: day,
        }),
      ),
    }),
    { minLength: 3, maxLength: 14, selector: ({ code, act }) => `${code} ${act}` },
  )
  // One repair, so that the number a year is not what decides.
  .map((list): Act[] =>
    list.map((each, index) =>
      index === 0 ? { ...each, withdrawn: { basis: 'repaired', on: addDays(each.on, 800) } } : each,
    ),
  )
const stepsOf = (list: readonly Act[]): Step[] =>
  list.flatMap((act, place) => [
    { act, place, kind: 'impose' as const },
    ...(act.withdrawn ? [{ act, place, kind: 'withdraw' as const }] : []),
  ])
/** In any order, except that nothing is taken back before it is there. */
const orders = acts.chain((list) => {
  const steps = stepsOf(list)
  return fc.record({
    steps: fc.constant(steps),
    other: fc
      .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: steps.length, maxLength: steps.length })
      .map((keys) => {
        const keyOf = ({ place, kind }: Step) =>
          kind === 'impose'
            ? Math.min(...steps.flatMap((each, at) => (each.place === place ? [keys[at] ?? 0] : [])))
            : Math.max(...steps.flatMap((each, at) => (each.place === place ? [keys[at] ?? 0] : [])))
        return [...steps].sort((a, b) => keyOf(a) - keyOf(b) || (a.kind === 'impose' ? -1 : 1))
      }),
  })
})
const subject = { division: '320402', subjectKind: 'institution' as const }

describe('the same commands in any order', () => {
  it('end with the same grades and the same lines', () => {
    let barred = 0
    fc.assert(
      fc.property(orders, later, ({ steps, other }, on) => {
        const [one, two] = [decided(steps), decided(other)]
        expect(two.refused).toEqual(one.refused)
        const score = scoreOn(one.facts, version, on)
        expect(scoreOn(two.facts, version, on)).toEqual(score)
        expect(gradeTimeline(two.facts, [version], subject)).toEqual(
          gradeTimeline(one.facts, [version], subject),
        )
        barred += score.lines.filter(({ cappedBy }) => cappedBy === 'barred').length
      }),
      { numRuns: 300 },
    )
    expect(barred).toBeGreaterThan(0)
  })

  it('count a bonus exactly where the grade of its day, without the bonuses of that day, allows one', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const { facts } = decided(stepsOf(list))
        const standing = facts.entries.filter(({ reversed }) => !reversed || reversed.basis === 'repaired')
        for (const entry of standing.filter(({ points }) => points > 0)) {
          const others = facts.entries.filter(
            ({ points, effectiveOn }) => points < 0 || effectiveOn < entry.effectiveOn,
          )
          const { level } = scoreOn({ ...facts, entries: others }, version, entry.effectiveOn)
          const line = scoreOn(facts, version, entry.effectiveOn).lines.find(
            ({ eventId }) => eventId === entry.eventId,
          )
          if (line) expect(line.cappedBy === 'barred').toBe(level === 'D' || level === 'E')
        }
      }),
    )
  })
})

const impose = (code: string, act: string, on: string, withdrawn: Withdrawal | null = null): Act => ({
  code,
  on,
  act,
  count: 1,
  withdrawn,
})

describe('a bonus', () => {
  const fine = impose('L3', 'fine', '2025-03-03')
  const refusing = impose('R1', 'refusing', '2025-03-04')
  const training = impose('B2', 'training', '2025-03-10')

  it('is recorded at any level, and shown as barred in both languages', () => {
    const first = decided(stepsOf([fine, refusing, training]))
    const last = decided(stepsOf([training, refusing, fine]))
    expect([...first.refused, ...last.refused]).toEqual([])
    const [a, b] = [first, last].map(({ facts }) => scoreOn(facts, version, '2025-03-10'))
    expect(a).toMatchObject({ score: 45, grade: 'D' })
    expect(b).toMatchObject({ score: 45, grade: 'D' })
    expect(a?.lines.at(-1)).toMatchObject({
      item: 'B2',
      points: 2,
      counted: 0,
      cappedBy: 'barred',
      barredAt: 'D',
      why: {
        zh: expect.stringContaining('不予加分：2025-03-10的信用等级为D，该级别不得加分'),
        en: expect.stringContaining('barred: on 2025-03-10 the grade was D, whose level allows no bonus'),
      },
    })
  })

  it('counts again when what barred it never was, and not when that is repaired later', () => {
    const annulled = { ...fine, withdrawn: { basis: 'decision-annulled' as const, on: '2026-06-01' } }
    const repaired = { ...fine, withdrawn: { basis: 'repaired' as const, on: '2026-06-01' } }
    const lineOf = (first: Act, on: string) =>
      scoreOn(decided(stepsOf([first, refusing, training])).facts, version, on).lines.at(-1)
    expect(lineOf(annulled, '2025-03-10')).toMatchObject({ item: 'B2', counted: 2, cappedBy: null })
    expect(lineOf(repaired, '2025-03-10')).toMatchObject({ item: 'B2', counted: 0, cappedBy: 'barred' })
  })

  it('uses up no cap when it is barred', () => {
    const fines = ['x', 'y', 'z'].map((act) => impose('L2', act, '2024-02-01'))
    const early = { ...impose('B2', 'early', '2025-01-15'), count: 2 }
    const late = { ...impose('B2', 'late', '2025-03-01'), count: 2 }
    const { facts } = decided(stepsOf([...fines, early, late]))
    expect(
      scoreOn(facts, version, '2025-03-01').lines.map(({ counted, cappedBy }) => [counted, cappedBy]),
    ).toEqual([
      [0, 'barred'],
      [4, null],
    ])
  })

  it('of a day is judged after the deductions of that day, and not by another bonus of it', () => {
    const onThatDay = stepsOf([
      impose('B1', 'staff', '2025-03-03'),
      impose('R1', 'refusing', '2025-03-03'),
      fine,
      impose('B5', 'year', '2025-03-03'),
    ])
    const { lines } = scoreOn(decided(onThatDay).facts, version, '2025-03-03')
    expect(lines.map(({ item, cappedBy }) => `${item} ${cappedBy}`)).toEqual([
      'L3 null',
      'R1 null',
      'B5 barred',
      'B1 barred',
    ])
  })
})
