import { citeLaw } from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

const basesMax = 100

const citationsQuery = z.strictObject({
  bases: z
    .string()
    .regex(
      /^[^,\s]{1,60}(,[^,\s]{1,60})*$/,
      'expected citations with commas between them, e.g. O7:26,FL:69(1)',
    )
    .transform((text) => text.split(','))
    .pipe(z.array(z.string()).max(basesMax))
    .meta({ description: `citations as events, lines and refusals carry them, at most ${basesMax}` }),
})

/** `GET /v1/citations`: what short citations (`O7:26`) are called in full, in both languages; what is unknown as it is. */
export function registerCitations(app: FastifyInstance): void {
  app.get(
    '/citations',
    {
      schema: {
        operationId: 'citations',
        tags: ['ledger'],
        summary: '依据条款全称 Citations of law in full',
        querystring: citationsQuery,
      },
    },
    async (request) => {
      const { bases } = request.query as z.output<typeof citationsQuery>
      return { citations: bases.map((basis) => ({ basis, text: citeLaw(basis) })) }
    },
  )
}
