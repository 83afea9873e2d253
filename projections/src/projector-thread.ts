import { setTimeout } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { openLedgerReader } from '@fireledger/event-store'
import { openPersonKeys } from '@fireledger/vault'
import { openEraser } from './erasure.ts'
import type { FromProjector, ProjectorOptions, ToProjector } from './projector.ts'
import { readModels } from './read-models.ts'
import { runProjections } from './runner.ts'

/** The projector's own thread: reads the ledger, folds, writes the read store, tells each commit. */

const keysRetryMs = 1000
const options = workerData as ProjectorOptions
const port = parentPort
if (!port) throw new Error('projector-thread runs as a worker thread only')

function tell(message: FromProjector): void {
  port?.postMessage(message)
}

const logger = {
  info: (fields: object, message: string) => tell({ kind: 'log', level: 'info', fields, message }),
  error: (fields: object, message: string) => tell({ kind: 'log', level: 'error', fields, message }),
}

const stop = new AbortController()
port.on('message', (message: ToProjector) => {
  if (message.kind === 'stop') stop.abort()
})

const opened = await openLedgerReader(options.ledger, {
  onTrouble: (trouble) => logger.info({ trouble }, 'the ledger does not answer; trying again'),
})
const keys = openPersonKeys(options.keys)
const eraser = openEraser(keys, logger)

/** Rows without a person whose key is only out of reach would stay so: they wait. */
let isSilent = false
const reader = keys.readable(opened, async ({ message }) => {
  if (!isSilent) logger.error({ reason: message }, 'waiting for keys of persons')
  isSilent = true
  await setTimeout(keysRetryMs, undefined, { signal: stop.signal })
  return 'ask-again' as const
})

try {
  await runProjections({
    reader,
    readStorePath: options.readStorePath,
    projections: readModels,
    open: keys.vault.open,
    forget: eraser.forget,
    signal: stop.signal,
    logger,
    onCommit: (checkpoint, caughtUp) => {
      isSilent = false
      tell({ kind: 'committed', checkpoint, caughtUp })
    },
  })
} catch (error) {
  if (!stop.signal.aborted) throw error
} finally {
  await reader.close()
  await eraser.close()
  await keys.close()
  port.close()
}
