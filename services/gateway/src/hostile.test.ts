import { type AddressInfo, connect } from 'node:net'
import { categories, commandPath, externalCommands } from '@fireledger/domain'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registers } from './queries/index.ts'
import { givenGateway, institutionProfile, uscc } from './test-kit.ts'

/** Whatever is sent: a clear 4xx, never a 500, and never an answer that is not a problem. */

const commands = categories.flatMap((category) =>
  externalCommands(category).map(([type]) => `/v1/${category.path}/:id/${commandPath(category, type)}`),
)
const ids = [uscc, '01JD0000000000000000000001', 'CZ-DEFAULT-1', 'x', '%00', '..%2f..', '-1', '🔥'.repeat(20)]

const nasty = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\u202e',
  '\ud800',
  "'; DROP TABLE institution; --",
  '"',
  '%',
  '9'.repeat(400),
  '2026-02-30',
  '9999-12-31',
  '0000-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59-23:59',
  '__proto__',
  '{{7*7}}',
  'a'.repeat(5000),
  '公'.repeat(3000),
)
const leaf = fc.oneof(
  nasty,
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(1e308, -0, null, true, false, [], {}, Number.MAX_SAFE_INTEGER + 2),
)
const keys = fc.oneof(
  fc.constantFrom(
    'name',
    'division',
    'constructor',
    'toString',
    'hasOwnProperty',
    'reason',
    'subjectId',
    'sealed',
  ),
  fc.string({ maxLength: 12 }),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(keys, tie('any'), { maxKeys: 6 }),
  ),
})).any

