import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { personalRead } from '../../../packages/domain/src/index.ts'
import {
  type Command,
  handleCommand,
  type NewEvent,
  openEmbeddedLedger,
} from '../../../packages/event-store/src/index.ts'
import { type BenchOptions, type Measurement, perSecond, type Side } from '../frame.ts'
import { startGateway } from '../gateway.ts'
import { newUnit } from '../new-unit.ts'
import { startClients, told } from '../worker.ts'
import { unitBody } from './command.ts'

/** What grows with those who ask, and with how long what they ask about has become. */

const roundsMax = 3

/** Commands to one stream after the first one: what is remembered of it is not read again. */
export async function commandsByLength({ quick }: BenchOptions): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
  const ledger = await openEmbeddedLedger(join(directory, 'ledger'))
  const deps = { ledger, now: () => new Date().toISOString() }
  const sides: Record<string, Side> = {}
  for (const events of quick ? [4, 40] : [40, 400, 4000, 40_000]) {
    const id = `auditor-${events}.2026-03-02`
    await handleCommand(readOf(id), deps)
    let first: NewEvent | undefined
    for await (const page of ledger.readStream(`personalRead-${id}`)) first ??= page[0]
    for (let written = 1; written < events; written += 1000) {
      const count = Math.min(1000, events - written)
      const more = Array.from({ length: count }, () => ({ ...(first as NewEvent), id: crypto.randomUUID() }))
      await ledger.append(`personalRead-${id}`, more, written - 1)
    }
    const times = quick ? 5 : 2000
    sides[`${events} events in the stream`] = async () => {
      await handleCommand(readOf(id), deps)
      const { value, cpuMicroseconds } = await perSecond(times, async () => {
        for (let time = 0; time < times; time++) await handleCommand(readOf(id), deps)
      })
      return { value: 1000 / value, cpuMicroseconds }
    }
  }
  return {
    name: 'a command to a stream, by its length',
    unit: 'ms',
    sides,
    comparisons: [],
    roundsMax,
    async close() {
      await ledger.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function readOf(id: string): Command {
  return {
    category: personalRead,
    type: 'RecordPersonalRead',
    id,
    data: {
      division: '320402',
      subjects: ['person-1'],
      resource: '/v1/practitioners',
      purpose: '火灾事故倒查',
    },
    effectiveAt: null,
    commandId: crypto.randomUUID(),
    correlationId: 'bench',
    causationId: null,
    actor: { id: 'bench', role: 'auditor', division: '320400' },
  }
}

/** Whole commands over HTTP, each connection waiting for its answer. */
export async function commandsByConnections({ quick }: BenchOptions): Promise<Measurement> {
  const gateway = await startGateway()
  const token = await gateway.token('registrar')
  const requests = quick ? 40 : 5000
  const sides: Record<string, Side> = {}
  let first = 0
  for (const connections of quick ? [1, 4] : [1, 10, 100, 1000]) {
    sides[`${connections} connections`] = async () => {
      const headers = `authorization: ${token}\r\n`
      const path = '/v1/units/*/register'
      const clients = startClients('./http-clients.ts', {
        ...{ port: gateway.port, connections, path, headers, body: unitBody },
      })
      first += requests
      const sample = await perSecond(requests, async () => {
        clients.postMessage({ requests, first })
        const { wrong } = await told<{ wrong: string | null }>(clients)
        if (wrong !== null) throw new Error(`a request was not answered with 201: ${wrong}`)
      })
      clients.postMessage('end')
      return sample
    }
  }
  const name = 'whole commands over HTTP, by connections'
  return { name, unit: 'requests/s', sides, comparisons: [], roundsMax, warmsUp: true, close: gateway.close }
}

/** Messages of the live feed, each to every socket. */
export async function deliveryBySockets({ quick }: BenchOptions): Promise<Measurement> {
  const gateway = await startGateway()
  const token = await gateway.token('auditor')
  const say = JSON.stringify({ type: 'subscribe', categories: ['unit'] })
  const sides: Record<string, Side> = {}
  for (const sockets of quick ? [1, 4] : [1, 10, 100, 1000]) {
    const messages = quick ? 4 : Math.max(100, Math.min(5000, 100_000 / sockets))
    sides[`${sockets} sockets`] = async () => {
      const clients = startClients('./socket-clients.ts', {
        port: gateway.port,
        clients: sockets,
        say,
        token,
      })
      await told(clients)
      const events = Array.from({ length: messages }, newUnit)
      const sample = await perSecond(sockets * messages, async () => {
        clients.postMessage({ expect: messages })
        const done = told(clients)
        await Promise.all(events.map(([stream, event]) => gateway.ledger.append(stream, [event], -1)))
        await done
      })
      clients.postMessage('end')
      return sample
    }
  }
  const name = 'live messages, by sockets'
  return { name, unit: 'messages/s', sides, comparisons: [], roundsMax, warmsUp: true, close: gateway.close }
}
