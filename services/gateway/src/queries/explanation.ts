import {
  creditWarningsOn,
  dayOf,
  gradeInputs,
  gradeTimeline,
  type LocalDate,
  type RulebookVersion,
  type Score,
  type ScoreLine,
  type SubjectKind,
  scoreOn,
  scoreToldOn,
  sha256OfText,
  weighFacts,
} from '@fireledger/domain'
import { institutionRegister, unitRegister } from '@fireledger/projections'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { createCauseSearch } from '../explanation/causes.ts'
import { type Expected, type Explained, explain, type RecordTold } from '../explanation/explanation.ts'
import { contentSecurityPolicy, toHtml } from '../explanation/html.ts'
import { toMarkdown } from '../explanation/markdown.ts'
import { type Language, languageOf } from '../language.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type Principal, type ReadPermission } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { publishedRecords } from './credit-answer.ts'
import { type CreditRead, readCredit, rulebookOn } from './credit-read.ts'
import { readRowsAt, readStream } from './past.ts'

const kinds: readonly { path: string; kind: SubjectKind; permission: ReadPermission }[] = [
  { path: 'institutions', kind: 'institution', permission: 'read-public' },
  { path: 'practitioners', kind: 'practitioner', permission: 'read-register' },
  { path: 'units', kind: 'unit', permission: 'read-register' },
]

const query = z.strictObject({
  asOf: values.moment.optional().meta({ description: 'the day of the grade; today when absent' }),
  asKnownAt: values.moment.optional().meta({ description: 'from what the ledger knew by then' }),
  lang: z.enum(['zh', 'zh-CN', 'en']).optional().meta({ description: 'instead of Accept-Language' }),
  format: z.enum(['html', 'markdown']).optional().meta({ description: 'instead of Accept' }),
})
type Query = z.output<typeof query>

/**
 * `GET /v1/institutions/{uscc}/credit/explanation`, also of practitioners and units: the grade of a day in words, as a
 * page to read and print, or as Markdown.
 */
export function registerExplanations(app: FastifyInstance, deps: GatewayDependencies): void {
  for (const { path, kind, permission } of kinds) {
    app.get<{ Params: { id: string } }>(
      `/${path}/:id/credit/explanation`,
      {
        schema: {
          operationId: `credit-explanation-${path}`,
          tags: [path],
          summary: '信用等级说明（可阅读、可打印） A grade explained in words, to read and print',
          params: z.object({ id: z.string().min(1).max(100) }),
          querystring: query,
        },
      },
      async (request, reply) => {
        const { principal } = request
        if (!holds(principal, permission)) throw forbidden(principal, permission)
        await awaitMinPosition(request, deps.projector, 'credit-grades')
        const { id } = request.params
        const wanted = request.query as Query
        const read = await readCredit(deps, id, wanted.asKnownAt)
        if (!read || read.account.subject_kind !== kind) throw notFound()
        const institutions = kind === 'institution' ? [id] : []
        const scope = { division: read.account.division, institutions }
        if (!allows(principal, permission, scope)) throw notFound()
        const full = allows(principal, 'read-register', scope)
        const language = languageWanted(request, wanted)
        const owner = principal.role === 'institution' && principal.uscc === id
        const page = explain(await explained(deps, id, read, wanted, { full, owner, principal }), language)
        reply.header('content-language', language === 'zh' ? 'zh-CN' : 'en')
        reply.header('vary', 'accept, accept-language, authorization')
        reply.header('cache-control', 'no-store')
        if (wantsMarkdown(request, wanted))
          return reply.type('text/markdown; charset=utf-8').send(toMarkdown(page))
        reply.header('content-security-policy', contentSecurityPolicy)
        return reply.type('text/html; charset=utf-8').send(toHtml(page))
      },
    )
  }
}

function languageWanted({ headers }: FastifyRequest, { lang }: Query): Language {
  if (lang !== undefined) return lang === 'en' ? 'en' : 'zh'
  return languageOf(headers['accept-language'])
}

/** A page unless plain text is preferred: what comes first in `Accept` is taken. */
function wantsMarkdown({ headers }: FastifyRequest, { format }: Query): boolean {
  if (format !== undefined) return format === 'markdown'
  const accepted = (headers.accept ?? '').slice(0, 500).split(',')
  const first = accepted.map((range) => range.split(';')[0]?.trim()).find((type) => type?.startsWith('text/'))
  return first === 'text/markdown' || first === 'text/plain'
}

