import type { LedgerEvent } from '@fireledger/domain'
import { canonicalText } from './canonical.ts'
import { marksOf } from './marks.ts'
import { type CaseKind, caseKinds, type Step, stepOf } from './steps.ts'

/**
 * One case as process tools see it: its attributes and its events in the order of the ledger. Every interchange format
 * is written from this and can be read back to it. Persons appear by id only.
 */

/** `text` has no other reading; `moment` is RFC 3339 in UTC. */
export type Attribute =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'truth'; readonly value: boolean }
  | { readonly type: 'moment'; readonly value: string }

export type ObjectType =
  | 'assessment'
  | 'penaltyCase'
  | 'institution'
  | 'unit'
  | 'practitioner'
  | 'person'
  | 'evidence'
  | 'finding'
  | 'report'
  | 'sentence'
  | 'instrument'

/** A thing that an event is about, and what it is to the event. */
export type Related = { readonly type: ObjectType; readonly id: string; readonly qualifier: string }

/** A sentence of the report that the event drafts or revises, and the findings on which it rests. */
export type CaseSentence = {
  readonly id: string
  readonly section: string
  readonly text: string
  readonly findings: readonly string[]
}

export type CaseEvent = Step & {
  readonly id: string
  readonly type: string
  readonly revision: number
  /** When it holds in the world, and when the ledger learnt it. */
  readonly effectiveAt: string
  readonly recordedAt: string
  /** Who entered it: an account, not a person by name. */
  readonly actor: string
  readonly actorRole: string
  /** Code of the rule that refused, when the event records an attempt. */
  readonly refusal: string | null
  /** `<stream>@<revision>`: what the decision read of other streams. */
  readonly reliedOn: readonly string[]
  /** Codes of what is odd about it: `stageMarkCodes`. */
  readonly marks: readonly string[]
  readonly related: readonly Related[]
  readonly sentences: readonly CaseSentence[]
  /** Its data as plain values, by field name in the order of the alphabet. */
  readonly attributes: Readonly<Record<string, Attribute>>
}

export type CaseLog = {
  readonly kind: CaseKind
  readonly id: string
  readonly process: string
  readonly division: string
  readonly institution: string | null
  readonly unit: string | null
  readonly events: readonly CaseEvent[]
}

/**
 * From the events of one stream, in order. Null for none.
 * @throws Error for a stream of another category, or one that does not begin with its first event
 */
export function caseLogOf(events: readonly LedgerEvent[]): CaseLog | null {
  const [first] = events
  if (!first) return null
  const kind = caseKinds.find((each) => each === first.category)
  if (!kind) throw new Error(`${first.stream} is no case`)
  const marks = marksOf(events)
  const codesOf = (at: number) => [
    ...new Set(marks.filter(({ revision }) => revision === at).map(({ code }) => code)),
  ]
  const opening = openingOf(kind, first)
  return { ...opening, events: events.map((event) => caseEventOf(opening, event, codesOf(event.revision))) }
}

type Fields = Readonly<Record<string, unknown>>

type Opening = Omit<CaseLog, 'events'>

function openingOf(kind: CaseKind, { type, data, streamId, metadata }: LedgerEvent): Opening {
  const fields = data as Fields
  const division = String(fields.division ?? metadata.division)
  if (type === 'AssessmentEngaged') {
    const { process, institution, unit } = fields
    return {
      kind,
      id: streamId,
      process: String(process),
      division,
      institution: String(institution),
      unit: String(unit),
    }
  }
  if (type === 'PenaltyCaseFiled') {
    const [institution = null, unit = null] = [metadata.institutions[0], metadata.units[0]]
    return { kind, id: streamId, process: 'penalty', division, institution, unit }
  }
  throw new Error(`${kind}-${streamId} does not begin with its first event`)
}

function caseEventOf(opening: Opening, event: LedgerEvent, marks: readonly string[]): CaseEvent {
  const { id, type, revision, metadata } = event
  const step = stepOf(event, metadata.refusal !== null)
  return {
    ...step,
    id,
    type,
    revision,
    effectiveAt: metadata.effectiveAt,
    recordedAt: metadata.recordedAt,
    actor: metadata.actor.id,
    actorRole: metadata.actor.role,
    refusal: metadata.refusal?.code ?? null,
    reliedOn: metadata.reliedOn.map(({ stream, revision: at }) => `${stream}@${at}`),
    marks,
    related: relatedOf(opening, event, step),
    sentences: sentencesIn(event.data as Fields),
    attributes: attributesOf(event.data as Fields),
  }
}

