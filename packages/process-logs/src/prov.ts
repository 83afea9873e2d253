import type { Trail } from './trail-schema.ts'

/**
 * PROV-JSON (W3C member submission of 2013) of one assessment, from its trail. Evidence, findings, sentences and reports
 * are entities; visits of stages and acts of signing are activities; people and the institution are agents, by id.
 */

type Value = string | number | boolean | { readonly $: string; readonly type: string }
type Statements = Record<string, Record<string, Value>>
export type ProvDocument = { readonly prefix: Readonly<Record<string, string>> } & Readonly<
  Partial<Record<ProvRelation, Statements>>
>
export type ProvRelation =
  | 'entity'
  | 'activity'
  | 'agent'
  | 'wasGeneratedBy'
  | 'used'
  | 'wasInvalidatedBy'
  | 'wasDerivedFrom'
  | 'wasAttributedTo'
  | 'wasAssociatedWith'
  | 'actedOnBehalfOf'
  | 'hadMember'

/** `prov` and `xsd` are known to every reader. */
const prefix = { fl: 'urn:fireledger:' }

/** A qualified name; whatever may not stand in its local part is written as in an address. */
export function provName(kind: string, ...parts: readonly string[]): string {
  return `fl:${[kind, ...parts].map(escapedPart).join('/')}`
}

function escapedPart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function qualified(name: string): Value {
  return { $: name, type: 'prov:QUALIFIED_NAME' }
}

export function provOf(trail: Trail): ProvDocument {
  const graph = newGraph()
  const assessment = provName('assessment', trail.assessment)
  const institution = provName('institution', trail.institution)
  graph.add('entity', assessment, {
    'prov:type': qualified('prov:Collection'),
    'fl:process': trail.process,
    'fl:division': trail.division,
    'fl:unit': trail.unit,
    'fl:revision': trail.revision,
  })
  graph.add('agent', institution, { 'prov:type': qualified('prov:Organization') })
  addPersons(graph, trail, institution)
  addVisits(graph, trail)
  addEvidence(graph, trail)
  addFindings(graph, trail)
  addReports(graph, trail, assessment)
  return graph.document()
}

type Graph = ReturnType<typeof newGraph>

function newGraph() {
  const parts: Partial<Record<ProvRelation, Statements>> = {}
  let relations = 0
  const put = (relation: ProvRelation, id: string, attributes: Record<string, Value>) => {
    parts[relation] ??= {}
    parts[relation][id] = attributes
  }
  return {
    add: put,
    /** Relations need no name of their own; these are blank. */
    relate(relation: ProvRelation, attributes: Record<string, Value>) {
      put(relation, `_:r${relations++}`, attributes)
    },
    document: (): ProvDocument => ({ prefix, ...parts }),
  }
}

function addPersons(graph: Graph, { persons }: Trail, institution: string): void {
  for (const { id, roles } of persons) {
    const person = provName('person', id)
    const held = roles.length === 0 ? {} : { 'fl:roles': roles.join(' ') }
    graph.add('agent', person, { 'prov:type': qualified('prov:Person'), ...held })
    if (roles.length > 0)
      graph.relate('actedOnBehalfOf', { 'prov:delegate': person, 'prov:responsible': institution })
  }
}

function visitName(trail: Trail, number: number): string {
  return provName('visit', trail.assessment, String(number))
}

function addVisits(graph: Graph, trail: Trail): void {
  for (const { number, stage, enteredAt, leftAt, outcome, member } of trail.visits) {
    const name = visitName(trail, number)
    graph.add('activity', name, {
      'prov:startTime': enteredAt,
      ...(leftAt === null ? {} : { 'prov:endTime': leftAt }),
      'prov:type': qualified('fl:StageVisit'),
      'fl:stage': stage,
      ...(outcome === null ? {} : { 'fl:outcome': outcome }),
    })
    if (member !== null) {
      graph.relate('wasAssociatedWith', { 'prov:activity': name, 'prov:agent': provName('person', member) })
    }
  }
}

/** The visit during which the event was recorded: the last one entered by then. */
function visitDuring(trail: Trail, revision: number): string | null {
  const visit = trail.visits.findLast(({ enteredBy }) => enteredBy < revision)
  return visit ? visitName(trail, visit.number) : null
}

