import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { type Attribute, type CaseEvent, type CaseLog, caseLogOf, personType } from './case-log.ts'
import { publishedText } from './published.test-kit.ts'
import { sampleEvents } from './sample.test-kit.ts'
import { xesText } from './xes.ts'
import { ownKeys, xesExtensionText } from './xes-extension.ts'
import { xesStructure } from './xes-structure.test-kit.ts'
import { xmlFaultsBy } from './xml-validator.test-kit.ts'

async function textOf(...cases: CaseLog[]): Promise<string> {
  let text = ''
  async function* all() {
    yield* cases
  }
  for await (const piece of xesText(all())) text += piece
  return text
}

function sample(change: Partial<CaseLog> = {}): CaseLog {
  const log = caseLogOf(sampleEvents())
  if (!log) throw new Error('the sample has events')
  return { ...log, ...change }
}

// ——— a reader by another hand's parser ———

type Element = {
  readonly key: string
  readonly value: string
  readonly name: string
  readonly inner: Element[]
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
})
type Node = Readonly<Record<string, unknown>>

function children(node: Node, name: string): Node[] {
  return node[name] as Node[]
}

function elementsOf(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@') ?? ''
    const attributes = (node[':@'] ?? {}) as Record<string, string>
    if (attributes.key === undefined) return []
    return [
      { name, key: attributes.key, value: attributes.value ?? '', inner: elementsOf(children(node, name)) },
    ]
  })
}

const typeOf: Readonly<Record<string, Attribute['type']>> = {
  string: 'text',
  float: 'number',
  boolean: 'truth',
  date: 'moment',
}

function attributeOf({ name, value }: Element): Attribute {
  const type = typeOf[name] ?? 'text'
  if (type === 'number') return { type, value: Number(value) }
  if (type === 'truth') return { type, value: value === 'true' }
  return { type, value } as Attribute
}

function readEvent(nodes: readonly Node[], of: Pick<CaseLog, 'kind' | 'id'>): CaseEvent {
  const elements = elementsOf(nodes)
  const by = (key: string) => elements.find((element) => element.key === key)?.value ?? null
  const must = (key: string) => by(key) ?? ''
  const words = (key: string) => by(key)?.split(' ') ?? []
  const under = (prefix: string) => elements.filter(({ key }) => key.startsWith(`${prefix}.`))
  const activity = must('concept:name')
  const member = by('org:resource')
  const doer = member === null ? [] : [{ type: personType(member), id: member, qualifier: 'done-by' }]
  return {
    id: must('concept:instance'),
    type: must(ownKeys.type),
    revision: Number(by(ownKeys.revision)),
    kind: must(ownKeys.step) as CaseEvent['kind'],
    activity,
    transition: must('lifecycle:transition') as CaseEvent['transition'],
    isWork: ['plan', 'evidence', 'presence', 'judgement', 'report', 'archive', 'case'].includes(
      must(ownKeys.step),
    ),
    stage: by(ownKeys.stage),
    member,
    effectiveAt: must('time:timestamp'),
    recordedAt: must(ownKeys.recordedAt),
    actor: must(ownKeys.actor),
    actorRole: must(ownKeys.actorRole),
    refusal: by(ownKeys.refusal),
    reliedOn: words(ownKeys.reliedOn),
    marks: words(ownKeys.marks),
    // The trace is the case, and the resource who did it.
    related: [
      { type: of.kind, id: of.id, qualifier: 'case' },
      ...doer,
      ...under(ownKeys.related).map(({ value, inner }) => ({
        id: value,
        type: inner.find(({ key }) => key === ownKeys.objectType)
          ?.value as CaseEvent['related'][number]['type'],
        qualifier: inner.find(({ key }) => key === ownKeys.qualifier)?.value ?? '',
      })),
    ],
    sentences: under(ownKeys.sentence).map(({ value, inner }) => {
      const own = (key: string) => inner.find((each) => each.key === key)?.value
      const findings = own(ownKeys.findings)?.split(' ') ?? []
      return {
        id: own(ownKeys.sentenceId) ?? '',
        section: own(ownKeys.section) ?? '',
        text: value,
        findings,
      }
    }),
    attributes: Object.fromEntries(
      under(ownKeys.data).map((element) => [
        element.key.slice(ownKeys.data.length + 1),
        attributeOf(element),
      ]),
    ),
  }
}

