import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { givenGateway, institutionProfile, uscc } from './test-kit.ts'

function collect() {
  const lines: string[] = []
  return { lines, logger: createLogger('trace', { write: (line) => void lines.push(line) }) }
}

describe('the log', () => {
  it('withholds personal fields and credentials wherever they stand', () => {
    const { lines, logger } = collect()
    const person = {
      subjectId: 'p-1',
      name: '王建国',
      identityNumber: '320402198001011234',
      phone: '13800000000',
    }
    logger.info(
      { person, body: { data: { legalRepresentative: person } }, headers: { authorization: 'Bearer x' } },
      'x',
    )
    expect(lines.join()).not.toMatch(/王建国|320402198001011234|13800000000|Bearer/)
    expect(lines.join()).toContain('[withheld]')
  })

  it('names each request by its correlation id, and never what was searched or sent', async () => {
    const { lines, logger } = collect()
    const gateway = await givenGateway({}, { logger })
    const authorization = await gateway.token('registrar')
    await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${uscc}/register`,
      headers: { authorization, 'x-request-id': 'request-0001' },
      payload: { data: institutionProfile },
    })
    await gateway.app.inject(`/v1/institutions?q=${encodeURIComponent('王建国')}`)
    const text = decodeURIComponent(lines.join(''))
    expect(text).toContain('"reqId":"request-0001"')
    expect(text).toContain(`"path":"/v1/institutions/${uscc}/register"`)
    expect(text).not.toMatch(/王建国|13800000000|Bearer/)
    for await (const page of gateway.ledger.readAll()) {
      const metadata = JSON.parse(new TextDecoder().decode(page[0]?.metadata))
      expect(metadata.correlationId).toBe('request-0001')
    }
    await gateway.close()
  })

  it.each([
    ['believes a balancer that it was told of', { FIRELEDGER_TRUST_PROXY: '127.0.0.1' }, '203.0.113.7'],
    ['believes nobody otherwise', {}, '127.0.0.1'],
  ])('%s about where a request comes from', async (_, environment, address) => {
    const { lines, logger } = collect()
    const gateway = await givenGateway(environment, { logger })
    await gateway.app.inject({ url: '/v1/institutions', headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect(lines.join('')).toContain(`"ip":"${address}"`)
    await gateway.close()
  })
})
