import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Worker } from 'node:worker_threads'
import { perSecond, quantile, type Row, type Side } from '../frame.ts'
import { startGateway } from '../gateway.ts'
import { newUnit } from '../new-unit.ts'
import { fromGateway } from '../outside.ts'
import { startClients, told } from '../worker.ts'

/** What is appended reaches every socket; beside ws that sends the same bytes to as many. */
export const liveRow: Row = {
  name: 'live',
  aim: '≥ 70 % of a raw ws broadcast to 1,000 sockets; append → screen p99 told',
  async *measurements(options) {
    const clients = options.quick ? 10 : 1000
    const messages = options.quick ? 20 : 200
    const gateway = await startGateway()
    const subscribe = JSON.stringify({ type: 'subscribe', categories: ['unit'] })
    const token = await gateway.token('auditor')
    const open = (port: number, say: string | null) =>
      startClients('./socket-clients.ts', { port, clients, say, token })
    const ours = open(gateway.port, subscribe)
    const sampled = await told<{ bytes: number }>(ours)
    const { server, port, broadcast } = await startRawSockets()
    const theirs = open(port, null)
    await told(theirs)
    const append = async (count: number) => {
      const events = Array.from({ length: count }, newUnit)
      const appends = events.map(([stream, event]) => gateway.ledger.append(stream, [event], -1))
      await Promise.all(appends)
    }
    // One to know how many bytes a message has, for the raw side to send as many.
    ours.postMessage({ expect: 1 })
    await append(1)
    const { bytes } = await told<{ bytes: number }>(ours)
    const message = Buffer.alloc(Math.max(1, bytes - sampled.bytes || bytes), 'x')
    const delivered =
      (worker: Worker, send: () => unknown): Side =>
      () =>
        perSecond(clients * messages, async () => {
          worker.postMessage({ expect: messages })
          const done = told(worker)
          await send()
          await done
        })
    yield {
      name: `${clients} sockets, messages of ${message.length} bytes`,
      unit: 'messages/s',
      warmsUp: true,
      sides: {
        fireledger: delivered(ours, () => append(messages)),
        'raw ws': delivered(theirs, () => broadcast(message, messages)),
      },
      comparisons: [{ of: 'fireledger', to: 'raw ws', atLeast: 0.7 }],
      notes: ['the clients, a thread of this process, are counted in the processor time of both'],
      close: async () => {},
    }
    yield {
      name: `append → the last of ${clients} sockets has it, p99 of ${messages / 2} single appends`,
      unit: 'ms',
      sides: {
        fireledger: async () => {
          const latenciesMs: number[] = []
          for (let index = 0; index < messages / 2; index++) {
            ours.postMessage({ expect: 1 })
            const done = told(ours)
            const begin = performance.now()
            await append(1)
            await done
            latenciesMs.push(performance.now() - begin)
          }
          return { value: quantile(latenciesMs, 0.99), cpuMicroseconds: null }
        },
      },
      comparisons: [],
      async close() {
        for (const worker of [ours, theirs]) worker.postMessage('end')
        server.close()
        await gateway.close()
      },
    }
  },
}

async function startRawSockets() {
  const { WebSocketServer } = fromGateway('ws')
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  async function broadcast(message: Buffer, times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      for (const socket of server.clients) socket.send(message, { binary: false })
      // As the feed does: sockets have their turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { server, port, broadcast }
}