async function explained(
  deps: GatewayDependencies,
  id: string,
  read: CreditRead,
  { asOf, asKnownAt }: Query,
  {
    full,
    owner,
    principal,
  }: { readonly full: boolean; readonly owner: boolean; readonly principal: Principal },
): Promise<Explained> {
  const { account, library, watched } = read
  const { division, subject_kind: subjectKind, residences } = account
  const day = dayOf(asOf ?? deps.now())
  const found = rulebookOn(read, day)
  const version = found?.version ?? null
  // As the account's own fold made them; scoring needs less of them.
  const facts = account.facts as Explained['facts']
  const score = version && scoreToldOn(facts, version, day, library, { division, subjectKind, residences })
  const awaits = found !== null && found.awaited !== null && score?.veto === null
  const steps = gradeTimeline(facts, library, { division, subjectKind, residences })
  return {
    subject: id,
    subjectKind,
    name: await nameOf(deps, id, subjectKind, asKnownAt),
    division,
    day,
    today: dayOf(deps.now()),
    asKnownAt: asKnownAt ?? null,
    version,
    score: awaits ? null : score,
    awaited: awaits ? found.awaited : null,
    library,
    facts,
    repetitions: new Map(
      weighFacts(facts.entries, library).flatMap(({ fact, repetition }) =>
        repetition ? [[fact.eventId, repetition] as const] : [],
      ),
    ),
    countedOn: countedOn(read, facts),
    expected: version && score ? expectedAfter(read, facts, version, score) : { ending: [], nextGrade: null },
    records: full ? await recordsOf(deps, id, subjectKind, asKnownAt, principal) : new Map(),
    warnings: full && version ? creditWarningsOn({ steps, content: version.content, ...watched }, day) : [],
    // Of people and of units nothing is published.
    published: subjectKind === 'institution' ? publishedRecords({ facts, library }, day) : [],
    inputsDigest: full && version ? sha256OfText(gradeInputs(id, version, facts, day)) : null,
    full,
    owner,
  }
}

/** Institutions and units go by their names, as they were known then; people are named nowhere without a purpose. */
async function nameOf(
  deps: GatewayDependencies,
  id: string,
  kind: SubjectKind,
  asKnownAt: string | undefined,
): Promise<string | null> {
  if (kind === 'practitioner') return null
  if (asKnownAt !== undefined) {
    const register = kind === 'institution' ? institutionRegister : unitRegister
    const [row] = (await readRowsAt(register, id, deps, { asKnownAt }))[kind] ?? []
    return typeof row?.name === 'string' ? row.name : null
  }
  const sql =
    kind === 'institution'
      ? 'SELECT name FROM institution WHERE uscc = ?'
      : 'SELECT name FROM unit WHERE id = ?'
  return deps.readStore.get<{ readonly name: string | null }>(sql, [id])?.name ?? null
}

async function recordsOf(
  deps: GatewayDependencies,
  id: string,
  kind: SubjectKind,
  asKnownAt: string | undefined,
  principal: Principal,
): Promise<Map<string, RecordTold>> {
  const records = new Map<string, RecordTold>()
  const findCause = createCauseSearch(deps, { id, kind }, principal)
  for (const { id: eventId, data, metadata } of await readStream(`creditAccount-${id}`, deps)) {
    if (asKnownAt !== undefined && metadata.recordedAt > asKnownAt) continue
    const { reason, causeEventId, factId } = data as {
      reason?: string
      causeEventId?: string | null
      factId?: string
    }
    if (reason === undefined) continue
    const cause = causeEventId ? await findCause(causeEventId, factId ?? '') : {}
    records.set(eventId, { reason, recordedOn: dayOf(metadata.recordedAt), ...cause })
  }
  return records
}

/** Each day is scored once, however many records ended on it. */
function countedOn(read: CreditRead, facts: Explained['facts']): Explained['countedOn'] {
  const days = new Map<LocalDate, ReadonlyMap<string, ScoreLine>>()
  return (eventId, day) => {
    const version = rulebookOn(read, day)?.version
    if (!version) return undefined
    const known = days.get(day)
    const lines =
      known ??
      new Map(scoreOn(facts, version, day, read.library).lines.map((line) => [line.eventId, line] as const))
    if (!known) days.set(day, lines)
    return lines.get(eventId)?.counted
  }
}

/** What time alone brings after the day of the score, by what had happened by then. */
function expectedAfter(
  { account, library }: CreditRead,
  facts: Explained['facts'],
  version: RulebookVersion,
  score: Score,
): Expected {
  const { division, subject_kind: subjectKind, residences } = account
  const held = ({ effectiveOn }: { readonly effectiveOn: LocalDate }) => effectiveOn <= score.day
  const known = { ...facts, entries: facts.entries.filter(held), vetoes: facts.vetoes.filter(held) }
  const step = gradeTimeline(known, library, { division, subjectKind, residences }).find(
    ({ from, grade }) => from > score.day && grade !== null && grade !== score.grade,
  )
  const nextGrade = step && step.grade !== null ? { on: step.from, grade: step.grade } : null
  const { nextChange } = score
  if (nextChange === null) return { ending: [], nextGrade }
  const then = scoreOn(known, version, nextChange.on, library).lines
  const ending = score.lines
    .filter(
      (line) =>
        line.counted !== 0 && then.find(({ eventId }) => eventId === line.eventId)?.counted !== line.counted,
    )
    .map(({ eventId }) => eventId)
  return { ending, nextGrade }
}
