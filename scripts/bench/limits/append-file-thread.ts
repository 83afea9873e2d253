import { fdatasyncSync, openSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type {
  FromWriter,
  Outcome,
  PackedAppend,
  ToWriter,
} from '../../../packages/event-store/src/embedded/protocol.ts'
import { fileName } from './file-records.ts'

/**
 * The limit of durable appends: the ledger's own front end and group commit, and behind them one file. It checks
 * revisions, and writes and syncs the same bytes in the same groups: the events as they came, in one piece, and before
 * them a line for each append that says what they are. Nothing is copied, no event is looked at.
 */

type Appends = ToWriter & { readonly kind: 'appends' }

const port = parentPort
if (!port) throw new Error('append-file-thread runs as a worker thread only')
const { directory } = workerData as { directory: string }
const say = (message: FromWriter) => port.postMessage(message)
/** The file is there, with room for what will come: see `makeRoom`. */
const file = openSync(join(directory, fileName), 'r+')
const revisions = new Map<string, number>()
let position = -1
let offset = 0

function place({ stream, expected, ids }: PackedAppend): Outcome {
  const actual = revisions.get(stream) ?? -1
  if (actual !== expected) throw new Error(`${stream} is at ${actual}, not ${expected}`)
  const revision = expected + ids.length
  revisions.set(stream, revision)
  position += ids.length
  return { kind: 'appended', revision, position }
}

/** Enough to find each event again: names are ASCII here. */
function lineOf({ stream, expected, ids, types, lengths }: PackedAppend): string {
  return `${stream} ${expected} ${ids.join(',')} ${types.join(',')} ${lengths.join(',')}\n`
}

function commit(messages: readonly Appends[]): void {
  if (messages.length === 0) return
  const appends = messages.flatMap((message) => message.appends)
  const outcomes = appends.map(place)
  const parts = messages.flatMap(({ appends, bytes }) => [
    Buffer.from(`${bytes.length} ${appends.map(lineOf).join('')}`, 'latin1'),
    bytes,
  ])
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const written = writevSync(file, parts, offset)
  if (written !== size) throw new Error(`${written} of ${size} bytes were written`)
  fdatasyncSync(file)
  offset += size
  say({ kind: 'outcomes', tickets: appends.map(({ ticket }) => ticket), outcomes })
}

port.on('message', (first: ToWriter) => {
  const messages: Appends[] = []
  let message: ToWriter | undefined = first
  for (; message; message = receiveMessageOnPort(port)?.message as ToWriter | undefined) {
    if (message.kind === 'close') {
      commit(messages)
      say({ kind: 'closed' })
      port.close()
      return
    }
    messages.push(message)
  }
  commit(messages)
})
say({ kind: 'ready', head: -1 })
