import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandOf } from './credit-counting.ts'
import { given } from './given.ts'
import { type Adoption, adoptionOn, rulebook } from './rulebook.ts'
import {
  consequencesOf,
  gradesOf,
  isIllustrative,
  type PointsContent,
  type TiersContent,
} from './rulebook-content.ts'
import { draftFaults, rulebookFaults } from './rulebook-faults.ts'
import { rulebookInForce, rulebookVersion } from './rulebook-in-force.ts'
import { parseRulebookFile, shippedRulebooks } from './shipped-rulebooks.ts'

const shipped = shippedRulebooks[0]
if (!shipped) throw new Error('no rulebook is shipped')
const { division, content } = shipped
if (content.method !== 'points') throw new Error('the default rulebook adds points')
const draft = { type: 'RulebookDrafted' as const, data: { division, content } }
const adoption: Adoption = { division: '320400', subjectKind: 'institution', from: '2024-01-01' }
const adopting = { ...adoption, retroactiveReason: null }
const adopted = { type: 'RulebookAdopted' as const, data: adopting }
/** The day of the adoption in the world. */
const on = '2023-12-20T02:00:00.000Z'
const retired = { type: 'RulebookRetired' as const, data: { from: '2026-01-01', reason: '新规则施行' } }

/** The shipped content with a change. */
function changed(change: (content: PointsContent) => void): PointsContent {
  const copy = structuredClone(content as PointsContent)
  change(copy)
  return copy
}

const cite = (copy: PointsContent, ...basis: string[]) => {
  const [item] = copy.items
  if (item) item.legalBasis = basis
}

describe('the shipped rulebook', () => {
  it('has no faults, says that its numbers are defaults, and names its source', () => {
    expect(rulebookFaults(content)).toEqual([])
    expect(content.illustrative).toBe(true)
    expect(content.source).toContain('示例缺省值')
  })

  it('has five levels and nine grades', () => {
    expect(content.levels).toHaveLength(5)
    expect(content.bands.map((band) => `${band.grade} ${band.minimum}`)).toEqual([
      'AAA 95',
      'AA 90',
      'A 85',
      'BBB 80',
      'BB 75',
      'B 70',
      'C 60',
      'D 40',
      'E 0',
    ])
  })

  it.each(shippedRulebooks)(
    '$id has no faults, names its source, and says which numbers are published',
    (file) => {
      expect(draftFaults(file.content)).toEqual([])
      expect(file.content.illustrative).toBe(true)
      expect(file.content.source.length).toBeGreaterThan(50)
      for (const pointer of file.content.publishedNumbers)
        expect(isIllustrative(file.content, pointer)).toBe(false)
      expect(isIllustrative(file.content, '/items/1/points')).toBe(true)
    },
  )

  it('gives the consequences of each grade, the grade’s own sampling before its level’s', () => {
    const beijing = shippedRulebooks.find(({ id }) => id === 'BJ-2022-TRIAL')
    if (!beijing) throw new Error('shipped')
    const sampling = gradesOf(beijing.content).map(
      ({ grade }) => consequencesOf(beijing.content, grade)?.samplingFactor,
    )
    expect(sampling).toEqual([0.5, 0.5, 0.8, 0.8, 1.2, 1.5, 1.5, 1.5, 2])
    expect(consequencesOf(content, 'C')?.measures.map(({ code }) => code)).toEqual([
      'interview',
      'self-report',
    ])
    expect(consequencesOf(content, 'Z')).toBeNull()
  })

  it('may cite articles, a law as a whole, house rules, and local rules by their title', () => {
    for (const basis of [
      'O7:31',
      'FL:69(1)',
      'N36:',
      'HOUSE:credit-default',
      '京消规〔2022〕1号:8',
      'XF3005:7.2',
    ])
      expect(draftFaults(changed((copy) => cite(copy, basis))), basis).toEqual([])
  })

  it('is refused as a file when a field is missing', () => {
    expect(() => parseRulebookFile({ ...shipped, content: { ...content, base: undefined } })).toThrow(/base/)
  })
})

