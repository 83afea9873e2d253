import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { allows, holds, type Principal } from '../policy.ts'
import { alreadyHas, entityTag } from '../preconditions.ts'
import { forbidden } from '../principal.ts'
import { notFound } from '../problems.ts'
import { personViewOf, revealQuery } from '../reveal.ts'
import { presentRow } from '../rows.ts'
import { presentRecord, type Row, rowScope } from './lists.ts'
import type { Register } from './register.ts'

const partsMax = 2000

/** `GET /v1/<path>/{id}`: one record with its parts; the revision of its stream is its entity tag. */
export function registerRecord(app: FastifyInstance, register: Register, deps: GatewayDependencies): void {
  const querystring = z.strictObject(revealQuery)
  app.get<{ Params: { id: string } }>(
    `/${register.path}/:id`,
    {
      schema: {
        operationId: `get-${register.path}`,
        tags: [register.path],
        summary: `${register.title.zh} ${register.title.en}: one record`,
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring,
      },
    },
    async (request, reply) => {
      const { principal } = request
      const query = request.query as z.output<typeof querystring>
      if (!holds(principal, register.permission)) throw forbidden(principal)
      await awaitMinPosition(request, deps.projector, register.projection)
      const row = findRow(register, deps, principal, request.params.id)
      const persons = personViewOf(request, reply, query, deps)
      if (typeof row.revision === 'number' && query.reveal === undefined) {
        const tag = entityTag(row.revision)
        reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', 'authorization')
        if (alreadyHas(request.headers['if-none-match'], tag)) return reply.code(304).send()
      }
      const record = presentRecord(register, row, principal, persons)
      for (const [name, part] of Object.entries(
        holds(principal, 'read-register') ? (register.parts ?? {}) : {},
      )) {
        const rows = deps.readStore.all<Row>(
          `SELECT * FROM ${part.table} WHERE ${part.parent} = ? ORDER BY ${part.order} LIMIT ${partsMax}`,
          [request.params.id],
        )
        const shown = rows.map((item) => presentRow(item, [part.parent]))
        record[name] = persons.show(shown, rowScope(register, row))
      }
      await persons.recorded()
      return record
    },
  )
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
