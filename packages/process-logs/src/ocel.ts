import type { Attribute, CaseEvent, CaseLog, ObjectType, Related } from './case-log.ts'

/**
 * OCEL 2.0 as JSON: events and the things they are about, with qualified relations. The cases are gone through twice,
 * first for the objects and then for the events, so that what is in memory at a time is one case and the ids of what
 * cases share. Values are written as text, as the published schema has them; their types are declared.
 */

export type OcelType = 'string' | 'time' | 'float' | 'boolean'
type Declared = { readonly name: string; readonly attributes: readonly { name: string; type: OcelType }[] }
type Relationship = { readonly objectId: string; readonly qualifier: string }

export type OcelObject = {
  readonly id: string
  readonly type: ObjectType
  readonly attributes: readonly { readonly name: string; readonly time: string; readonly value: string }[]
  readonly relationships: readonly Relationship[]
}

export type OcelEvent = {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
  readonly relationships: readonly Relationship[]
}

/** Text in pieces. `cases` is called twice and must give the same cases both times. */
export async function* ocelText(cases: () => AsyncIterable<CaseLog>): AsyncGenerator<string> {
  const shared = new Set<string>()
  const objectTypes = new Map<string, Map<string, OcelType>>()
  const eventTypes = new Map<string, Map<string, OcelType>>()
  yield '{"objects":['
  let separator = '\n'
  for await (const log of cases()) {
    for (const event of log.events) declareEvent(eventTypes, event)
    for (const object of objectsOf(log, shared)) {
      declareObject(objectTypes, object)
      yield separator + JSON.stringify(object)
      separator = ',\n'
    }
  }
  yield `\n],\n"objectTypes":${JSON.stringify(declared(objectTypes))},\n`
  yield `"eventTypes":${JSON.stringify(declared(eventTypes))},\n"events":[`
  separator = '\n'
  for await (const log of cases()) {
    for (const event of log.events) {
      yield separator + JSON.stringify(ocelEvent(event))
      separator = ',\n'
    }
  }
  yield '\n]}\n'
}

/** Names are unique over all types: two things of different types may have the same id of their own. */
function ocelId(type: string, id: string): string {
  return `${type}:${id}`
}

const typeOf = { text: 'string', number: 'float', truth: 'boolean', moment: 'time' } as const

/** Beside the event's own data, what every event has. */
const common: readonly (readonly [string, (event: CaseEvent) => Attribute | null])[] = [
  ['ledger:activity', (event) => text(event.activity)],
  ['ledger:step', (event) => text(event.kind)],
  ['ledger:transition', (event) => text(event.transition)],
  ['ledger:stage', (event) => maybeText(event.stage)],
  ['ledger:member', (event) => maybeText(event.member)],
  ['ledger:revision', (event) => ({ type: 'number', value: event.revision })],
  ['ledger:recordedAt', (event) => ({ type: 'moment', value: event.recordedAt })],
  ['ledger:actor', (event) => text(event.actor)],
  ['ledger:actorRole', (event) => text(event.actorRole)],
  ['ledger:refusal', (event) => maybeText(event.refusal)],
  ['ledger:reliedOn', (event) => listText(event.reliedOn)],
  ['ledger:marks', (event) => listText(event.marks)],
]

function text(value: string): Attribute {
  return { type: 'text', value }
}

function maybeText(value: string | null): Attribute | null {
  return value === null ? null : text(value)
}

function listText(values: readonly string[]): Attribute | null {
  return values.length === 0 ? null : text(values.join(' '))
}

function attributesOf(event: CaseEvent): [string, Attribute][] {
  const own = common.flatMap(([name, read]): [string, Attribute][] => {
    const value = read(event)
    return value === null ? [] : [[name, value]]
  })
  return [...own, ...Object.entries(event.attributes)]
}

function ocelEvent(event: CaseEvent): OcelEvent {
  return {
    id: event.id,
    type: event.type,
    time: event.effectiveAt,
    attributes: attributesOf(event).map(([name, { value }]) => ({ name, value: String(value) })),
    relationships: [...event.related, ...sentencesOf(event).map(({ object }) => object)].map(
      ({ type, id, qualifier }) => ({ objectId: ocelId(type, id), qualifier }),
    ),
  }
}

/** The sentences that the event states, each as a thing of its own: numbered within their report. */
function sentencesOf(event: CaseEvent) {
  const report = event.related.find(({ type, qualifier }) => type === 'report' && qualifier === 'about')
  return event.sentences.map((sentence) => ({
    sentence,
    report,
    object: { type: 'sentence' as const, id: `${report?.id}/${sentence.id}`, qualifier: 'states' },
  }))
}