describe('rulebook', () => {
  it('is drafted as often as needed, and the same draft again changes nothing', () => {
    given(rulebook, []).when({ type: 'DraftRulebook', data: { division, content } }).thenAppends(draft)
    const again = given(rulebook, [draft])
    again.when({ type: 'DraftRulebook', data: { division, content } }).thenAppends()
    const other = changed((copy) => {
      copy.base = 75
    })
    again
      .when({ type: 'DraftRulebook', data: { division, content: other } })
      .thenAppendsTypes('RulebookDrafted')
  })

  it('is adopted from a day, for a division and a kind of subject', () => {
    given(rulebook, [draft])
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting } })
      .thenAppends(adopted)
    given(rulebook, [draft, adopted])
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting, from: '2024-06-01' } })
      .thenAppends()
  })

  it('does not reach back: a day before that of its adoption is refused, with its place', () => {
    const today = given(rulebook, [draft]).when({ type: 'AdoptRulebook', data: adopting })
    today.thenRefused('rulebook-backdated')
    expect(today.decision).toMatchObject({
      refusal: {
        pointer: '/data/from',
        legalBasis: ['LL:', 'O7:31'],
        message: {
          zh: expect.stringContaining('规则不溯及既往'),
          en: expect.stringContaining('effectiveAt'),
        },
      },
    })
    const sameDay = { ...adopting, from: '2026-03-02' }
    given(rulebook, [draft])
      .when({ type: 'AdoptRulebook', data: sameDay })
      .thenAppendsTypes('RulebookAdopted')
  })

  it('may be recorded late as of the day of its adoption, or reach back for a reason that is said', () => {
    given(rulebook, [draft])
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: adopting })
      .thenAppends(adopted)
    const milder = { ...adopting, retroactiveReason: '新规则更有利于当事人' }
    given(rulebook, [draft])
      .when({ type: 'AdoptRulebook', data: milder })
      .thenAppends({ type: 'RulebookAdopted', data: milder })
    // What is so already is no adoption.
    given(rulebook, [draft, adopted]).when({ type: 'AdoptRulebook', data: adopting }).thenAppends()
  })

  it('does not change once it is adopted', () => {
    given(rulebook, [draft, adopted])
      .when({ type: 'DraftRulebook', data: { division, content } })
      .thenRefused('rulebook-adopted')
  })

  it('is not adopted or retired before it is drafted', () => {
    const nothing = given(rulebook, [])
    nothing
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting } })
      .thenRefused('rulebook-not-drafted')
    nothing.when({ type: 'RetireRulebook', data: retired.data }).thenRefused('rulebook-not-drafted')
  })

  it('is not adopted outside its division, or for another kind of subject', () => {
    const drafted = given(rulebook, [draft])
    drafted
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting, division: '320500' } })
      .thenRefused('rulebook-out-of-scope')
    drafted
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting, division: '320000' } })
      .thenRefused('rulebook-out-of-scope')
    drafted
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting, subjectKind: 'practitioner' } })
      .thenRefused('rulebook-subject-kind')
  })

  it('is not drafted where an item cites nothing, or what there is not', () => {
    const drafted = (...basis: string[]) =>
      given(rulebook, []).when({
        type: 'DraftRulebook',
        data: { division, content: changed((copy) => cite(copy, ...basis)) },
      })
    const missing = drafted()
    missing.thenRefused('rulebook-law-missing')
    expect(missing.decision).toMatchObject({ refusal: { pointer: '/data/content/items/0/legalBasis' } })
    for (const basis of ['O7:999', 'O7:0', 'O99:1', 'HOUSE:nothing', '31']) {
      const unknown = drafted('O7:31', basis)
      unknown.thenRefused('rulebook-unknown-law')
      expect(unknown.decision).toMatchObject({ refusal: { pointer: '/data/content/items/0/legalBasis/1' } })
    }
    // What was drafted before is still adopted.
    const before = { ...draft, data: { division, content: changed((copy) => cite(copy)) } }
    given(rulebook, [before])
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting } })
      .thenAppendsTypes('RulebookAdopted')
  })

  it('is retired once, and only when it was adopted', () => {
    given(rulebook, [draft])
      .when({ type: 'RetireRulebook', data: retired.data })
      .thenRefused('rulebook-not-adopted')
    given(rulebook, [draft, adopted])
      .when({ type: 'RetireRulebook', data: retired.data })
      .thenAppends(retired)
    const gone = given(rulebook, [draft, adopted, retired])
    gone.when({ type: 'RetireRulebook', data: retired.data }).thenAppends()
    gone
      .when({ type: 'RetireRulebook', data: { ...retired.data, from: '2026-02-01' } })
      .thenRefused('rulebook-retired')
    gone
      .when({ type: 'AdoptRulebook', effectiveAt: on, data: { ...adopting } })
      .thenRefused('rulebook-retired')
  })

  it.each<[string, string, (content: PointsContent) => void]>([
    ['rulebook-bands-overlap', '/content/bands/1/minimum', (copy) => setMinimum(copy, 1, 95)],
    ['rulebook-bands-overlap', '/content/bands/4/minimum', (copy) => setMinimum(copy, 4, 82)],
    ['rulebook-bands-gap', '/content/bands/8/minimum', (copy) => setMinimum(copy, 8, 10)],
    ['rulebook-grade-unreachable', '/content/bands/0/minimum', (copy) => setMinimum(copy, 0, 101)],
    ['rulebook-grade-unreachable', '/content/bands/0/minimum', (copy) => (copy.bonusTotalCap = 10)],
    ['rulebook-unknown-reference', '/content/bands/2/level', (copy) => set(copy.bands[2], 'level', 'Z')],
    ['rulebook-unknown-reference', '/content/items/0/group', (copy) => set(copy.items[0], 'group', 'Z')],
    [
      'rulebook-unknown-reference',
      '/content/multipliers/0/appliesTo/1',
      (copy) => copy.multipliers[0]?.appliesTo.splice(1, 1, 'Z'),
    ],
    [
      'rulebook-unknown-reference',
      '/content/veto/grade',
      (copy) => copy.veto && set(copy.veto, 'grade', 'Z'),
    ],
    ['rulebook-duplicate-code', '/content/items/1', (copy) => set(copy.items[1], 'code', 'M1')],
    [
      'rulebook-polarity-differs',
      '/content/items/0/polarity',
      (copy) => set(copy.items[0], 'polarity', 'bonus'),
    ],
    ['rulebook-level-without-grade', '/content/levels/3', (copy) => set(copy.bands[7], 'level', 'C')],
    ['rulebook-base-outside-range', '/content/base', (copy) => (copy.base = 120)],
    ['rulebook-range-empty', '/content/range', (copy) => (copy.range.minimum = 100)],
    [
      'rulebook-unknown-fact',
      '/content/veto/codes/0/triggers/0/codes/0',
      (copy) => copy.veto?.codes[0]?.triggers[0]?.codes.splice(0, 1, 'V99'),
    ],
    [
      'rulebook-unknown-fact',
      '/content/items/0/triggers/0/upToFen',
      (copy) => set(copy.items[0]?.triggers[0], 'aboveFen', 100),
    ],
    [
      'rulebook-unknown-fact',
      '/content/items/12/triggers/0/upToFen',
      (copy) => set(copy.items[12]?.triggers[0], 'aboveFen', 30_000_00),
    ],
    [
      'rulebook-cycle-missing',
      '/content/items/0/validInCycle',
      (copy) => set(copy.items[0], 'validInCycle', true),
    ],
    [
      'rulebook-validity-twice',
      '/content/items/0/validInCycle',
      (copy) => {
        copy.cycle = { months: 12, settledAfterMonths: null }
        set(copy.items[0], 'validInCycle', true)
      },
    ],
    [
      'rulebook-unknown-reference',
      '/content/groups/0/dividedBy/0',
      (copy) => set(copy.groups[0], 'dividedBy', ['Z']),
    ],
    [
      'rulebook-unknown-reference',
      '/content/publishedNumbers/0',
      (copy) => set(copy, 'publishedNumbers', ['/items/900/points']),
    ],
    [
      'rulebook-fact-of-other-subject',
      '/content/items/0/triggers/0/fact',
      (copy) => set(copy.items[0]?.triggers[0], 'fact', 'second-employer'),
    ],
    [
      'rulebook-level-without-consequences',
      '/content/levels/1/consequences',
      (copy) => set(copy.levels[1]?.consequences, 'samplingFactor', null),
    ],
  ])('is not adopted with a fault: %s at %s', (code, pointer, fault) => {
    const faulty = { ...draft, data: { division, content: changed(fault) } }
    const asked = given(rulebook, [faulty]).when({
      type: 'AdoptRulebook',
      effectiveAt: on,
      data: { ...adopting },
    })
    asked.thenRefused(code)
    expect(asked.decision).toMatchObject({ refusal: { pointer } })
  })

  it('is refused with a fault as soon as it is drafted, with its place in the request', () => {
    const faulty = changed((copy) => setMinimum(copy, 1, 95))
    const asked = given(rulebook, []).when({ type: 'DraftRulebook', data: { division, content: faulty } })
    asked.thenRefused('rulebook-bands-overlap')
    expect(asked.decision).toMatchObject({ refusal: { pointer: '/data/content/bands/1/minimum' } })
  })

  it('with several faults names each of them with its own place', () => {
    const faulty = changed((copy) => {
      setMinimum(copy, 1, 95)
      setMinimum(copy, 4, 82)
    })
    const { decision } = given(rulebook, []).when({
      type: 'DraftRulebook',
      data: { division, content: faulty },
    })
    const pointers = ['/data/content/bands/1/minimum', '/data/content/bands/4/minimum']
    expect(decision).toMatchObject({ refusal: { errors: pointers.map((pointer) => ({ pointer })) } })
  })
})

