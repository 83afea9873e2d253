import { describe, expect, it } from 'vitest'
import { type ProvDocument, provName, provOf, provText } from './prov.ts'
import { publishedSchema } from './published.test-kit.ts'
import { assessmentId, engineer, ids, institution, reportNumber, sampleEvents } from './sample.test-kit.ts'
import { trailOf } from './trail.ts'
import { faultsBy } from './validators.test-kit.ts'

function sample(): { trail: NonNullable<ReturnType<typeof trailOf>>; document: ProvDocument } {
  const trail = trailOf(sampleEvents(), [])
  if (!trail) throw new Error('the sample has begun')
  return { trail, document: JSON.parse(JSON.stringify(provOf(trail))) }
}

/** What the submission says of the JSON form: maps of statements by id, and which ends each relation must name. */
const literal = {
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    {
      type: 'object',
      required: ['$'],
      properties: {
        $: { type: ['string', 'number', 'boolean'] },
        type: { type: 'string' },
        lang: { type: 'string' },
      },
      additionalProperties: false,
    },
  ],
}
const name = { type: 'string', pattern: '^(_|[A-Za-z][\\w-]*):\\S+$' }
const moment = { type: 'string', format: 'date-time' }
const statements = (required: readonly string[], properties: object) => ({
  type: 'object',
  propertyNames: name,
  additionalProperties: { type: 'object', required, properties, additionalProperties: literal },
})
const ends: Readonly<Record<string, readonly string[]>> = {
  wasGeneratedBy: ['prov:entity'],
  used: ['prov:activity'],
  wasInvalidatedBy: ['prov:entity'],
  wasDerivedFrom: ['prov:generatedEntity', 'prov:usedEntity'],
  wasAttributedTo: ['prov:entity', 'prov:agent'],
  wasAssociatedWith: ['prov:activity'],
  actedOnBehalfOf: ['prov:delegate', 'prov:responsible'],
  hadMember: ['prov:collection', 'prov:entity'],
}
const named = [
  'entity',
  'activity',
  'agent',
  'generatedEntity',
  'usedEntity',
  'delegate',
  'responsible',
  'collection',
]
const endNames = Object.fromEntries(named.map((end) => [`prov:${end}`, name]))
const fromTheSubmission = {
  type: 'object',
  additionalProperties: false,
  properties: {
    prefix: { type: 'object', additionalProperties: { type: 'string', format: 'uri' } },
    entity: statements([], {}),
    agent: statements([], {}),
    activity: statements([], { 'prov:startTime': moment, 'prov:endTime': moment }),
    ...Object.fromEntries(
      Object.entries(ends).map(([relation, must]) => [
        relation,
        statements(must, { ...endNames, 'prov:time': moment }),
      ]),
    ),
  },
}

type Statement = Readonly<Record<string, string>>

function relations(document: ProvDocument, relation: keyof ProvDocument): Statement[] {
  return Object.values(document[relation] ?? {}) as unknown as Statement[]
}