describe('hostile input', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  const tokens: string[] = []
  beforeAll(async () => {
    gateway = await givenGateway({
      FIRELEDGER_BODY_LIMIT_BYTES: '65536',
      FIRELEDGER_REQUEST_TIMEOUT_MS: '1500',
    })
    for (const role of [
      'registrar',
      'inspector',
      'case-handler',
      'credit-officer',
      'rule-maker',
      'assessor',
    ]) {
      tokens.push(await gateway.token(role, null))
    }
    tokens.push(await gateway.token('administrator', null))
    await gateway.app.listen({ host: '127.0.0.1', port: 0 })
    await send('POST', `/v1/institutions/${uscc}/register`, JSON.stringify({ data: institutionProfile }))
  })
  afterAll(() => gateway.close())

  const send = (
    method: 'POST' | 'GET',
    url: string,
    payload?: string,
    headers: Record<string, string> = {},
  ) =>
    gateway.app.inject({
      method,
      url,
      headers: { authorization: tokens[0] ?? '', 'content-type': 'application/json', ...headers },
      ...(payload === undefined ? {} : { payload }),
    })

  function expectClear(answer: Awaited<ReturnType<typeof send>>, what: string): void {
    expect(answer.statusCode, `${what}: ${answer.body.slice(0, 300)}`).toBeLessThan(500)
    if (answer.statusCode < 400) return
    expect(answer.headers['content-type'], what).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ status: answer.statusCode, type: expect.stringMatching(/^urn:/) })
  }

  it('in the body of any command', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...commands),
        fc.constantFrom(...ids),
        fc.oneof(value, fc.record({ data: value, effectiveAt: leaf }), fc.record({ data: value })),
        async (command, id, body) => {
          const url = command.replace(':id', encodeURIComponent(id))
          const payload = JSON.stringify(body) ?? ''
          for (const authorization of tokens)
            expectClear(await send('POST', url, payload, { authorization }), payload)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('in a body that is right but for one value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(institutionProfile)), value, async (field, wrong) => {
        const data = { ...institutionProfile, [field]: wrong }
        const payload = JSON.stringify({ data })
        expectClear(await send('POST', '/v1/institutions/91320411MA1XLLKB82/register', payload), payload)
      }),
      { numRuns: 300 },
    )
  })

  it('in addresses, queries and headers of any read', async () => {
    const paths = [
      ...registers.flatMap(({ path }) => [`/v1/${path}`, `/v1/${path}/:id`]),
      '/v1/institutions/:id/history',
      '/v1/institutions/:id/credit',
      '/v1/assessments/:id/trail',
      '/v1/assessments/:id/trail/links',
      '/v1/assessments/:id/marks',
      '/v1/assessments/:id/export',
      '/v1/assessments/export',
      '/v1/process-view',
      '/v1/process-view/cases',
      '/v1/streams/:id',
      '/v1/streams/:id/state',
      '/v1/events',
      '/v1/dashboard',
      '/v1/personal-reads',
      '/v1/live/sse',
      '/v1/live',
    ]
    const parameters = fc.constantFrom(
      ...[
        'limit',
        'after',
        'order',
        'q',
        'division',
        'status',
        'asOf',
        'asKnownAt',
        'from',
        'type',
        'reveal',
      ],
      ...['purpose', 'registeredFrom', 'uscc', 'subject', 'category', '__proto__', 'constructor[x]', ''],
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.oneof(fc.constantFrom(...ids), fc.constantFrom(`institution-${uscc}`, 'a-b', '-'), fc.string()),
        fc.array(fc.tuple(parameters, fc.oneof(nasty, fc.string({ unit: 'binary' }))), { maxLength: 3 }),
        fc.constantFrom(
          {},
          { 'fireledger-min-position': 'x' },
          { 'if-none-match': '"' },
          { 'last-event-id': '-9' },
        ),
        async (path, id, query, headers) => {
          // What cannot be written into an address cannot be sent.
          const encode = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, ''))
          const search = query.map(([name, text]) => `${encode(name)}=${encode(text)}`).join('&')
          const url = `${path.replace(':id', encode(id) || 'x')}?${search}`
          if (url.startsWith('/v1/live/sse')) return
          expectClear(await send('GET', url, undefined, headers as Record<string, string>), url)
        },
      ),
      { numRuns: 600 },
    )
  })

  it.each([
    ['not JSON', '{"data":', 400],
    ['nothing', '', 400],
    ['a bare value', '5', 400],
    ['a key that reaches for the prototype', '{"data":{"__proto__":{"x":1}}}', 400],
    ['a constructor key that does', '{"data":{"constructor":{"prototype":{"x":1}}}}', 400],
    ['a hundred thousand brackets', '['.repeat(50_000), 400],
    ['too much', JSON.stringify({ data: { reason: 'x'.repeat(70_000) } }), 413],
  ])('%s is refused', async (_, payload, status) => {
    const answer = await send('POST', `/v1/institutions/${uscc}/withdraw`, payload)
    expectClear(answer, payload.slice(0, 50))
    expect(answer.statusCode).toBe(status)
  })

  it.each([
    ['%', 400],
    ['/v1/nothing', 404],
    [`/v1/institutions/${'x'.repeat(3000)}`, 414],
  ])('%s is no address', async (url, status) => {
    const answer = await send('GET', url)
    expectClear(answer, url)
    expect(answer.statusCode).toBe(status)
  })

  it('another media type is refused', async () => {
    const headers = { 'content-type': 'text/xml' }
    const answer = await send('POST', `/v1/institutions/${uscc}/withdraw`, '<data/>', headers)
    expectClear(answer, 'xml')
    expect(answer.statusCode).toBe(415)
  })

  it.each(['x'.repeat(201), 'line break', '键'])(
    'an idempotency key like this is refused: %s',
    async (key) => {
      const payload = JSON.stringify({ data: { reason: '停业' } })
      const headers = { 'idempotency-key': key }
      const answer = await send('POST', `/v1/institutions/${uscc}/withdraw`, payload, headers)
      expect(answer.statusCode).toBe(400)
    },
  )

  it('a client that sends too slowly, or no HTTP at all, is answered and cut off', async () => {
    const { port } = gateway.app.server.address() as AddressInfo
    const talk = (first: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(first))
        let text = ''
        socket.on('data', (chunk) => {
          text += String(chunk)
        })
        socket.on('close', () => resolve(text))
        socket.on('error', reject)
      })
    expect(await talk('what?\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/)
    const slow =
      'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{'
    expect(await talk(slow)).toMatch(/^HTTP\/1\.1 4/)
    const large = `GET /v1/institutions HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(40_000)}\r\n\r\n`
    expect(await talk(large)).toMatch(/^HTTP\/1\.1 431/)
  })
})

describe('the rate limit', () => {
  it('says when to come back', async () => {
    const gateway = await givenGateway({ FIRELEDGER_RATE_LIMIT_PER_MINUTE: '3' })
    const statuses = []
    for (let request = 0; request < 4; request++) {
      statuses.push((await gateway.app.inject('/v1/institutions')).statusCode)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
    const answer = await gateway.app.inject('/v1/institutions')
    expect(answer.json().type).toBe('urn:fireledger:problem:too-many-requests')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await gateway.app.inject('/health')).statusCode).toBe(200)
    await gateway.close()
  })

  it('holds for bad tokens too, and does not lock out who has a good one', async () => {
    const gateway = await givenGateway({ FIRELEDGER_RATE_LIMIT_PER_MINUTE: '3' })
    const get = async (authorization: string) =>
      (await gateway.app.inject({ url: '/v1/institutions', headers: { authorization } })).statusCode
    const statuses = []
    for (const guess of ['Bearer a', 'Basic b', 'Bearer c', 'Bearer d']) statuses.push(await get(guess))
    expect(statuses).toEqual([401, 401, 401, 429])
    expect(await get(await gateway.token('auditor'))).toBe(200)
    await gateway.close()
  })
})
