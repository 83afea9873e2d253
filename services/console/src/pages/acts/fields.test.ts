import { describe, expect, it } from 'vitest'
import { emptyGroup, fieldsOf, missingIn } from './fields.ts'

const respondent = {
  oneOf: ['institution', 'unit'].map((kind) => ({
    type: 'object',
    properties: { kind: { type: 'string', const: kind }, id: { type: 'string' } },
    required: ['kind', 'id'],
  })),
}
const schema = {
  type: 'object',
  required: ['name', 'on', 'lines', 'until'],
  properties: {
    name: { type: 'string', description: 'of the institution' },
    on: { type: 'string', format: 'date' },
    until: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
    phone: { type: 'string' },
    type: { type: 'string', enum: ['maintenance', 'assessment'] },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['respondent'],
        properties: { respondent, fineFen: { type: 'integer' }, place: { type: ['string', 'null'] } },
      },
    },
  },
}

describe('the fields of a form', () => {
  const fields = fieldsOf(schema)
  const field = (name: string) => fields.find((each) => each.name === name)

  it('are those of the schema, with what each may hold', () => {
    expect(field('name')).toMatchObject({
      required: true,
      nullable: false,
      description: 'of the institution',
    })
    expect(field('on')?.shape).toEqual({ kind: 'day' })
    expect(field('until')).toMatchObject({ required: true, nullable: true, shape: { kind: 'day' } })
    expect(field('type')).toMatchObject({
      required: false,
      shape: { options: ['maintenance', 'assessment'] },
    })
  })

  it('hold groups in lists, and variants by their tag', () => {
    const shape = field('lines')?.shape
    if (shape?.kind !== 'list' || shape.item.shape.kind !== 'group') throw new Error('no list of groups')
    const [who, , place] = shape.item.shape.fields
    expect(who?.shape).toMatchObject({ kind: 'variants', tag: 'kind' })
    expect(who?.shape.kind === 'variants' && Object.keys(who.shape.groups)).toEqual(['institution', 'unit'])
    expect(place).toMatchObject({ nullable: true, shape: { kind: 'text' } })
  })

  it('are empty at first: null where that is allowed, left out where they may be', () => {
    expect(emptyGroup(fields)).toEqual({
      name: undefined,
      on: undefined,
      until: null,
      phone: undefined,
      type: undefined,
      lines: [],
    })
  })

  it('name what is missing by its place, also within lists and variants', () => {
    const value = { name: '', on: '2025-01-01', until: null, lines: [{ respondent: { kind: 'unit' } }] }
    expect(missingIn(fields, value, '/data')).toEqual(['/data/name', '/data/lines/0/respondent/id'])
  })
})
