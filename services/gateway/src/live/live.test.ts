import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

type Message = { type: string; cursor: string; [key: string]: unknown }

describe('the live feed', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let address: string
  beforeEach(async () => {
    gateway = await givenGateway({ FIRELEDGER_LIVE_BUFFER_BYTES: '20000' })
    await gateway.app.listen({ host: '127.0.0.1', port: 0 })
    address = `127.0.0.1:${(gateway.app.server.address() as AddressInfo).port}`
  })
  afterEach(() => gateway.close())

  async function connect(headers: Record<string, string> = {}) {
    const socket = new WebSocket(`ws://${address}/v1/live`, 'fireledger.v1+json', { headers })
    const received: Message[] = []
    const waiting: (() => void)[] = []
    socket.on('message', (raw) => {
      received.push(JSON.parse(String(raw)))
      for (const wake of waiting.splice(0)) wake()
    })
    const closed = new Promise<{ code: number; reason: string }>((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    )
    await new Promise((resolve, reject) => {
      socket.on('open', resolve)
      socket.on('error', reject)
    })
    return {
      socket,
      received,
      closed,
      say: (message: object) => socket.send(JSON.stringify(message)),
      async next(type: string, count = 1): Promise<Message> {
        for (;;) {
          const found = received.filter((message) => message.type === type)[count - 1]
          if (found) return found
          await new Promise<void>((resolve) => waiting.push(resolve))
        }
      },
    }
  }

  const append = async (command: string, data: unknown) => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${uscc}/${command}`,
      headers: { authorization: await gateway.token('registrar') },
      payload: { data } as object,
    })
    expect(answer.statusCode).toBeLessThan(300)
  }
  const withdraw = () => append('withdraw', { reason: '停业' })

  /** 500 events of about 2 kB each, straight into the ledger. */
  async function flood(batch: number): Promise<void> {
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    const concerns = { division: '320402', institutions: [uscc], practitioners: [], units: [] }
    const metadata = bytes({ schemaVersion: 1, ...concerns, refusal: null })
    const data = bytes({ reason: '长'.repeat(500) })
    const events = Array.from({ length: 500 }, (_, index) => ({
      id: `flood-${batch}-${index}`,
      type: 'InstitutionResumed',
      data,
      metadata,
    }))
    await gateway.ledger.append(`institution-${uscc}`, events, batch * 500)
  }

  it('delivers what is there, says so, then what comes; persons withheld', async () => {
    await append('register', institutionProfile)
    const client = await connect()
    client.say({ type: 'subscribe', after: 'start' })
    await client.next('caughtUp')
    await withdraw()
    const second = await client.next('event', 2)
    expect(client.received.map(({ type }) => type)).toEqual(['subscribed', 'event', 'caughtUp', 'event'])
    expect(second).toMatchObject({ cursor: '1', event: { type: 'InstitutionWithdrew', revision: 1 } })
    expect(JSON.stringify(client.received)).not.toContain('王建国')
    expect(JSON.stringify(client.received)).not.toContain('test-registrar')
    client.socket.close()
  })

  it('resumes after the cursor, over SSE as well', async () => {
    await append('register', institutionProfile)
    await withdraw()
    const client = await connect()
    client.say({ type: 'subscribe', after: '0', institutions: [uscc] })
    expect(await client.next('event')).toMatchObject({ cursor: '1' })
    client.socket.close()

    const stop = new AbortController()
    const sse = await fetch(`http://${address}/v1/live/sse?category=institution`, {
      headers: { 'last-event-id': '0' },
      signal: stop.signal,
    })
    expect(sse.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    for await (const chunk of sse.body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('caughtUp')) break
    }
    stop.abort()
    expect(text.match(/^id: .*$/gm)).toEqual(['id: 1', 'id: 1'])
  })

  it('shows a client only what it may see and asked for', async () => {
    await append('register', institutionProfile)
    const other = await connect({ authorization: await gateway.token('inspector', '320500') })
    other.say({ type: 'subscribe', after: 'start', divisions: ['320500'] })
    await other.next('caughtUp')
    expect(other.received.map(({ type }) => type)).toEqual(['subscribed', 'caughtUp'])
    other.socket.close()
  })

  it('takes the token in the first message, and refuses a bad one', async () => {
    const client = await connect()
    const token = (await gateway.token('inspector')).replace('Bearer ', '')
    client.say({ type: 'hello', token })
    expect(await client.next('hello')).toMatchObject({ principal: { role: 'inspector', division: '320400' } })
    client.socket.close()
    const forger = await connect()
    forger.say({ type: 'hello', token: 'x.y.z' })
    expect(await forger.closed).toEqual({ code: 4002, reason: 'unauthenticated' })
  })

  it('ends when the token does', async () => {
    const client = await connect({ authorization: await gateway.token('inspector', null, 'brief', 1) })
    client.say({ type: 'subscribe', after: 'start' })
    expect((await client.closed).code).toBe(4001)
  })

  it('refuses a token in the address', async () => {
    const refused = new WebSocket(`ws://${address}/v1/live?token=abc`)
    const status = await new Promise((resolve) =>
      refused.on('unexpected-response', (_, response) => resolve(response.statusCode)),
    )
    expect(status).toBe(400)
    refused.on('error', () => {})
    refused.terminate()
  })

  it('answers nonsense with an error, and a cursor of another ledger with a goodbye', async () => {
    const client = await connect()
    client.socket.send('{"type":"subscribe","surprise":1}')
    expect(await client.next('error')).toMatchObject({ code: 'invalid-message' })
    client.say({ type: 'subscribe', after: '999' })
    expect(await client.closed).toEqual({ code: 4004, reason: 'future-cursor 999' })
  })

  it('closes a client that does not keep up, and tells it where to resume', async () => {
    await append('register', institutionProfile)
    const client = await connect()
    client.say({ type: 'subscribe', after: 'start' })
    await client.next('caughtUp')
    client.socket.pause()
    // What the kernel and the socket take must be full before our own buffer is.
    const [served] = gateway.app.websocketServer.clients
    for (let batch = 0; served?.readyState === client.socket.OPEN; batch++) {
      await flood(batch)
      // A turn for the gateway to pass it on.
      await new Promise((resolve) => setImmediate(resolve))
    }
    client.socket.resume()
    const { code, reason } = await client.closed
    expect(code).toBe(4008)
    const last = client.received.filter(({ type }) => type === 'event').at(-1)
    expect(reason).toBe(`slow-consumer ${last?.cursor}`)
    expect(client.received.at(-2)).toMatchObject({ type: 'gap', cursor: last?.cursor })
  })

  it.each([
    ['messages', (socket: WebSocket) => socket.send('{"type":"ping"}')],
    ['pings of the protocol', (socket: WebSocket) => socket.ping()],
  ])('closes a client that floods it with %s, long before they pile up', async (_, send) => {
    const client = await connect()
    client.say({ type: 'subscribe', after: 'start' })
    await client.next('caughtUp')
    let pongs = 0
    client.socket.on('pong', () => pongs++)
    for (let n = 0; n < 5000; n++) send(client.socket)
    expect(await client.closed).toMatchObject({ code: 1008, reason: expect.stringMatching(/^misuse/) })
    expect(pongs + client.received.filter(({ type }) => type === 'pong').length).toBeLessThan(200)
    client.socket.terminate()
  })

  it('tells every client where to resume when it drains', async () => {
    await append('register', institutionProfile)
    const client = await connect()
    client.say({ type: 'subscribe', after: 'start' })
    await client.next('caughtUp')
    const sse = await fetch(`http://${address}/v1/live/sse?after=start`)
    const text = sse.text()
    await gateway.app.close()
    expect(await text).toMatch(/event: closing\ndata: .*"reason":"restart"/)
    expect(await client.closed).toEqual({ code: 1012, reason: 'restart 0' })
    expect(client.received.at(-1)).toMatchObject({ type: 'closing', cursor: '0' })
  })
})
