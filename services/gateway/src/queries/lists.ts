import { addDays, startOfDay } from '@fireledger/domain'
import { creditGrades, likePattern } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../cursors.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds, type Principal } from '../policy.ts'
import { forbidden } from '../principal.ts'
import * as values from '../query-values.ts'
import { type PersonView, personViewOf, revealQuery } from '../reveal.ts'
import { presentRow } from '../rows.ts'
import { marked, marksOf, type RulebookMarks } from '../rulebook-marks.ts'
import { both, type Condition, either, inDivision, scopeOf } from '../scope.ts'
import { gradedOn } from './graded.ts'
import type { Register } from './register.ts'
import { standingOn } from './standing.ts'

export type Row = Readonly<Record<string, unknown>>

/** `GET /v1/<path>`: filters, search, keyset pages. */
export function registerList(app: FastifyInstance, register: Register, deps: GatewayDependencies): void {
  const querystring = listQuery(register)
  app.get(
    `/${register.path}`,
    {
      schema: {
        operationId: `list-${register.path}`,
        tags: [register.path],
        summary: `${register.title.zh}列表 ${register.title.en}: list`,
        querystring,
      },
    },
    async (request, reply) => {
      const { principal } = request
      if (!holds(principal, register.permission)) throw forbidden(principal, register.permission)
      await awaitMinPosition(request, deps.projector, register.projection.name)
      if (register.graded) await awaitMinPosition(request, deps.projector, creditGrades.name)
      const query = request.query as ListQuery
      const persons = personViewOf(request, reply, query, deps)
      const { limit, after, order, reveal: _, purpose: __, ...question } = query
      const key = after === undefined ? null : decodeCursor([register.path, order, question], after, 1)
      const selection = select(register, deps, principal, question, {
        key: key?.[0] ?? null,
        order,
        limit,
        named: query.reveal !== undefined,
      })
      const { rows, asOf } = deps.readStore.snapshot(() => ({
        rows: deps.readStore.all<Row>(...selection),
        asOf: String(deps.readStore.checkpoint(register.projection.name)),
      }))
      const page = rows.slice(0, limit)
      const last = page.at(-1)?.[register.key] as string | undefined
      const more = rows.length > page.length && last !== undefined
      const marks = await learntOf(deps, page)
      const items = page.map((row) => presentRecord(register, row, principal, persons, marks))
      await persons.recorded()
      return { items, nextCursor: more ? encodeCursor([register.path, order, question], [last]) : null, asOf }
    },
  )
}

type ListQuery = {
  readonly limit: number
  readonly after?: string
  readonly order: 'asc' | 'desc'
  readonly reveal?: 'personal'
  readonly purpose?: string
  /** The register's own filters. */
  readonly [filter: string]: string | number | undefined
}

function listQuery(register: Register) {
  const filters = Object.entries(register.filters).map(([name, { schema }]) => [name, schema.optional()])
  const ranges = Object.keys(register.ranges ?? {}).flatMap((name) => [
    [`${name}From`, values.day.optional()],
    [`${name}To`, values.day.optional()],
  ])
  return z.strictObject({
    limit: values.limit,
    after: values.after,
    order: values.order,
    division: values.division.optional(),
    ...(register.searchable ? { q: values.search.optional() } : {}),
    ...Object.fromEntries([...filters, ...ranges]),
    ...revealQuery,
  })
}

type Page = {
  readonly key: string | number | null
  readonly order: string
  readonly limit: number
  /** Whether persons may be searched for by name: asked for with a purpose, and each one found is recorded. */
  readonly named: boolean
}

