import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, uscc } from './test-kit.ts'

describe('a body that takes too long', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let token: string
  beforeAll(async () => {
    // A file may take longer than all else.
    gateway = await givenGateway({
      FIRELEDGER_REQUEST_TIMEOUT_MS: '400',
      FIRELEDGER_EVIDENCE_TIMEOUT_MS: '600000',
    })
    await gateway.app.listen({ host: '127.0.0.1', port: 0 })
    token = await gateway.token('registrar')
  })
  afterAll(() => gateway.close())

  it('is answered 408 and cut off', async () => {
    const { port } = gateway.app.server.address() as AddressInfo
    const answer = await new Promise<string>((resolve, reject) => {
      const head = `POST /v1/institutions/${uscc}/register HTTP/1.1\r\nhost: x\r\nauthorization: ${token}`
      const rest = 'content-type: application/json\r\ncontent-length: 5000\r\n\r\n{'
      const socket = connect(port, '127.0.0.1', () => socket.write(`${head}\r\n${rest}`))
      let text = ''
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*problem:timeout/)
  })
})