describe('the grades that scores can reach', () => {
  type Item = PointsContent['items'][number]
  /** One item that costs so much, over grades from so many points on. */
  function costing(points: number, minima: readonly number[], change: (item: Item) => void = () => {}) {
    const copy = changed((each) => {
      each.base = 100
      each.multipliers = []
      each.groups = each.groups.slice(0, 1)
      each.groups[0] = { ...(each.groups[0] as (typeof each.groups)[number]), capPerYear: null }
      const item = { ...(each.items[0] as Item), points, capPerYear: null }
      change(item)
      each.items = [item]
      each.bands = minima.map((minimum, at) => ({
        level: 'A',
        grade: `G${at}`,
        samplingFactor: null,
        minimum,
      }))
      each.levels = each.levels.slice(0, 1)
      each.veto = null
    })
    return rulebookFaults(copy).map(({ code, pointer }) => `${code} ${pointer}`)
  }

  it('are told where no number of facts leads into one of them, though it lies between two that are reached', () => {
    expect(costing(50, [100, 60, 50, 0])).toEqual(['grade-unreachable /content/bands/1/minimum'])
    expect(costing(50, [100, 50, 0])).toEqual([])
  })

  it('include those between whole points, and those that only what a cap leaves leads to', () => {
    expect(costing(12.5, [100, 87, 75, 0])).toEqual([])
    expect(costing(12.5, [100, 88, 87, 0])).toEqual(['grade-unreachable /content/bands/1/minimum'])
    expect(costing(50, [100, 80, 0], (item) => set(item, 'capPerYear', 70))).toEqual([])
  })

  it('include what half a repaired serious entry leads to', () => {
    expect(costing(50, [100, 75, 50, 0], (item) => set(item, 'gravity', 'serious'))).toEqual([])
    expect(costing(50, [100, 75, 50, 0])).toEqual(['grade-unreachable /content/bands/1/minimum'])
  })

  it('leave no score without one, whole or not', () => {
    const scores = fc.double({ min: content.range.minimum, max: content.range.maximum, noNaN: true })
    fc.assert(
      fc.property(scores, (score) => {
        const held = content.bands.filter(({ minimum }, at) => {
          const above = content.bands[at - 1]
          return score >= minimum && (above === undefined || score < above.minimum)
        })
        expect(held).toEqual([bandOf(content, score)])
      }),
    )
  })

  it('are found in time, however fine the steps', () => {
    const many = changed((copy) => {
      copy.range = { minimum: -10_000, maximum: 10_000 }
      copy.bands = copy.bands.map((band, at) => ({ ...band, minimum: at === 8 ? -10_000 : band.minimum }))
      copy.items = copy.items.map((item, at) => ({ ...item, points: item.points === 0 ? 0 : at + 0.01 }))
    })
    expect(rulebookFaults(many).filter(({ code }) => code !== 'grade-unreachable')).toEqual([])
  })

  it('are all reachable where the steps are too fine to be looked at one by one', () => {
    const fine = changed((copy) => {
      copy.range = { minimum: -10_000, maximum: 10_000 }
      copy.bonusTotalCap = null
      copy.bands = copy.bands.map((band, at) => ({ ...band, minimum: 9_000 - at * 2_375 }))
      copy.items = copy.items.map((item) => ({
        ...item,
        points: item.points === 0 ? 0 : 0.01,
        capPerYear: null,
      }))
      copy.groups = copy.groups.map((group) => ({ ...group, capPerYear: null, capStanding: null }))
    })
    const faults = rulebookFaults(fine).filter(({ code }) => code === 'grade-unreachable')
    expect(faults).toEqual([])
  })
})

