import { describe, expect, it } from 'vitest'
import { type CaseLog, caseLogOf } from './case-log.ts'
import { type OcelEvent, type OcelObject, ocelText } from './ocel.ts'
import { publishedSchema } from './published.test-kit.ts'
import { assessmentId, ids, institution, lead, reportNumber, sampleEvents } from './sample.test-kit.ts'
import { trailOf } from './trail.ts'
import { faultsBy } from './validators.test-kit.ts'

type Declared = { readonly name: string; readonly attributes: readonly { name: string; type: string }[] }
type Ocel = {
  readonly objectTypes: readonly Declared[]
  readonly eventTypes: readonly Declared[]
  readonly objects: readonly OcelObject[]
  readonly events: readonly OcelEvent[]
}

function sample(): CaseLog {
  const log = caseLogOf(sampleEvents())
  if (!log) throw new Error('the sample has events')
  return log
}

/** Another assessment of the same institution, at its beginning. */
function begun(id: string): CaseLog {
  const events = sampleEvents().slice(0, 3)
  const log = caseLogOf(events.map((event) => ({ ...event, streamId: id, stream: `assessment-${id}` })))
  if (!log) throw new Error('the sample has events')
  return log
}

async function ocelOf(...cases: CaseLog[]): Promise<Ocel> {
  let text = ''
  async function* all() {
    yield* cases
  }
  for await (const piece of ocelText(all)) text += piece
  return JSON.parse(text)
}

/** What the specification says of the JSON form: four lists, names, types of attributes, qualified relations. */
const attributeTypes = ['string', 'time', 'integer', 'float', 'boolean']
const text = { type: 'string' }
const moment = { type: 'string', format: 'date-time' }
const listOf = (required: readonly string[], properties: object) => ({
  type: 'array',
  items: { type: 'object', required, properties, additionalProperties: false },
})
const relations = listOf(['objectId', 'qualifier'], { objectId: text, qualifier: text })
const declarations = listOf(['name', 'attributes'], {
  name: text,
  attributes: listOf(['name', 'type'], { name: text, type: { enum: attributeTypes } }),
})
const fromTheSpecification = {
  type: 'object',
  required: ['eventTypes', 'objectTypes', 'events', 'objects'],
  additionalProperties: false,
  properties: {
    eventTypes: declarations,
    objectTypes: declarations,
    events: listOf(['id', 'type', 'time'], {
      ...{ id: text, type: text, time: moment, relationships: relations },
      attributes: listOf(['name', 'value'], { name: text, value: text }),
    }),
    objects: listOf(['id', 'type'], {
      ...{ id: text, type: text, relationships: relations },
      attributes: listOf(['name', 'value', 'time'], { name: text, value: text, time: moment }),
    }),
  },
}

const isNoSentence = ({ objectId }: { readonly objectId: string }) => !objectId.startsWith('sentence:')