/** Fields that name a thing: what type it is, and what it is to the event. Lists name several. */
const naming: Readonly<Record<string, readonly [ObjectType, string]>> = {
  institution: ['institution', 'institution'],
  unit: ['unit', 'unit'],
  evidenceId: ['evidence', 'records'],
  evidence: ['evidence', 'rests-on'],
  findingId: ['finding', 'records'],
  supersedes: ['finding', 'corrects'],
  reportNumber: ['report', 'about'],
  replaces: ['report', 'replaces'],
  instrument: ['instrument', 'measured-by'],
}

const ulidForm = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** A practitioner is named by a ULID; whoever is none by a subject id or a work number. */
export function personType(id: string): 'practitioner' | 'person' {
  return ulidForm.test(id) ? 'practitioner' : 'person'
}

function relatedOf(opening: Opening, event: LedgerEvent, step: Step): Related[] {
  const { kind, id: caseId } = opening
  const fields = event.data as Fields
  const related: Related[] = [{ type: kind, id: caseId, qualifier: 'case' }]
  if (step.member !== null)
    related.push({ type: personType(step.member), id: step.member, qualifier: 'done-by' })
  for (const [field, [type, qualifier]] of Object.entries(naming)) {
    for (const id of textsOf(fields[field]))
      related.push({ type, id: objectId(opening, type, id), qualifier })
  }
  const stated = new Set(sentencesIn(fields).flatMap(({ findings }) => findings))
  for (const id of stated) related.push({ type: 'finding', id, qualifier: 'states' })
  related.push(...teamOf(fields.team))
  if (kind === 'penaltyCase' && event.revision === 0) {
    for (const id of event.metadata.institutions)
      related.push({ type: 'institution', id, qualifier: 'respondent' })
    for (const id of event.metadata.practitioners)
      related.push({ type: 'practitioner', id, qualifier: 'respondent' })
  }
  return related
}

/**
 * Numbers of reports and of instruments are unique within their institution only: the id of a report names the case as
 * well, that of an instrument, which cases share, its institution.
 */
function objectId({ id: caseId, institution }: Opening, type: ObjectType, id: string): string {
  if (type === 'report') return `${caseId}/${id}`
  return type === 'instrument' ? `${institution ?? caseId}/${id}` : id
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function sentencesIn({ sentences }: Fields): CaseSentence[] {
  if (!Array.isArray(sentences)) return []
  return sentences.map(({ id, section, text, findings }: Fields) => ({
    id: String(id),
    section: String(section),
    text: String(text),
    findings: textsOf(findings),
  }))
}

function teamOf(team: unknown): Related[] {
  if (typeof team !== 'object' || team === null) return []
  return Object.entries(team).flatMap(([role, members]) =>
    textsOf(members).map((id) => ({ type: personType(id), id, qualifier: `team-${role}` })),
  )
}

/** Fields that stand elsewhere in the event, or are objects of their own. */
const elsewhere = new Set(['stage', 'team', 'stages', 'evidence', 'findings'])
const momentForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

function attributesOf(data: Fields): Record<string, Attribute> {
  const attributes: [string, Attribute][] = []
  for (const [field, value] of Object.entries(data)) {
    if (value === null || elsewhere.has(field)) continue
    const attribute = attributeOf(value)
    if (attribute) attributes.push([field, attribute])
    else if (Array.isArray(value)) attributes.push([`${field}Count`, { type: 'number', value: value.length }])
    else attributes.push(...nested(field, value as object))
  }
  return Object.fromEntries(attributes.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function attributeOf(value: unknown): Attribute | null {
  if (typeof value === 'number') return { type: 'number', value }
  if (typeof value === 'boolean') return { type: 'truth', value }
  if (typeof value !== 'string') return null
  return { type: momentForm.test(value) ? 'moment' : 'text', value }
}

/** One level of an object as fields of their own, `file.bytes`; deeper ones as JSON. Of a sealed person, the id. */
function nested(field: string, value: object): [string, Attribute][] {
  if ('sealed' in value && 'subjectId' in value)
    return [[field, { type: 'text', value: String(value.subjectId) }]]
  return Object.entries(value).flatMap(([inner, part]): [string, Attribute][] => {
    if (part === null) return []
    const attribute = attributeOf(part) ?? { type: 'text' as const, value: canonicalText(part) }
    return [[`${field}.${inner}`, attribute]]
  })
}
