import { divisionFullName, divisionName, divisionsWithin } from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { notFound } from '../problems.ts'

/** `GET /v1/divisions` and `/v1/divisions/{code}`: a division with its name and what lies directly within it. */
export function registerDivisions(app: FastifyInstance): void {
  const schema = { tags: ['divisions'] }
  app.get(
    '/divisions',
    { schema: { ...schema, operationId: 'divisions', summary: '省级行政区划 Divisions of the country' } },
    async () => ({ code: null, name: '全国', fullName: '全国', parts: partsOf(null) }),
  )
  app.get<{ Params: { code: string } }>(
    '/divisions/:code',
    {
      schema: {
        ...schema,
        operationId: 'division',
        summary: '行政区划 A division and its parts (GB/T 2260)',
        params: z.object({ code: z.string().regex(/^\d{6}$/, 'expected six digits') }),
      },
    },
    async ({ params: { code } }) => {
      const name = divisionName(code)
      if (name === null) throw notFound()
      return { code, name, fullName: divisionFullName(code), parts: partsOf(code) }
    },
  )
}

function partsOf(code: string | null) {
  return divisionsWithin(code).map((part) => ({ code: part, name: divisionName(part) }))
}
