import type { Worker } from 'node:worker_threads'
import { perSecond, type Row } from '../frame.ts'
import { startBareFastify, startGateway } from '../gateway.ts'
import { startClients, told } from '../worker.ts'

const connections = 64
export const unitBody = JSON.stringify({
  data: {
    name: '常州市新北锦汇大酒店',
    kind: 'hotel',
    areaSquareMetres: 20_229,
    division: '320411',
    address: `江苏省常州市新北区通江中路54号${'（甲座）'.repeat(12)}`,
  },
})

/** A whole command: parsed, authorised, its stream loaded, decided, durable; beside Fastify that only parses the body. */
export const commandRow: Row = {
  name: 'command',
  aim: '≥ 40 % of a bare Fastify POST of the same body, 64 connections',
  async *measurements(options) {
    const gateway = await startGateway()
    const answer = {
      eventIds: ['00000000-0000-8000-a000-000000000000'],
      position: '1',
      revision: 0,
      replayed: false,
    }
    const bare = await startBareFastify(answer)
    const requests = options.quick ? 100 : 10_000
    const token = await gateway.token('registrar')
    const clientsOf = (port: number) =>
      startClients('./http-clients.ts', {
        port,
        connections,
        path: '/v1/units/*/register',
        headers: `authorization: ${token}\r\n`,
        body: unitBody,
      })
    const ours = clientsOf(gateway.port)
    const theirs = clientsOf(bare.port)
    let first = 0
    const run = (clients: Worker) => async () => {
      first += requests
      return perSecond(requests, async () => {
        clients.postMessage({ requests, first })
        const { wrong } = await told<{ wrong: string | null }>(clients)
        if (wrong !== null) throw new Error(`a request was not answered with 201: ${wrong}`)
      })
    }
    yield {
      name: `POST of ${Buffer.byteLength(unitBody)} bytes, ${connections} connections`,
      unit: 'requests/s',
      warmsUp: true,
      sides: { fireledger: run(ours), 'bare Fastify': run(theirs) },
      comparisons: [{ of: 'fireledger', to: 'bare Fastify', atLeast: 0.4 }],
      notes: ['the clients, a thread of this process, are counted in the processor time of both'],
      async close() {
        for (const clients of [ours, theirs]) clients.postMessage('end')
        await gateway.close()
        await bare.close()
      },
    }
  },
}