describe('OCEL 2.0', () => {
  it('holds against a schema of the specification’s facts', async () => {
    expect(faultsBy(fromTheSpecification, await ocelOf(sample()))).toBeNull()
    const { events, ...headless } = await ocelOf(sample())
    expect(faultsBy(fromTheSpecification, headless)).not.toBeNull()
    expect(
      faultsBy(fromTheSpecification, { ...headless, events: [{ ...events[0], time: 'once' }] }),
    ).not.toBeNull()
  })

  it('holds against the published schema, where it is at hand', async () => {
    const published = publishedSchema('ocel')
    if (published === null) return
    expect(faultsBy(published, await ocelOf(sample()))).toBeNull()
  })

  it('names only what is there: every type, attribute and object is declared, once', async () => {
    const { objectTypes, eventTypes, objects, events } = await ocelOf(
      sample(),
      begun('01JD00000000000000000000A2'),
    )
    const known = new Set(objects.map(({ id }) => id))
    expect(known.size).toBe(objects.length)
    for (const [types, things] of [
      [eventTypes, events],
      [objectTypes, objects],
    ] as const) {
      expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
      for (const { type, attributes, relationships } of things) {
        const declared = types.find(({ name }) => name === type)?.attributes.map(({ name }) => name)
        for (const { name } of attributes) expect(declared).toContain(name)
        for (const { objectId } of relationships) expect(known).toContain(objectId)
      }
    }
    expect(objects.filter(({ type }) => type === 'institution')).toHaveLength(1)
  })

  it('is read back equal: each event with its data, its times and the things it is about', async () => {
    const log = sample()
    const { events } = await ocelOf(log)
    const read = events.map(({ id, type, time, attributes, relationships }) => {
      const by = (name: string) => attributes.find((each) => each.name === name)?.value ?? null
      const words = (name: string) => by(name)?.split(' ') ?? []
      return {
        ...{ id, type, effectiveAt: time, recordedAt: by('ledger:recordedAt') },
        ...{ kind: by('ledger:step'), activity: by('ledger:activity'), transition: by('ledger:transition') },
        ...{ stage: by('ledger:stage'), member: by('ledger:member'), refusal: by('ledger:refusal') },
        ...{ revision: Number(by('ledger:revision')), actor: by('ledger:actor') },
        ...{
          actorRole: by('ledger:actorRole'),
          reliedOn: words('ledger:reliedOn'),
          marks: words('ledger:marks'),
        },
        related: relationships.filter(isNoSentence).map(({ objectId, qualifier }) => ({
          type: objectId.slice(0, objectId.indexOf(':')),
          id: objectId.slice(objectId.indexOf(':') + 1),
          qualifier,
        })),
        attributes: Object.fromEntries(
          attributes
            .filter(({ name }) => !name.startsWith('ledger:'))
            .map(({ name, value }) => [name, value]),
        ),
      }
    })
    const written = log.events.map(({ isWork: _, sentences: __, attributes, ...event }) => ({
      ...event,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, { value }]) => [name, String(value)]),
      ),
    }))
    expect(read).toEqual(written)
  })

  it('relates reports to findings, findings to evidence, evidence to the assessment, and it to the institution', async () => {
    const { objects } = await ocelOf(sample())
    const related = (id: string) =>
      objects
        .find((each) => each.id === id)
        ?.relationships.map((each) => `${each.qualifier} ${each.objectId}`)
    expect(related(`report:${assessmentId}/${reportNumber}-1`)).toEqual(
      expect.arrayContaining([
        `states finding:${ids.right}`,
        `replaces report:${assessmentId}/${reportNumber}`,
        `belongs-to assessment:${assessmentId}`,
      ]),
    )
    expect(related(`finding:${ids.right}`)).toEqual(
      expect.arrayContaining([`rests-on evidence:${ids.gauge}`, `corrects finding:${ids.wrong}`]),
    )
    expect(related(`evidence:${ids.gauge}`)).toContain(`measured-by instrument:${institution}/PG-1`)
    expect(related(`assessment:${assessmentId}`)).toContain(`carried-out-by institution:${institution}`)
    expect(objects.find(({ id }) => id === `practitioner:${lead}`)).toBeDefined()
  })

  it('has each sentence of a report as an object, read back equal, with the findings and the evidence behind it', async () => {
    const { objects, events } = await ocelOf(sample())
    const sentences = objects.filter(({ type }) => type === 'sentence')
    const read = sentences.map(({ id, attributes, relationships }) => {
      const last = (name: string) => attributes.findLast((each) => each.name === name)?.value
      const to = (qualifier: string) =>
        relationships.filter((each) => each.qualifier === qualifier).map(({ objectId }) => objectId)
      return {
        ...{ id, section: last('section'), text: last('text'), of: to('part-of') },
        ...{ findings: to('rests-on'), evidence: to('shown-by') },
      }
    })
    const { reports } = trailOf(sampleEvents(), []) ?? { reports: [] }
    const expected = reports.flatMap((report) =>
      report.sentences.map(({ id, section, text, findings, evidence }) => ({
        ...{ id: `sentence:${assessmentId}/${report.number}/${id}`, section, text },
        of: [`report:${assessmentId}/${report.number}`],
        findings: findings.map((each) => `finding:${each}`),
        evidence: evidence.map((each) => `evidence:${each}`),
      })),
    )
    expect(expected.length).toBeGreaterThan(1)
    expect(read).toEqual(expected)
    const drafted = events.find(({ type }) => type === 'ReportDrafted')
    expect(drafted?.relationships.filter((each) => !isNoSentence(each))).not.toEqual([])
  })

  it('given the same instrument number at two institutions, tells two instruments', async () => {
    const [other, anotherId] = ['91320411MA1XYAKK2W', '01JD00000000000000000000ZZ']
    const elsewhere = caseLogOf(
      sampleEvents().map((event) => {
        const data = event.data as object
        const moved = 'institution' in data ? { ...data, institution: other } : data
        return { ...event, data: moved, streamId: anotherId, stream: `assessment-${anotherId}` }
      }),
    )
    if (!elsewhere) throw new Error('the sample has events')
    const { objects } = await ocelOf(sample(), elsewhere)
    const instruments = objects.filter(({ type }) => type === 'instrument').map(({ id }) => id)
    expect(instruments).toEqual([`instrument:${institution}/PG-1`, `instrument:${other}/PG-1`])
  })
})