function addEvidence(graph: Graph, trail: Trail): void {
  for (const each of trail.evidence) {
    const name = provName('evidence', each.id)
    graph.add('entity', name, {
      'prov:type': qualified('fl:Evidence'),
      'fl:kind': each.kind,
      'fl:stage': each.stage,
      'fl:sha256': each.sha256,
      ...(each.place === null ? {} : { 'prov:location': each.place }),
    })
    const visit = visitDuring(trail, each.revision)
    graph.relate('wasGeneratedBy', {
      'prov:entity': name,
      ...(visit === null ? {} : { 'prov:activity': visit }),
      'prov:time': each.takenAt,
    })
    graph.relate('wasAttributedTo', { 'prov:entity': name, 'prov:agent': provName('person', each.member) })
    if (each.instrument === null) continue
    const instrument = provName('instrument', trail.institution, each.instrument)
    graph.add('entity', instrument, { 'prov:type': qualified('fl:Instrument') })
    graph.relate('wasDerivedFrom', {
      'prov:generatedEntity': name,
      'prov:usedEntity': instrument,
      'prov:type': qualified('fl:Measurement'),
    })
  }
}

function addFindings(graph: Graph, trail: Trail): void {
  for (const each of trail.findings) {
    const name = provName('finding', each.id)
    graph.add('entity', name, {
      'prov:type': qualified('fl:Finding'),
      'fl:item': each.item,
      'fl:class': each.class,
      'fl:conforms': each.conforms,
    })
    graph.relate('wasAttributedTo', { 'prov:entity': name, 'prov:agent': provName('person', each.member) })
    for (const evidence of each.evidence) derive(graph, name, provName('evidence', evidence))
    if (each.supersedes !== null) derive(graph, name, provName('finding', each.supersedes), 'prov:Revision')
  }
}

function derive(graph: Graph, generated: string, used: string, type?: string): void {
  graph.relate('wasDerivedFrom', {
    'prov:generatedEntity': generated,
    'prov:usedEntity': used,
    ...(type === undefined ? {} : { 'prov:type': qualified(type) }),
  })
}

function addReports(graph: Graph, trail: Trail, assessment: string): void {
  for (const report of trail.reports) {
    const name = provName('report', trail.assessment, report.number)
    graph.add('entity', name, {
      'prov:type': qualified('prov:Collection'),
      'fl:number': report.number,
      'fl:status': report.status,
      'fl:sha256': report.sha256,
    })
    graph.relate('hadMember', { 'prov:collection': assessment, 'prov:entity': name })
    if (report.replaces !== null)
      derive(graph, name, provName('report', trail.assessment, report.replaces), 'prov:Revision')
    for (const signature of report.signatures) addSignature(graph, trail, name, signature)
    if (report.voided) {
      const { at, member, reason, revision } = report.voided
      const act = addAct(graph, trail, { act: 'void', member, at, revision })
      graph.relate('wasInvalidatedBy', {
        'prov:entity': name,
        'prov:activity': act,
        'prov:time': at,
        'fl:reason': reason,
      })
    }
    for (const sentence of report.sentences) {
      const part = provName('sentence', trail.assessment, report.number, sentence.id)
      graph.add('entity', part, {
        'prov:type': qualified('fl:Sentence'),
        'fl:section': sentence.section,
        'prov:value': sentence.text,
      })
      graph.relate('hadMember', { 'prov:collection': name, 'prov:entity': part })
      for (const finding of sentence.findings) derive(graph, part, provName('finding', finding))
    }
  }
}

type Act = {
  readonly act: string
  readonly member: string
  readonly at: string
  readonly revision: number
}

/** What one person did at one moment, by the event that says so. */
function addAct(graph: Graph, trail: Trail, { act, member, at, revision }: Act, more = {}): string {
  // A revision drafts one report and makes another void: two acts of one event.
  const name = provName('act', trail.assessment, String(revision), ...(act === 'void' ? [act] : []))
  graph.add('activity', name, {
    'prov:startTime': at,
    'prov:endTime': at,
    'prov:type': qualified(`fl:${act}`),
    ...more,
  })
  graph.relate('wasAssociatedWith', {
    'prov:activity': name,
    'prov:agent': provName('person', member),
    'prov:role': act,
  })
  return name
}

function addSignature(
  graph: Graph,
  trail: Trail,
  report: string,
  signature: Trail['reports'][number]['signatures'][number],
): void {
  const { act, at, stands } = signature
  const name = addAct(graph, trail, signature, { 'fl:stands': stands })
  if (act === 'draft')
    graph.relate('wasGeneratedBy', { 'prov:entity': report, 'prov:activity': name, 'prov:time': at })
  else graph.relate('used', { 'prov:activity': name, 'prov:entity': report, 'prov:time': at })
}

/**
 * Many assessments in one document, each a bundle of its own under its name, written as they are read.
 * @returns text in pieces
 */
export async function* provText(trails: AsyncIterable<Trail>): AsyncGenerator<string> {
  yield `{"prefix":${JSON.stringify(prefix)},"bundle":{`
  let separator = '\n'
  for await (const trail of trails) {
    const name = provName('trail', trail.assessment)
    yield `${separator}${JSON.stringify(name)}:${JSON.stringify(provOf(trail))}`
    separator = ',\n'
  }
  yield '\n}}\n'
}
