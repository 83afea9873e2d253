import { dayOf, type LedgerEvent, type LocalDate, stageMarkCodes } from '@fireledger/domain'
import { canonicalText } from './canonical.ts'
import { marksOf } from './marks.ts'
import { stepOf } from './steps.ts'
import { calibrationsReliedOn } from './trail-calibrations.ts'
import { linksIn } from './trail-links.ts'
import { reportsIn } from './trail-reports.ts'
import { type Trail, type TrailStep, trailFormat } from './trail-schema.ts'
import { type Course, currentVisit, durationOf, follow, noCourse } from './visits.ts'

/**
 * The trail of one assessment from its events, and from what its decisions relied on of the institution's: the same
 * events give the same document, byte for byte in canonical form, on whatever engine and whenever it is computed.
 */

/** What held by `asOf`, as far as the ledger knew it by `asKnownAt`; no limit when absent. */
export type TrailOptions = { readonly asOf?: string | undefined; readonly asKnownAt?: string | undefined }

/** Those that held, and were known, by then. */
export function eventsKnown(
  events: readonly LedgerEvent[],
  { asOf, asKnownAt }: TrailOptions,
): readonly LedgerEvent[] {
  return events.filter(
    ({ metadata }) =>
      (asOf === undefined || metadata.effectiveAt <= asOf) &&
      (asKnownAt === undefined || metadata.recordedAt <= asKnownAt),
  )
}

type Fields = Readonly<Record<string, unknown>>

/**
 * `events`: of the assessment's stream, `institutionEvents`: of the institution's, both in order. Null when the assessment had
 * not begun by then.
 */
export function trailOf(
  events: readonly LedgerEvent[],
  institutionEvents: readonly LedgerEvent[],
  options: TrailOptions = {},
): Trail | null {
  const { asOf, asKnownAt } = options
  const known = eventsKnown(events, options)
  const [first] = known
  const last = known.at(-1)
  if (!first || !last || first.type !== 'AssessmentEngaged') return null
  const facts = known.filter(({ metadata }) => metadata.refusal === null)
  const course = known.reduce(follow, noCourse)
  const { division, institution, unit, project, process } = first.data as Fields
  const steps = known.map(trailStep)
  const measuredTo = dayOf(asOf ?? asKnownAt ?? latestOf(known))
  return {
    format: trailFormat,
    assessment: first.streamId,
    revision: last.revision,
    asOf: asOf ?? null,
    asKnownAt: asKnownAt ?? null,
    division: String(division),
    institution: String(institution),
    unit: String(unit),
    project: project === null ? null : String(project),
    process: String(process),
    status: statusOf(facts),
    stage: currentVisit(course)?.stage ?? null,
    score: scoreOf(facts),
    measuredTo,
    visits: visitsOf(course, measuredTo),
    reports: reportsIn(facts),
    ...linksIn(facts, steps, calibrationsReliedOn(known, institutionEvents)),
    presence: rowsOf(facts, 'PresenceRecorded', ({ data, revision }) => presence(data as Fields, revision)),
    waivers: rowsOf(facts, 'GateWaived', ({ data, revision, metadata }) => {
      const { stage, requirement, waivedBy, reason } = data as Record<string, string>
      return {
        revision,
        stage: String(stage),
        requirement: String(requirement),
        member: String(waivedBy),
        at: metadata.effectiveAt,
        reason: String(reason),
      }
    }),
    refused: steps
      .filter(({ kind }) => kind === 'attempt')
      .map(({ revision, refusal, member, stage, data }) => ({
        revision,
        code: refusal?.code ?? String(data.obstacle),
        member,
        stage,
      })),
    marks: marksOf(known).map(({ code, stage, revision, detail }) => ({
      code,
      title: { ...stageMarkCodes[code] },
      stage,
      revision,
      detail: { ...detail },
    })),
    steps,
  }
}

/** Many trails as one JSON array in pieces, each in its canonical form, a line each. */
export async function* trailsText(trails: AsyncIterable<Trail>): AsyncGenerator<string> {
  let separator = '['
  for await (const trail of trails) {
    yield `${separator}\n${canonicalText(trail)}`
    separator = ','
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}

function rowsOf<Row>(events: readonly LedgerEvent[], type: string, make: (event: LedgerEvent) => Row): Row[] {
  return events.filter((event) => event.type === type).map(make)
}

function trailStep(event: LedgerEvent): TrailStep {
  const { metadata, revision, id, type } = event
  const { refusal, actor } = metadata
  const { kind, stage, member } = stepOf(event, refusal !== null)
  return {
    revision,
    eventId: id,
    type,
    kind,
    stage,
    member,
    effectiveAt: metadata.effectiveAt,
    recordedAt: metadata.recordedAt,
    actor: { id: actor.id, role: actor.role, person: actor.person ?? null },
    legalBasis: [...metadata.legalBasis],
    refusal: refusal && {
      code: refusal.code,
      message: { ...refusal.message },
      legalBasis: [...refusal.legalBasis],
    },
    reliedOn: metadata.reliedOn.map(({ stream, revision: at }) => ({ stream, revision: at })),
    data: event.data as Record<string, unknown>,
  }
}

/** Asked of no moment, a trail is of the last one that its events know of: that a stage fell overdue is an event, too. */
function latestOf(events: readonly LedgerEvent[]): string {
  const moments = events.map(({ metadata }) => metadata.effectiveAt)
  return moments.sort().at(-1) ?? ''
}

function visitsOf(course: Course, measuredTo: LocalDate): Trail['visits'] {
  return course.visits.map((visit, index) => ({
    number: index + 1,
    ...visit,
    title: course.stages.find(({ code }) => code === visit.stage)?.title ?? {
      zh: visit.stage,
      en: visit.stage,
    },
    ...durationOf(course, visit, measuredTo),
  }))
}

/** A revision of the report opens an archived assessment again. */
function statusOf(facts: readonly LedgerEvent[]): Trail['status'] {
  const last = facts.findLast(({ type }) => type === 'AssessmentArchived' || type === 'ReportRevised')
  return last?.type === 'AssessmentArchived' ? 'archived' : 'open'
}

function scoreOf(facts: readonly LedgerEvent[]): number | null {
  const scored = facts.findLast(({ data }) => typeof (data as Fields).score === 'number')
  return scored ? Number((scored.data as Fields).score) : null
}

function presence(data: Fields, revision: number): Trail['presence'][number] {
  const number = (value: unknown) => (typeof value === 'number' ? value : null)
  return {
    revision,
    stage: String(data.stage),
    member: String(data.member),
    arrivedAt: String(data.arrivedAt),
    leftAt: String(data.leftAt),
    place: String(data.place),
    latitude: number(data.latitude),
    longitude: number(data.longitude),
    evidence: String(data.evidence),
  }
}
