import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { categories, commandPath, findCategory, findEvent, visibilityOf } from './catalogue.ts'
import type { CommandDefinition, EventDefinition } from './category.ts'
import { citeLaw } from './law.ts'
import { arbitraryInput } from './test-kit/arbitrary-data.ts'

const events = categories.flatMap((category) =>
  Object.entries<EventDefinition>(category.events).map(([type, definition]) => ({
    category,
    type,
    definition,
  })),
)
const commands = categories.flatMap((category) =>
  Object.entries<CommandDefinition>(category.commands).map(([type, definition]) => ({
    category,
    type,
    definition,
  })),
)
const chinese = /\p{Script=Han}/u

/** Categories that hold for the whole country or for no place: keys, rulebooks, reads. */
const placeless = new Set(['rulebook', 'assessmentProcess', 'subjectKey', 'personalRead'])

describe('catalogue', () => {
  it('holds the streams of the trade, in their fixed order', () => {
    expect(categories.map((category) => category.name)).toEqual([
      'unit',
      'institution',
      'practitioner',
      'project',
      'inspection',
      'penaltyCase',
      'complaint',
      'anomaly',
      'merit',
      'creditAccount',
      'rulebook',
      'assessmentProcess',
      'assessment',
      'subjectKey',
      'personalRead',
    ])
  })

  it.each(categories)('$name has a name without hyphen, a path of its own and titles', (category) => {
    expect(category.name).toMatch(/^[a-z][a-zA-Z]+$/)
    expect(category.path).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(categories.filter((other) => other.path === category.path)).toHaveLength(1)
    expect(category.title.zh).toMatch(chinese)
    expect(category.title.en).not.toBe('')
    expect(findCategory(category.name)).toBe(category)
  })

  it.each([...events, ...commands])('$category.name $type says what it is and what it rests on', (entry) => {
    const { definition, type } = entry
    expect(type).toMatch(/^([A-Z][a-z0-9]+)+$/)
    expect(definition.title.zh).toMatch(chinese)
    expect(definition.title.en).toMatch(/^[A-Z]/)
    expect(definition.legalBasis.length).toBeGreaterThan(0)
    for (const basis of definition.legalBasis) expect(citeLaw(basis).zh).toMatch(chinese)
  })

  it.each(events)(
    '$type is a type of one category only, and has a version',
    ({ type, category, definition }) => {
      expect(events.filter((event) => event.type === type)).toHaveLength(1)
      expect(findEvent(type)?.category).toBe(category)
      expect(definition.schemaVersion).toBeGreaterThanOrEqual(1)
    },
  )

  it('opens to the public only what is named here', () => {
    const open = events.filter(({ type }) => visibilityOf(type) === 'public').map(({ type }) => type)
    expect(open).toEqual([
      'InstitutionRegistered',
      'InstitutionDetailsCorrected',
      'InstitutionSuspended',
      'InstitutionResumed',
      'InstitutionWithdrew',
      'InstitutionRemoved',
      'InstitutionBanned',
      'GradeChanged',
      'GradePublished',
      'RulebookDrafted',
      'RulebookAdopted',
      'RulebookRetired',
      'ProcessDrafted',
      'ProcessAdopted',
      'ProcessRetired',
    ])
  })

  it.each(events.filter(({ type }) => visibilityOf(type) === 'public'))(
    '$type shows the public no person and no free text of an officer',
    ({ category, definition }) => {
      const shown = Object.entries(definition.data.shape).filter(
        ([key]) => !definition.withheld.includes(key),
      )
      for (const [key, field] of shown) {
        const schema = JSON.stringify(z.toJSONSchema(field as z.ZodType, { unrepresentable: 'any' }))
        expect(schema, key).not.toContain('"sealed"')
        // What is adopted as law says in public why it ends.
        if (!['rulebook', 'assessmentProcess'].includes(category.name)) expect(key).not.toBe('reason')
      }
    },
  )

  it('hides what it does not know', () => {
    expect(visibilityOf('SomethingElse')).toBe('operations')
  })

  it.each(categories)('$name has one route for each command', (category) => {
    const paths = Object.keys(category.commands).map((type) => commandPath(category, type))
    expect(new Set(paths).size).toBe(paths.length)
    for (const path of paths) expect(path).toMatch(/^[a-z]+(-[a-z]+)*$/)
  })

  it.each(commands.filter(({ definition, category }) => definition.opens && !placeless.has(category.name)))(
    '$type begins a stream and says in which division',
    ({ definition }) => {
      expect(Object.keys(definition.data.shape)).toContain('division')
    },
  )

  it.each([...events, ...commands])(
    '$category.name $type can be described by JSON Schema',
    ({ definition }) => {
      for (const io of ['input', 'output'] as const) {
        expect(z.toJSONSchema(definition.data, { io })).toMatchObject({
          type: 'object',
          additionalProperties: false,
        })
      }
    },
  )

  it.each([...events, ...commands])(
    '$category.name $type survives being written and read',
    ({ definition }) => {
      fc.assert(
        fc.property(arbitraryInput(definition.data), (input) => {
          const data = definition.data.parse(input)
          const read = JSON.parse(JSON.stringify(data))
          expect(read).toEqual(data)
          expect(definition.data.parse(read)).toEqual(data)
        }),
        { numRuns: 40 },
      )
    },
  )
})
