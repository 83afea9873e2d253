import { connect, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * Connections that each send one request, wait for its answer, and send the next: as cheap as clients can be, since they
 * share the machine with the server.
 */

type Order = { readonly requests: number; readonly first: number }
const { port, connections, path, headers, body } = workerData as {
  port: number
  connections: number
  /** `*` stands for a new ULID. */
  path: string
  headers: string
  body: string
}
const rest = ` HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
const sockets: Socket[] = []
for (let index = 0; index < connections; index++) sockets.push(connect(port, '127.0.0.1').setNoDelay(true))

function requestOf(number: number): string {
  return `POST ${path.replace('*', `01${String(number).padStart(24, '0')}`)}${rest}`
}

function run({ requests, first }: Order): void {
  let sent = 0
  let answered = 0
  let wrong: string | null = null
  const next = (socket: Socket) => {
    if (sent < requests) socket.write(requestOf(first + sent++))
  }
  for (const socket of sockets) {
    let text = ''
    socket.removeAllListeners('data')
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (text.length < end + 4 + length) return
      if (!text.startsWith('HTTP/1.1 201')) wrong ??= text.slice(0, 400)
      text = ''
      answered += 1
      if (answered === requests) parentPort?.postMessage({ wrong })
      next(socket)
    })
    next(socket)
  }
}

parentPort?.on('message', (order: Order | 'end') => {
  if (order !== 'end') return run(order)
  for (const socket of sockets) socket.destroy()
  parentPort?.close()
})
