import { describe, expect, it } from 'vitest'
import { creditWarningsOn, type Watched } from './credit-warnings.ts'
import type { ConditionFigures } from './practice-conditions.ts'
import type { GradeStep } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'

const content = shippedRulebooks[0]?.content
if (!content) throw new Error('no rulebook is shipped')
const step = (from: string, score: number, grade: string): GradeStep => ({
  from,
  rulebook: 'CZ-DEFAULT-1@0',
  score,
  level: 'B',
  grade,
  veto: null,
})
const figures: ConditionFigures = {
  legalPerson: true,
  premisesAreaSquareMetres: 300,
  equipmentComplete: true,
  engineers: 4,
  gradeOneEngineers: 2,
  operators: 9,
  intermediateOperators: 4,
  qualitySystem: true,
  processControlSystem: true,
}
const warned = (watched: Partial<Watched>, day: string) =>
  creditWarningsOn({ steps: [], content, ...watched }, day).map(({ kind, about }) => `${kind} ${about}`)

describe('a warning', () => {
  it('comes within three points of the next lower grade, not above, and not in the lowest', () => {
    const near = (score: number, grade: string) =>
      warned({ steps: [step('2025-01-01', score, grade)] }, '2025-06-01')
    expect(near(83, 'BBB')).toEqual(['near-lower-grade BB'])
    expect(near(83.01, 'BBB')).toEqual([])
    expect(near(80.5, 'BBB')).toEqual(['near-lower-grade BB'])
    expect(near(2, 'E')).toEqual([])
  })

  it('does not come at the base, where everybody begins, nor to whom has left', () => {
    const steps = [step('2025-01-01', 80, 'BBB')]
    expect(warned({ steps }, '2025-06-01')).toEqual([])
    const near = { steps: [step('2025-01-01', 82, 'BBB')], goneFrom: '2025-06-01' }
    expect(warned(near, '2025-05-31')).toEqual(['near-lower-grade BB'])
    expect(warned(near, '2025-06-01')).toEqual([])
    expect(warned({ ...near, goneFrom: null }, '2025-06-01')).toEqual(['near-lower-grade BB'])
  })

  it('says how much may be lost, nothing where the score is the least of its grade, and whose registration ends', () => {
    const said = (watched: Partial<Watched>) =>
      creditWarningsOn({ steps: [], content, ...watched }, '2025-06-01').map(({ message }) => message)
    const [some] = said({ steps: [step('2025-01-01', 82, 'BBB')] })
    expect(some?.zh).toBe('得分82分（BBB），失分超过2分即降至BB级')
    const [none] = said({ steps: [step('2025-01-01', 75, 'BB')] })
    expect(none?.zh).toBe('得分75分，是BB级的最低分，再失分即降至B级')
    expect(none?.en).toContain('any point lost means B')
    const [ending] = said({ certificates: [{ practitioner: '01J', until: '2025-06-21' }] })
    expect(ending?.zh).toContain('从业人员01J的注册有效期至2025年6月21日')
    expect(ending?.en).toContain('practitioner 01J')
  })

  it('comes for ten points lost in thirty days, from the highest score in between', () => {
    const steps = [step('2025-01-01', 79, 'BB'), step('2025-05-20', 84, 'BBB'), step('2025-05-25', 74, 'B')]
    expect(warned({ steps }, '2025-06-01')).toEqual(['sharp-drop 2025-05-20'])
    expect(warned({ steps }, '2025-06-24')).toEqual([])
    const [first] = steps
    if (!first) throw new Error('there')
    const other = [{ ...first, rulebook: 'OLD@0', score: 95 } as GradeStep, step('2025-05-25', 79, 'BB')]
    expect(warned({ steps: other }, '2025-06-01')).toEqual([])
  })

  it('comes sixty days before a certificate ends, to its last day', () => {
    const certificates = [
      { practitioner: 'ending', until: '2025-07-31' },
      { practitioner: 'today', until: '2025-06-01' },
      { practitioner: 'later', until: '2025-08-01' },
      { practitioner: 'over', until: '2025-05-31' },
      { practitioner: 'for good', until: null },
    ]
    expect(warned({ certificates }, '2025-06-01')).toEqual([
      'certificate-ending ending',
      'certificate-ending today',
    ])
  })

  it('comes when one person less would break a practice condition, or it is broken', () => {
    const staffed = (change: Partial<ConditionFigures>, type: 'maintenance' | 'assessment' = 'maintenance') =>
      warned({ staffing: { type, figures: { ...figures, ...change } } }, '2025-06-01')
    expect(staffed({})).toEqual([])
    expect(staffed({ engineers: 2 })).toEqual(['staffing-at-minimum PC4'])
    expect(staffed({ gradeOneEngineers: 1 })).toEqual(['staffing-at-minimum PC4'])
    expect(staffed({ operators: 6, intermediateOperators: 2 })).toEqual(['staffing-at-minimum PC5'])
    expect(staffed({ operators: 0, intermediateOperators: 0 })).toEqual(['staffing-at-minimum PC5'])
    expect(staffed({ operators: 0, intermediateOperators: 0 }, 'assessment')).toEqual([])
  })

  it('does not come where the rulebook has no thresholds', () => {
    const quiet = { ...content, warnings: null }
    expect(warned({ content: quiet, steps: [step('2025-01-01', 80, 'BBB')] }, '2025-06-01')).toEqual([])
  })
})
