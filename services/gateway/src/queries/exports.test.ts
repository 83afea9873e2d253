import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { givenGateway } from '../test-kit.ts'

const together = 6

describe('exports of many', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let authorization: string
  beforeEach(async () => {
    gateway = await givenGateway()
    authorization = await gateway.token('auditor', null)
    await gateway.app.ready()
  })
  afterEach(() => gateway.close())

  const paths = ['assessments', 'penalty-cases']
  const send = async (number: number, method: 'GET' | 'HEAD' = 'GET') =>
    (
      await gateway.app.inject({
        method,
        url: `/v1/${paths[number % 2]}/export?format=${number % 3 === 0 ? 'ocel' : 'xes'}`,
        headers: { authorization },
      })
    ).statusCode
  const several = (count: number, method?: 'GET' | 'HEAD') =>
    Promise.all(Array.from({ length: count }, (_, number) => send(number, method)))

  /** The end of the ledger is told to nobody before it is told to go on. */
  function holdHead(answer: () => Promise<bigint>): () => void {
    let goOn = () => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const head = async () => {
      await held
      return await answer()
    }
    Object.assign(gateway.ledger, { head })
    return goOn
  }

  it('are few at once, also when several arrive together; then there is room again', async () => {
    const own = gateway.ledger.head.bind(gateway.ledger)
    const goOn = holdHead(own)
    const refused: number[] = []
    const answers = Array.from({ length: together }, async (_, number) => {
      const status = await send(number)
      if (status === 503) refused.push(status)
      // Those that are too many are told so while the others have not even begun.
      if (refused.length === together - 4) goOn()
      return status
    })
    expect((await Promise.all(answers)).sort()).toEqual([200, 200, 200, 200, 503, 503])
    expect(await several(4)).toEqual([200, 200, 200, 200])
  })

  it('leave their place when the ledger does not answer, and when only the head was asked for', async () => {
    const own = gateway.ledger.head.bind(gateway.ledger)
    holdHead(() => Promise.reject(new Error('the ledger is away')))()
    for (let round = 0; round < 2; round++) expect(new Set(await several(4))).toEqual(new Set([500]))
    Object.assign(gateway.ledger, { head: own })
    expect(await several(4, 'HEAD')).toEqual([200, 200, 200, 200])
    // Nobody waits for what is not sent: the answer may be there before its place is free.
    await vi.waitFor(async () => expect(await several(4)).toEqual([200, 200, 200, 200]))
  })
})