describe('a rulebook of tiers', () => {
  const colours = shippedRulebooks.find(({ id }) => id === 'NX-2023-COLOURS')?.content
  if (colours?.method !== 'tiers') throw new Error('shipped')
  const faultsOf = (change: (tiers: TiersContent['tiers']) => void) => {
    const copy = structuredClone(colours)
    change(copy.tiers)
    return rulebookFaults(copy).map(({ code, pointer }) => `${code} ${pointer}`)
  }

  it('leaves no gap: the best tier asks for nothing', () => {
    const change = (tiers: TiersContent['tiers']) => tiers[0]?.when.push({ items: ['PENALTY'], atLeast: 1 })
    expect(faultsOf(change)).toEqual(['bands-gap /content/tiers/0/when'])
  })

  it('has no tier that overlaps the best one, none that a worse one hides, and no unknown items', () => {
    expect(faultsOf((tiers) => tiers[1]?.when.splice(0))).toEqual(['bands-overlap /content/tiers/1/when'])
    expect(faultsOf((tiers) => tiers[1]?.when.splice(0, 2, { items: ['PENALTY'], atLeast: 4 }))).toEqual([
      'grade-unreachable /content/tiers/1/when',
    ])
    expect(faultsOf((tiers) => tiers[2]?.when[0]?.items.push('Z'))).toEqual([
      'unknown-reference /content/tiers/2/when/0/items/1',
    ])
  })
})

