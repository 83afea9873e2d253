import { describe, expect, it } from 'vitest'
import type { Refusal, RefusalPart } from './decider.ts'
import { citeLaw } from './law.ts'
import { assessmentRefusals, cast, type RefusalCase } from './test-kit/assessment-refusals.ts'

/** Asks for each thing that must not be, and prints what the rules say as `assessment-refusals.md`. */

type Told = { readonly given: RefusalCase; readonly command: string; readonly refusal: Refusal }

function tell(given: RefusalCase): Told {
  const { desk, command } = given.ask()
  const decision = desk.ask(command)
  if (decision.accepted) throw new Error(`${given.given}: ${command.type} was accepted`)
  expect(decision.recorded.length > 0, 'recorded as a fact').toBe(given.recorded ?? false)
  return { given, command: command.type, refusal: decision.refusal }
}

const partsOf = (refusal: Refusal): readonly RefusalPart[] => refusal.errors ?? [refusal]

describe('what an assessment refuses', () => {
  it.each(assessmentRefusals)('$about · $given → $code', (given) => {
    const { refusal } = tell(given)
    expect(refusal.code).toBe(given.code)
    for (const { message, legalBasis } of partsOf(refusal)) {
      expect(message.zh, 'says what to do, in Chinese').toMatch(
        /\p{Script=Han}.*[；，：、].*\p{Script=Han}|可用：|应为/u,
      )
      expect(message.en, 'says what to do, in English').toMatch(/[;,:] ?./)
      expect(`${message.zh}${message.en}`).not.toMatch(/undefined|null|NaN|\[object/)
      expect(legalBasis.length).toBeGreaterThan(0)
      for (const basis of legalBasis) expect(citeLaw(basis).zh).not.toBe('')
    }
  })

  it('is printed in the page beside the sources, word for word', async () => {
    await expect(page(assessmentRefusals.map(tell))).toMatchFileSnapshot('../assessment-refusals.md')
  })

  it('has a code for each kind of no, and more than forty of them', () => {
    expect(assessmentRefusals.length).toBeGreaterThan(80)
    expect(new Set(assessmentRefusals.map(({ code }) => code)).size).toBeGreaterThan(60)
  })
})

function page(told: readonly Told[]): string {
  const chapters = [...new Set(told.map(({ given }) => given.about))]
  const who = Object.entries(cast).map(([id, name]) => `\`${id}\` ${name}`)
  return [
    '# What an assessment refuses',
    '',
    'Printed by `src/assessment-refusals.test.ts`, which asks the rules for each of these: `npm test -- packages/domain/src/assessment-refusals.test.ts --update` prints it anew.',
    'A refusal says what is missing, whom it concerns (by id) and what to do; where several things are missing, all are told at once. ✍ marks an attempt that is recorded as a fact.',
    '',
    `In the messages: ${who.join(' · ')}.`,
    ...chapters.flatMap((about) => [
      '',
      `## ${about}`,
      ...told.filter(({ given }) => given.about === about).flatMap(entry),
    ]),
    '',
  ].join('\n')
}

function entry({ given, command, refusal }: Told): string[] {
  const article = refusal.legalBasis.join(' ')
  return [
    '',
    `### ${given.given}`,
    '',
    `\`${command}\`${given.recorded ? ' ✍' : ''} → \`${refusal.code}\` (${article})`,
    '',
    `- ${refusal.message.zh}`,
    `- ${refusal.message.en}`,
  ]
}
