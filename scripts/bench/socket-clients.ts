import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * WebSocket clients that count messages and throw them away: the protocol's frames are told apart by their lengths, and
 * nothing else is looked at.
 */

const { port, clients, say, token } = workerData as {
  port: number
  clients: number
  /** Sent once after the handshake; its answer is not counted. Null: nothing is said. */
  say: string | null
  token: string
}
type Client = { readonly socket: Socket; left: number; rest: Buffer; ready: boolean; skips: number }
const all: Client[] = []
let waiting = 0
let ready = 0
let lastBytes = 0

/** A client's frame is masked; a mask of zeros leaves the text as it is. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const header = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0])
  if (payload.length > 125) throw new Error('the message is too long for a short frame')
  return Buffer.concat([header, payload])
}

function handshake(client: Client): void {
  const key = randomBytes(16).toString('base64')
  const lines = [
    `GET ${say === null ? '/' : '/v1/live'} HTTP/1.1`,
    'host: bench',
    'upgrade: websocket',
    'connection: upgrade',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${key}`,
    ...(say === null ? [] : ['sec-websocket-protocol: fireledger.v1+json', `authorization: ${token}`]),
  ]
  client.socket.write(`${lines.join('\r\n')}\r\n\r\n`)
}

function onData(client: Client, chunk: Buffer): void {
  let bytes = client.rest.length === 0 ? chunk : Buffer.concat([client.rest, chunk])
  if (!client.ready) {
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) {
      client.rest = bytes
      return
    }
    if (!bytes.subarray(0, 12).toString().endsWith('101')) throw new Error(bytes.subarray(0, 300).toString())
    bytes = bytes.subarray(end + 4)
    client.ready = true
    if (say === null) isReady()
    else client.socket.write(frameOf(say))
  }
  let at = 0
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    if (at + header > bytes.length) break
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if (at + header + length > bytes.length) break
    at += header + length
    lastBytes = length
    count(client)
  }
  client.rest = bytes.subarray(at)
}

function count(client: Client): void {
  if (client.skips > 0) {
    client.skips -= 1
    isReady()
    return
  }
  client.left -= 1
  if (client.left !== 0) return
  waiting -= 1
  if (waiting === 0) parentPort?.postMessage({ bytes: lastBytes })
}

function isReady(): void {
  ready += 1
  if (ready === clients) parentPort?.postMessage({ bytes: 0 })
}

for (let index = 0; index < clients; index++) {
  const socket = connect(port, '127.0.0.1')
  const client: Client = { socket, left: 0, rest: Buffer.alloc(0), ready: false, skips: say === null ? 0 : 1 }
  all.push(client)
  socket.on('connect', () => handshake(client))
  socket.on('data', (chunk: Buffer) => onData(client, chunk))
}

parentPort?.on('message', (order: { expect: number } | 'end') => {
  if (order === 'end') {
    for (const { socket } of all) socket.destroy()
    parentPort?.close()
    return
  }
  waiting = clients
  for (const client of all) client.left = order.expect
})