function select(
  register: Register,
  deps: GatewayDependencies,
  principal: Principal,
  question: Readonly<Record<string, string | number | undefined>>,
  page: Page,
): [sql: string, parameters: (string | number)[]] {
  const { table, key } = register
  const conditions: Condition[] = [scopeOf(principal, register.permission, columnsOf(register))]
  if (typeof question.division === 'string') {
    conditions.push(inDivision(`${table}.${register.divisionColumn}`, question.division))
  }
  for (const [name, { column, of, atLeast }] of Object.entries(register.filters)) {
    const wanted = question[name]
    const owner = of ?? (register.standing && column === 'status' ? 'standing' : table)
    const sql = `${owner}.${column} ${atLeast ? '>=' : '='} ?`
    if (wanted !== undefined) conditions.push({ sql, parameters: [wanted] })
  }
  for (const [name, { column, holds }] of Object.entries(register.ranges ?? {})) {
    // A moment lies on a day in China, which begins eight hours before the same day in UTC.
    const begins = (day: string) => (holds === 'moments' ? startOfDay(day) : day)
    const [from, to] = [question[`${name}From`], question[`${name}To`]]
    if (typeof from === 'string') {
      conditions.push({ sql: `${table}.${column} >= ?`, parameters: [begins(from)] })
    }
    if (typeof to === 'string') {
      conditions.push({ sql: `${table}.${column} < ?`, parameters: [begins(addDays(to, 1))] })
    }
  }
  if (typeof question.q === 'string')
    conditions.push(...searchConditions(register, deps, page.named ? principal : null, question.q))
  if (page.key !== null) {
    conditions.push({ sql: `${table}.${key} ${page.order === 'desc' ? '<' : '>'} ?`, parameters: [page.key] })
  }
  const { sql, parameters } = both(...conditions)
  const direction = page.order === 'desc' ? 'DESC' : 'ASC'
  const joined = [standingOn(register, deps.now()), gradedOn(register, deps.now())]
  const columns = joined.map((each) => each.columns).join('')
  const joins = joined.map((each) => each.join).join('')
  return [
    `SELECT ${table}.*${columns} FROM ${table}${joins} WHERE ${sql} ORDER BY ${table}.${key} ${direction} LIMIT ?`,
    [...joined.flatMap((each) => each.parameters), ...parameters, page.limit + 1],
  ]
}

/**
 * By the columns that are open to all; for a reader of persons also by the names of those whom the answer then shows,
 * and records as shown: who may not see a person must not find one by name either, and nobody without a trace.
 */
function searchConditions(
  register: Register,
  deps: GatewayDependencies,
  readerOfPersons: Principal | null,
  wanted: string,
): Condition[] {
  const found = deps.readStore.search(register.table, wanted)
  const open = (register.searchable ?? []).map((column) => `coalesce(${register.table}.${column}, '')`)
  const plain = {
    sql: `(${open.join(' || char(10) || ')}) LIKE ? ESCAPE '\\'`,
    parameters: [likePattern(wanted)],
  }
  if (readerOfPersons === null) return [found, plain]
  return [found, either(plain, scopeOf(readerOfPersons, 'read-personal', columnsOf(register)))]
}

export function columnsOf(register: Register) {
  const { table, divisionColumn, institutionColumn } = register
  return {
    division: `${table}.${divisionColumn}`,
    institution: institutionColumn === null ? null : `${table}.${institutionColumn}`,
  }
}

export function rowScope(register: Register, row: Row) {
  const institution = register.institutionColumn === null ? null : row[register.institutionColumn]
  return {
    division: (row[register.divisionColumn] as string | null) ?? null,
    institutions: typeof institution === 'string' ? [institution] : [],
  }
}

/** What the rulebooks that the rows name say of their numbers. */
export async function learntOf(deps: GatewayDependencies, rows: readonly Row[]): Promise<RulebookMarks> {
  const marks = marksOf(deps.ledger)
  await marks.learn(rows.map((row) => presentRow(row)))
  return marks
}

export function presentRecord(
  register: Register,
  row: Row,
  principal: Principal,
  persons: PersonView,
  marks: RulebookMarks,
) {
  const hidden = holds(principal, 'read-register') ? [] : (register.internal ?? [])
  const shown = marked(presentRow(row, [...(register.omit ?? []), ...hidden]), marks)
  return persons.show(shown, rowScope(register, row)) as Record<string, unknown>
}
