import { readModels } from './read-models.ts'
import { sampleFacts } from './sample-history.ts'
import { catchUp, ledgerWith } from './test-kit.ts'

/** Started by the runner's test: catches up in small batches, telling each commit, until it is done or killed. */
const [path = '', count = '0'] = process.argv.slice(2)
const ledger = await ledgerWith(sampleFacts(Number(count)))
await catchUp(ledger, path, readModels, {
  flushEvents: 50,
  onCommit: (checkpoint) => process.stdout.write(`${checkpoint}\n`),
})
