import { parentPort, workerData } from 'node:worker_threads'
import { openLedgerReader } from '@fireledger/event-store'
import { openVault } from '@fireledger/vault'
import { openEraser } from './erasure.ts'
import type { FromProjector, ProjectorOptions, ToProjector } from './projector.ts'
import { readModels } from './read-models.ts'
import { runProjections } from './runner.ts'

/** The projector's own thread: reads the ledger, folds, writes the read store, tells each commit. */

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

const reader = await openLedgerReader(options.ledger, {
  onTrouble: (trouble) => logger.info({ trouble }, 'the ledger does not answer; trying again'),
})
const vault = openVault(options.vault)

const eraser = openEraser(vault, logger)

try {
  await runProjections({
    reader,
    readStorePath: options.readStorePath,
    projections: readModels,
    open: vault.open,
    forget: eraser.forget,
    signal: stop.signal,
    logger,
    onCommit: (checkpoint, caughtUp) => tell({ kind: 'committed', checkpoint, caughtUp }),
  })
} finally {
  await reader.close()
  eraser.close()
  vault.close()
  port.close()
}