function setMinimum(content: PointsContent, index: number, minimum: number) {
  const band = content.bands[index]
  if (band) band.minimum = minimum
}

function set<T extends object, Key extends keyof T>(target: T | undefined, key: Key, value: T[Key]) {
  if (target) target[key] = value
}

describe('the rulebook in force', () => {
  const version = (id: string, ...adoptions: Adoption[]) => ({
    reference: `${id}@0`,
    content,
    adoptions,
    retiredFrom: null,
  })
  const inForce = (day: string, ...library: ReturnType<typeof version>[]) =>
    rulebookInForce(library, '320402', 'institution', day)?.reference ?? null

  it('is none before the day of adoption, and none from the day of retirement', () => {
    const { state } = given(rulebook, [draft, adopted, retired])
    const known = rulebookVersion('CZ', state)
    if (!known) throw new Error('drafted')
    const holds = (day: string) => adoptionOn(known, '320402', 'institution', day) !== null
    expect(['2023-12-31', '2024-01-01', '2025-12-31', '2026-01-01'].map(holds)).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(adoptionOn(known, '320500', 'institution', '2025-01-01')).toBeNull()
    expect(adoptionOn(known, '320402', 'practitioner', '2025-01-01')).toBeNull()
  })

  it('is the one for the narrowest area, then the one adopted last', () => {
    const city = version('CITY', adoption)
    const later = version('LATER', { ...adoption, from: '2025-01-01' })
    const district = version('DISTRICT', { ...adoption, division: '320402', from: '2024-06-01' })
    expect(inForce('2024-03-01', city, later, district)).toBe('CITY@0')
    expect(inForce('2025-03-01', city, later)).toBe('LATER@0')
    expect(inForce('2025-03-01', later, city, district)).toBe('DISTRICT@0')
  })
})
