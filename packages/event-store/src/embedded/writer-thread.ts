import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Database } from '@fireledger/sqlite'
import { createGroupCommit } from './group-commit.ts'
import { acquireProcessLock } from './process-lock.ts'
import { type Append, type FromWriter, type ToWriter, unpack } from './protocol.ts'
import { ledgerFile, openLedgerForWriting } from './schema.ts'
import { createWakeSender } from './wake.ts'

/**
 * The thread that owns the ledger's lock and its only writing connection. A commit blocks for as long as the disk needs
 * to sync, so it must not share a thread with HTTP. All appends that arrived meanwhile go into the next transaction.
 */

const eventsPerGroupMax = 4096

const port = parentPort
if (!port) throw new Error('writer-thread runs as a worker thread only')
const { directory } = workerData as { directory: string }
const say = (message: FromWriter) => port.postMessage(message)

function open(): { release: () => void; database: Database } | null {
  try {
    const lock = acquireProcessLock(directory)
    try {
      return { release: lock.release, database: openLedgerForWriting(directory) }
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    say({ kind: 'refused', message: (error as Error).message })
    port?.close()
    return null
  }
}

const opened = open()
if (opened) {
  const { database, release } = opened
  const writer = createGroupCommit(database, `${directory}/${ledgerFile}`, Date.now)
  const wake = createWakeSender(directory)

  const commit = (tickets: number[], appends: Append[]) => {
    if (appends.length === 0) return
    const outcomes = writer.commit(appends)
    say({ kind: 'outcomes', tickets, outcomes })
    wake.send()
    writer.checkpointIfDue()
  }

  const close = () => {
    wake.close()
    writer.close()
    release()
    say({ kind: 'closed' })
    port.close()
  }

  port.on('message', (first: ToWriter) => {
    let message: ToWriter | undefined = first
    let tickets: number[] = []
    let appends: Append[] = []
    let events = 0
    for (; message; message = receiveMessageOnPort(port)?.message as ToWriter | undefined) {
      if (message.kind === 'close') {
        commit(tickets, appends)
        close()
        return
      }
      tickets.push(...message.appends.map((append) => append.ticket))
      const unpacked = unpack(message)
      appends.push(...unpacked)
      events += unpacked.reduce((sum, append) => sum + append.events.length, 0)
      if (events >= eventsPerGroupMax) {
        commit(tickets, appends)
        tickets = []
        appends = []
        events = 0
      }
    }
    commit(tickets, appends)
  })
  say({ kind: 'ready', head: writer.head() })
}
