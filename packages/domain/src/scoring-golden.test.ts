import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SubjectKind } from './rulebook-content.ts'
import type { RulebookVersion } from './rulebook-in-force.ts'
import { type CreditFacts, type GradeStep, gradeTimeline, type Score, scoreOn } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'

type GoldenScores = {
  about: string
  rulebook: string
  adoptedFrom: string
  division: string
  /** institution when it is not said */
  subjectKind?: SubjectKind
  facts: CreditFacts
  scores: Score[]
  timeline: GradeStep[]
}

const folder = new URL('../golden/scores/', import.meta.url)

/** The same events and the same rulebook give a byte-identical explanation, in this version and in every later one. */
describe('golden scores', () => {
  it('are there for each rulebook that is shipped', () => {
    const told = readdirSync(folder).map(
      (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).rulebook,
    )
    expect(shippedRulebooks.map(({ id }) => id).filter((id) => !told.includes(id))).toEqual([])
  })

  it.each(readdirSync(folder))('%s', (name) => {
    const golden: GoldenScores = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    const shipped = shippedRulebooks.find((each) => each.id === golden.rulebook)
    if (!shipped) throw new Error(`no rulebook ${golden.rulebook}`)
    const { content, division } = shipped
    const { subjectKind = 'institution' } = golden
    const rulebook: RulebookVersion = {
      reference: `${golden.rulebook}@0`,
      content,
      adoptions: [{ division, subjectKind, from: golden.adoptedFrom }],
      retiredFrom: null,
    }
    const scores = golden.scores.map(({ day }) => scoreOn(golden.facts, rulebook, day))
    expect(JSON.stringify(scores, null, 2)).toBe(JSON.stringify(golden.scores, null, 2))
    const subject = { division: golden.division, subjectKind }
    const timeline = gradeTimeline(golden.facts, [rulebook], subject)
    expect(JSON.stringify(timeline, null, 2)).toBe(JSON.stringify(golden.timeline, null, 2))
  })
})
