import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import {
  type Append,
  type FromWriter,
  type Outcome,
  type ToWriter,
  unpack,
} from '../../../packages/event-store/src/embedded/protocol.ts'
import { fileName, recordBytes, writeRecord } from './file-records.ts'

/**
 * The limit of durable appends: the ledger's own front end and group commit, and behind them nothing but one file. It
 * checks revisions and keeps an index of streams, as any ledger must, and syncs once for each group.
 */

const port = parentPort
if (!port) throw new Error('append-file-thread runs as a worker thread only')
const { directory } = workerData as { directory: string }
const say = (message: FromWriter) => port.postMessage(message)
/** The file is there, with room for what will come: see `makeRoom`. */
const file = openSync(join(directory, fileName), 'r+')
/** Where each stream's records begin. */
const streams = new Map<string, number[]>()
let position = 0
let offset = 0
let group = Buffer.allocUnsafe(4 * 1024 * 1024)

function outcomeOf({ stream, expected, events }: Append, at: number): { outcome: Outcome; end: number } {
  const places = streams.get(stream) ?? []
  if (places.length - 1 !== expected) {
    return { outcome: { kind: 'conflict', actual: places.length - 1 }, end: at }
  }
  if (places.length === 0) streams.set(stream, places)
  let end = at
  for (const event of events) {
    const size = recordBytes(stream, event)
    if (end + size > group.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * group.length, end + size))
      group.copy(larger, 0, 0, end)
      group = larger
    }
    const record = { ...event, stream, revision: places.length, position, storedAtMs: Date.now() }
    places.push(offset + end)
    end = writeRecord(group, end, record)
    position += 1
  }
  return { outcome: { kind: 'appended', revision: places.length - 1, position: position - 1 }, end }
}

function commit(tickets: readonly number[], appends: readonly Append[]): void {
  if (appends.length === 0) return
  let end = 0
  const outcomes = appends.map((append) => {
    const done = outcomeOf(append, end)
    end = done.end
    return done.outcome
  })
  writeSync(file, group, 0, end, offset)
  fdatasyncSync(file)
  offset += end
  say({ kind: 'outcomes', tickets, outcomes })
}

port.on('message', (first: ToWriter) => {
  const tickets: number[] = []
  const appends: Append[] = []
  let message: ToWriter | undefined = first
  for (; message; message = receiveMessageOnPort(port)?.message as ToWriter | undefined) {
    if (message.kind === 'close') {
      commit(tickets, appends)
      say({ kind: 'closed' })
      port.close()
      return
    }
    tickets.push(...message.appends.map(({ ticket }) => ticket))
    appends.push(...unpack(message))
  }
  commit(tickets, appends)
})
say({ kind: 'ready', head: -1 })