function readXes(text: string): CaseLog[] {
  const log = (parser.parse(text) as Node[]).find((node) => 'log' in node) as Node
  return children(log, 'log')
    .filter((node) => 'trace' in node)
    .map((node) => {
      const nodes = children(node, 'trace')
      const by = (key: string) => elementsOf(nodes).find((element) => element.key === key)?.value ?? null
      const of = { kind: by(ownKeys.kind) as CaseLog['kind'], id: by('concept:name') ?? '' }
      return {
        ...of,
        process: by(ownKeys.process) ?? '',
        division: by(ownKeys.division) ?? '',
        institution: by(ownKeys.institution),
        unit: by(ownKeys.unit),
        events: nodes
          .filter((inner) => 'event' in inner)
          .map((inner) => readEvent(children(inner, 'event'), of)),
      }
    })
}

describe('XES', () => {
  it('is read back equal by another parser', async () => {
    const logs = [sample(), sample({ unit: null })]
    const text = await textOf(...logs)
    expect(XMLValidator.validate(text)).toBe(true)
    expect(readXes(text)).toEqual(logs)
  })

  it('is read back equal whatever people wrote', async () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{C}/u.test(text))
    await fc.assert(
      fc.asyncProperty(words, words, async (title, reason) => {
        const [event] = sample().events
        if (!event) throw new Error('the sample has events')
        const attributes = {
          'a.b': { type: 'text', value: title },
          reason: { type: 'text', value: `${reason}\n\t"'<&>` },
        } as const
        const log = sample({ events: [{ ...event, attributes }] })
        expect(readXes(await textOf(log))).toEqual([log])
      }),
    )
  })

  it('declares its extensions and what every event has', async () => {
    const text = await textOf(sample())
    for (const name of ['concept', 'time', 'lifecycle', 'org', 'identity', 'fireledger']) {
      expect(text).toContain(`prefix="${name}"`)
    }
    const log = readXes(text)[0]
    expect(log?.events.every((event) => event.activity !== '' && event.effectiveAt !== '')).toBe(true)
    const keys = [...text.matchAll(/key="fireledger:(\w+)/g)].map(([, key]) => key)
    const extension = xesExtensionText()
    expect(XMLValidator.validate(extension)).toBe(true)
    for (const key of keys) expect(extension).toContain(`key="${key}"`)
  })

  it('given an event, tells its instance as text and its id as an id, as the standard types them', async () => {
    const text = await textOf(sample())
    const [event] = sample().events
    expect(text).toContain(`<string key="concept:instance" value="${event?.id}"/>`)
    expect(text).toContain(`<id key="identity:id" value="${event?.id}"/>`)
    expect(text).not.toContain('<id key="concept:')
  })

  it('has no place for what XML cannot hold', async () => {
    const [event] = sample().events
    if (!event) throw new Error('the sample has events')
    const attributes = { text: { type: 'text', value: 'a\u0000\u0008\ud800b' } } as const
    const text = await textOf(sample({ events: [{ ...event, attributes }] }))
    expect(XMLValidator.validate(text)).toBe(true)
    expect(readXes(text)[0]?.events[0]?.attributes.text?.value).toBe('a\uFFFD\uFFFD\uFFFDb')
  })

  it('holds against a schema of the standard’s facts, to libxml2', async () => {
    const text = await textOf(sample(), sample({ unit: null }))
    expect(xmlFaultsBy(xesStructure, text)).toBeNull()
    for (const [what, wrong] of [
      ['an event outside a trace', text.replace('</log>', '<event/></log>')],
      ['an attribute after the events', text.replace('</trace>', '<string key="a" value="b"/></trace>')],
      ['an attribute without a key', text.replace(/<string key="[^"]*"/, '<string')],
      ['a date that is none', text.replace(/(<date key="time:timestamp" value=")2026/, '$1once')],
      ['an id that is none', text.replace(/(<id key="identity:id" value=")[^"]*/, '$1seven')],
      ['a log without a version', text.replace(' xes.version="1849.2016"', '')],
      ['no XML', text.replace('</log>', '')],
    ] as const) {
      expect(wrong, what).not.toBe(text)
      expect(xmlFaultsBy(xesStructure, wrong), what).not.toBeNull()
    }
  })

  it('holds against the published schema, where it is at hand', async () => {
    const published = publishedText('xes')
    if (published !== null) expect(xmlFaultsBy(published, await textOf(sample()))).toBeNull()
  })
})
