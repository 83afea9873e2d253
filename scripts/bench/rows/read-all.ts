import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeEvent, type EventReader, openEmbeddedReader } from '../../../packages/event-store/src/index.ts'
import { perSecond, type Row, type Side } from '../frame.ts'
import { fileName, readRecords, recordBytes, writeRecord } from '../limits/file-records.ts'
import { materialOf } from '../material.ts'
import { emmettSqlite } from '../peers/emmett-sqlite.ts'
import { nodeEventstore } from '../peers/node-eventstore.ts'
import type { Peer } from '../peers/peer.ts'

/** Reading everything, decoded and lifted to current shapes; the limit is a file of the same events, decoded the same. */
export const readAllRow: Row = {
  name: 'read-all',
  aim: '≥ 75 % of the file; ≥ 20 × Emmett’s best',
  async *measurements(options) {
    const [events = 0] = options.sizes
    const material = await materialOf(events, options.keepIn)
    const reader = await openEmbeddedReader(material.ledger)
    const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
    const path = join(directory, fileName)
    await copyToFile(reader, path)
    const sides: Record<string, Side> = {
      fireledger: () =>
        perSecond(events, async () => {
          for await (const page of reader.readAll()) for (const stored of page) decodeEvent(stored)
        }),
      file: () =>
        perSecond(events, () => {
          for (const page of readRecords(path)) for (const stored of page) decodeEvent(stored)
        }),
    }
    const peers: Peer[] = []
    if (options.peers) {
      const filled = options.quick ? 40 : 4000
      const add = async (name: string, make: () => Promise<Peer>) => {
        const peer = await make()
        peers.push(peer)
        for (let written = 0; written < filled; written += 40) {
          await peer.append(`bench-${written}`, 40, -1)
        }
        const { replay } = peer
        if (replay) sides[name] = async () => perSecond(filled, () => replay(filled))
      }
      await add('Emmett SQLite default', () => emmettSqlite(directory, 'default'))
      await add('Emmett SQLite best', () => emmettSqlite(directory, 'best'))
      await add('node-eventstore in memory', nodeEventstore)
    }
    yield {
      name: `${events} events, decoded and upcast`,
      unit: 'events/s',
      sides,
      comparisons: [
        { of: 'fireledger', to: 'file', atLeast: 0.75 },
        { of: 'fireledger', to: 'Emmett SQLite best', atLeast: 20 },
        { of: 'fireledger', to: 'Emmett SQLite default' },
        { of: 'fireledger', to: 'node-eventstore in memory' },
      ],
      async close() {
        await reader.close()
        for (const peer of peers) await peer.close()
        rmSync(directory, { recursive: true, force: true })
      },
    }
  },
}

async function copyToFile(reader: EventReader, path: string): Promise<void> {
  const file = openSync(path, 'w')
  for await (const page of reader.readAll()) {
    const bytes = page.reduce((sum, event) => sum + recordBytes(event.stream, event), 0)
    const group = Buffer.allocUnsafe(bytes)
    let end = 0
    for (const event of page) {
      const { position, storedAt } = event
      end = writeRecord(group, end, {
        ...event,
        position: Number(position),
        storedAtMs: Date.parse(storedAt),
      })
    }
    writeSync(file, group, 0, end)
  }
  closeSync(file)
}
