import { person, sealedPerson } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { personsIn, replacePersons } from './person-paths.ts'

const li = { subjectId: 'person-2', name: '李四' }
const stars = (schema: z.ZodType, data: unknown) => replacePersons(schema, data, () => '*')

describe('persons in data', () => {
  it.each([
    ['a field', z.strictObject({ a: person, b: z.string() }), { a: li, b: 'x' }, { a: '*', b: 'x' }],
    ['an optional field', z.strictObject({ a: person.optional() }), { a: li }, { a: '*' }],
    ['an optional field left out', z.strictObject({ a: person.optional() }), {}, {}],
    ['a nullable field', z.strictObject({ a: person.nullable() }), { a: li }, { a: '*' }],
    ['null', z.strictObject({ a: person.nullable() }), { a: null }, { a: null }],
    [
      'an array',
      z.array(z.strictObject({ who: person })),
      [{ who: li }, { who: li }],
      [{ who: '*' }, { who: '*' }],
    ],
    ['a record', z.record(z.string(), person), { a: li }, { a: '*' }],
    ['a tuple', z.tuple([z.string(), person]), ['a', li], ['a', '*']],
    ['a default', z.strictObject({ a: person.default(li) }), { a: li }, { a: '*' }],
    ['a described person', z.strictObject({ a: person.describe('the lead') }), { a: li }, { a: '*' }],
    [
      'a union of shapes',
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('person'), who: person }),
        z.strictObject({ kind: z.literal('institution'), uscc: z.string() }),
      ]),
      { kind: 'person', who: li },
      { kind: 'person', who: '*' },
    ],
    ['a union with a sealed person', z.union([sealedPerson, person]), li, '*'],
  ])('are found in %s', (_, schema, data, expected) => {
    expect(stars(schema, data)).toEqual(expected)
  })

  it('are found in a schema that refers to itself', () => {
    type Team = { lead: typeof li; parts: Team[] }
    const team: z.ZodType<Team> = z.strictObject({
      lead: person,
      parts: z.array(z.lazy(() => team)),
    }) as never
    const data = { lead: li, parts: [{ lead: li, parts: [] }] }
    expect(stars(team, data)).toEqual({ lead: '*', parts: [{ lead: '*', parts: [] }] })
    expect(personsIn(team, data)).toEqual([li, li])
  })

  it('does not touch what only looks like one', () => {
    const schema = z.strictObject({ note: z.strictObject({ subjectId: z.string(), name: z.string() }) })
    expect(stars(schema, { note: li })).toEqual({ note: li })
  })

  it('never lets a value through that fits no option', () => {
    const schema = z.union([person, z.strictObject({ uscc: z.string() })])
    expect(() => stars(schema, { name: '李四' })).toThrow(/none of the options/)
  })
})