function declareEvent(types: Map<string, Map<string, OcelType>>, event: CaseEvent): void {
  const known = types.get(event.type) ?? new Map<string, OcelType>()
  types.set(event.type, known)
  // The same field may be a number in one event and a text in another: then it is a text.
  for (const [name, { type }] of attributesOf(event)) {
    const found = known.get(name)
    known.set(name, found === undefined || found === typeOf[type] ? typeOf[type] : 'string')
  }
}

function declareObject(types: Map<string, Map<string, OcelType>>, { type, attributes }: OcelObject): void {
  const known = types.get(type) ?? new Map<string, OcelType>()
  types.set(type, known)
  for (const { name } of attributes) known.set(name, 'string')
}

function declared(types: ReadonlyMap<string, ReadonlyMap<string, OcelType>>): Declared[] {
  return [...types].map(([name, attributes]) => ({
    name,
    attributes: [...attributes].map(([attribute, type]) => ({ name: attribute, type })),
  }))
}

/** What an event tells of the thing that it records or changes, as attributes that hold from its time on. */
const told: Readonly<Record<string, readonly string[]>> = {
  evidence: ['kind', 'sha256', 'takenAt', 'place', 'title', 'heldElsewhere.holder', 'heldElsewhere.place'],
  finding: ['item', 'class', 'conforms', 'score.earned', 'score.full'],
  report: ['sha256', 'reason'],
}

/** The case, what belongs to it, and whatever it is the first to name of what cases share. */
function objectsOf(log: CaseLog, shared: Set<string>): OcelObject[] {
  const objects = new Map<string, Mutable>()
  const objectOf = ({ type, id }: Pick<Related, 'type' | 'id'>): Mutable => {
    const key = ocelId(type, id)
    const found = objects.get(key) ?? { id: key, type, attributes: [], relationships: [] }
    objects.set(key, found)
    return found
  }
  const itself = objectOf({ type: log.kind, id: log.id })
  const since = log.events[0]?.effectiveAt ?? ''
  itself.attributes.push(
    { name: 'process', time: since, value: log.process },
    { name: 'division', time: since, value: log.division },
  )
  const relate = (from: Mutable, to: Pick<Related, 'type' | 'id'>, qualifier: string) => {
    const objectId = objectOf(to).id
    const known = from.relationships.some(
      (each) => each.objectId === objectId && each.qualifier === qualifier,
    )
    if (!known && objectId !== from.id) from.relationships.push({ objectId, qualifier })
  }
  if (log.institution !== null) relate(itself, { type: 'institution', id: log.institution }, 'carried-out-by')
  if (log.unit !== null) relate(itself, { type: 'unit', id: log.unit }, 'of')
  const evidenceOf = new Map<string, readonly Related[]>()
  for (const event of log.events) {
    for (const thing of event.related) objectOf(thing)
    for (const { sentence, report, object } of sentencesOf(event)) {
      const time = event.effectiveAt
      const stated = objectOf(object)
      stated.attributes.push(
        { name: 'section', time, value: sentence.section },
        { name: 'text', time, value: sentence.text },
      )
      if (report) relate(stated, report, 'part-of')
      for (const id of sentence.findings) {
        relate(stated, { type: 'finding', id }, 'rests-on')
        for (const evidence of evidenceOf.get(id) ?? []) relate(stated, evidence, 'shown-by')
      }
    }
    const main = event.related.find(({ qualifier }) => qualifier === 'records' || qualifier === 'about')
    if (!main) continue
    const object = objectOf(main)
    if (main.type === 'finding') {
      const shown = event.related.filter(({ type }) => type === 'evidence')
      evidenceOf.set(main.id, shown)
    }
    relate(object, { type: log.kind, id: log.id }, 'belongs-to')
    const time = event.effectiveAt
    for (const name of told[main.type] ?? []) {
      const value = event.attributes[name]
      if (value) object.attributes.push({ name, time, value: String(value.value) })
    }
    if (main.type === 'report') object.attributes.push({ name: 'lastStep', time, value: event.activity })
    for (const thing of event.related) {
      if (thing !== main && thing.qualifier !== 'case') relate(object, thing, thing.qualifier)
    }
  }
  return [...objects.values()].filter(({ id, type }) => {
    if (!isShared.has(type)) return true
    if (shared.has(id)) return false
    shared.add(id)
    return true
  })
}

type Mutable = {
  readonly id: string
  readonly type: ObjectType
  readonly attributes: { name: string; time: string; value: string }[]
  readonly relationships: Relationship[]
}

const isShared: ReadonlySet<ObjectType> = new Set([
  'institution',
  'unit',
  'practitioner',
  'person',
  'instrument',
])
