import type { FastifyRequest } from 'fastify'
import { parseOrRefuse } from './invalid.ts'
import { ProblemError } from './problems.ts'
import type { Projector } from './projector.ts'
import { position } from './query-values.ts'

const patienceMs = 2000

/** Read-your-writes: `Fireledger-Min-Position` holds a read back until its rows reach that position. */
export async function awaitMinPosition(
  request: FastifyRequest,
  projector: Projector,
  projection: string,
): Promise<void> {
  const header = request.headers['fireledger-min-position']
  if (header === undefined) return
  const wanted = parseOrRefuse(position, header, 'Fireledger-Min-Position')
  if (await projector.waitFor(wanted, patienceMs, projection)) return
  throw new ProblemError(
    'behind',
    {
      zh: `读模型 ${projection} 尚未处理到位置 ${wanted}，请稍后重试`,
      en: `the read model ${projection} has not reached position ${wanted} yet: try again`,
    },
    { headers: { 'retry-after': '1' } },
  )
}