describe('PROV-JSON', () => {
  it('holds against a schema of the submission’s facts', () => {
    const { document } = sample()
    expect(faultsBy(fromTheSubmission, document)).toBeNull()
    expect(faultsBy(fromTheSubmission, { ...document, wasAttributedTo: { '_:r1': {} } })).not.toBeNull()
    expect(faultsBy(fromTheSubmission, { ...document, happened: {} })).not.toBeNull()
  })

  it('holds against the published schema, where it is at hand', () => {
    const published = publishedSchema('prov')
    if (published) expect(faultsBy(published, sample().document)).toBeNull()
  })

  it('relates only what it declares', () => {
    const { document } = sample()
    const declared = new Set(
      [document.entity, document.activity, document.agent].flatMap((map) => Object.keys(map ?? {})),
    )
    for (const [relation, must] of Object.entries(ends)) {
      for (const statement of relations(document, relation as keyof ProvDocument)) {
        for (const end of must) expect(declared).toContain(statement[end])
      }
    }
  })

  it('is read back equal: who recorded what, what rests on what, what replaced what', () => {
    const { trail, document } = sample()
    const derived = new Set(
      relations(document, 'wasDerivedFrom').map(
        (each) => `${each['prov:generatedEntity']} < ${each['prov:usedEntity']}`,
      ),
    )
    const expected = [
      ...trail.findings.flatMap(({ id, evidence, supersedes }) => [
        ...evidence.map((each) => [provName('finding', id), provName('evidence', each)]),
        ...(supersedes === null ? [] : [[provName('finding', id), provName('finding', supersedes)]]),
      ]),
      ...trail.evidence.flatMap(({ id, instrument }) =>
        instrument === null
          ? []
          : [[provName('evidence', id), provName('instrument', institution, instrument)]],
      ),
      ...trail.reports.flatMap(({ number, replaces, sentences }) => [
        ...sentences.flatMap((sentence) =>
          sentence.findings.map((finding) => [
            provName('sentence', assessmentId, number, sentence.id),
            provName('finding', finding),
          ]),
        ),
        ...(replaces === null
          ? []
          : [[provName('report', assessmentId, number), provName('report', assessmentId, replaces)]]),
      ]),
    ]
    expect(derived).toEqual(new Set(expected.map(([generated, used]) => `${generated} < ${used}`)))
    const attributed = relations(document, 'wasAttributedTo').map((each) => [
      each['prov:entity'],
      each['prov:agent'],
    ])
    const recorded = [...trail.evidence, ...trail.findings].map(({ member }) => provName('person', member))
    expect(attributed.map(([, agent]) => agent)).toEqual(recorded)
  })

  it('says when and where evidence came to be, who signed, and what became void', () => {
    const { document } = sample()
    const report = provName('report', assessmentId, reportNumber)
    expect(report).toMatch(/^fl:report\/[\w%/.-]+$/)
    expect(document.entity?.[provName('evidence', ids.photo)]).toMatchObject({
      'prov:location': '一层大厅\n东侧',
    })
    expect(relations(document, 'wasGeneratedBy')).toContainEqual({
      'prov:entity': provName('evidence', ids.gauge),
      'prov:activity': provName('visit', assessmentId, '2'),
      'prov:time': '2026-03-05T01:00:00.000Z',
    })
    expect(relations(document, 'wasInvalidatedBy')).toMatchObject([
      { 'prov:entity': report, 'prov:time': '2026-03-12T02:00:00.000Z' },
    ])
    const [voiding] = relations(document, 'wasInvalidatedBy')
    const by = relations(document, 'wasAssociatedWith').find(
      (each) => each['prov:activity'] === voiding?.['prov:activity'],
    )
    expect(by).toMatchObject({ 'prov:agent': provName('person', 'person-legal'), 'prov:role': 'void' })
    expect(relations(document, 'wasAssociatedWith')).toContainEqual(
      expect.objectContaining({ 'prov:agent': provName('person', engineer), 'prov:role': 'draft' }),
    )
  })

  it('has many assessments in one document, each a bundle that equals its own document', async () => {
    const { trail, document } = sample()
    const other = { ...trail, assessment: '01JD00000000000000000000ZZ' }
    async function* trails() {
      yield trail
      yield other
    }
    let text = ''
    for await (const piece of provText(trails())) text += piece
    const { bundle, ...rest } = JSON.parse(text)
    expect(rest).toEqual({ prefix: document.prefix })
    expect(bundle).toEqual({
      [provName('trail', assessmentId)]: document,
      [provName('trail', other.assessment)]: JSON.parse(JSON.stringify(provOf(other))),
    })
    for (const each of Object.values(bundle)) expect(faultsBy(fromTheSubmission, each)).toBeNull()
    const published = publishedSchema('prov')
    if (published) expect(faultsBy(published, { ...rest, bundle })).toBeNull()
  })
})
