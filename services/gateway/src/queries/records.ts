import { creditGrades } from '@fireledger/projections'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type Principal } from '../policy.ts'
import { alreadyHas, answerTag } from '../preconditions.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import * as values from '../query-values.ts'
import { personViewOf, revealQuery } from '../reveal.ts'
import { presentRow } from '../rows.ts'
import { marked } from '../rulebook-marks.ts'
import { withGrade } from './graded.ts'
import { learntOf, presentRecord, type Row, rowScope } from './lists.ts'
import { readRowsAt } from './past.ts'
import type { Register } from './register.ts'
import { withStanding } from './standing.ts'

const partsMax = 2000

const recordQuery = z.strictObject({
  asOf: values.moment.optional().meta({ description: 'as it held by then' }),
  asKnownAt: values.moment.optional().meta({ description: 'as the ledger knew it by then' }),
  ...revealQuery,
})
type RecordQuery = z.output<typeof recordQuery>

/** `GET /v1/<path>/{id}`: one record with its parts; its entity tag begins with the revision of its stream. */
export function registerRecord(app: FastifyInstance, register: Register, deps: GatewayDependencies): void {
  app.get<{ Params: { id: string } }>(
    `/${register.path}/:id`,
    {
      schema: {
        operationId: `get-${register.path}`,
        tags: [register.path],
        summary: `${register.title.zh} ${register.title.en}: one record`,
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring: recordQuery,
      },
    },
    async (request, reply) => {
      const { principal } = request
      const { id } = request.params
      const query = request.query as RecordQuery
      if (!holds(principal, register.permission)) throw forbidden(principal, register.permission)
      await awaitMinPosition(request, deps.projector, register.projection.name)
      const rows = await readRows(register, deps, id, query)
      const found = rows[register.table]?.[0]
      if (!found || !allows(principal, register.permission, rowScope(register, found))) throw notFound()
      if (register.graded) await awaitMinPosition(request, deps.projector, creditGrades.name)
      const standing = withStanding(register, found, rows, query.asOf ?? deps.now())
      const row = await withGrade(register, standing, deps, query)
      const persons = personViewOf(request, reply, query, deps)
      const marks = await learntOf(deps, [row, ...Object.values(rows).flat()])
      const record = presentRecord(register, row, principal, persons, marks)
      if (holds(principal, 'read-register')) {
        for (const [name, part] of Object.entries(register.parts ?? {})) {
          const shown = (rows[part.table] ?? []).map((item) => marked(presentRow(item, [part.parent]), marks))
          record[name] = persons.show(shown, rowScope(register, row))
        }
      }
      await persons.recorded()
      if (query.reveal === undefined && tagged(request, reply, row, record)) return reply.code(304).send()
      return record
    },
  )
}

/**
 * Sets the entity tag; true when the reader has this answer already. The revision alone would not say so: a record may
 * change with a rulebook, with a new version of its read model, and with the day.
 */
function tagged(request: FastifyRequest, reply: FastifyReply, row: Row, record: object): boolean {
  if (typeof row.revision !== 'number') return false
  const tag = answerTag(row.revision, record)
  reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', 'authorization')
  return alreadyHas(request.headers['if-none-match'], tag)
}

type TableRows = Readonly<Record<string, readonly Row[]>>

async function readRows(
  register: Register,
  deps: GatewayDependencies,
  id: string,
  { asOf, asKnownAt }: RecordQuery,
): Promise<TableRows> {
  if (asOf !== undefined || asKnownAt !== undefined) {
    const rows = await readRowsAt(register.projection, id, deps, {
      ...(asOf === undefined ? {} : { asOf }),
      ...(asKnownAt === undefined ? {} : { asKnownAt }),
    })
    return inOrder(register, rows)
  }
  return deps.readStore.snapshot(() => readRowsNow(register, deps, id))
}

/** Parts in the order in which the read store gives them: the same record is the same, whichever way it was read. */
function inOrder(register: Register, rows: TableRows): TableRows {
  const parts = Object.values(register.parts ?? {}).map(({ table, order }) => {
    const columns = order.split(', ')
    const sorted = [...(rows[table] ?? [])].sort((a, b) => {
      for (const column of columns) {
        const [one, other] = [a[column] ?? '', b[column] ?? '']
        if (one !== other) return one < other ? -1 : 1
      }
      return 0
    })
    return [table, sorted] as const
  })
  return { ...rows, ...Object.fromEntries(parts) }
}

function readRowsNow(register: Register, deps: GatewayDependencies, id: string): TableRows {
  const read = (table: string, column: string, order: string) =>
    deps.readStore.all<Row>(
      `SELECT * FROM ${table} WHERE ${column} = ? ORDER BY ${order} LIMIT ${partsMax}`,
      [id],
    )
  const parts = Object.values(register.parts ?? {}).map((part) => [
    part.table,
    read(part.table, part.parent, part.order),
  ])
  return { ...Object.fromEntries(parts), [register.table]: read(register.table, register.key, register.key) }
}

/** The row, if it is there and within the reader's reach. @throws ProblemError `not-found` otherwise. */
export function findRow(
  register: Register,
  deps: GatewayDependencies,
  principal: Principal,
  id: string,
): Row {
  const { table, key, permission } = register
  const row = deps.readStore.get<Row>(`SELECT * FROM ${table} WHERE ${key} = ?`, [id])
  if (!row || !allows(principal, permission, rowScope(register, row))) throw notFound()
  return row
}
