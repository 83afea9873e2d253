import { parseArgs } from 'node:util'
import { LedgerUnavailableError, openClusterStore } from '../../packages/event-store/src/index.ts'
import { newEvent, runCommand } from './load.ts'

/**
 * Shows that the engine refuses what it must, in words that help, and how soon.
 * Run: `node --import tsx scripts/cluster/refusals.ts <connection string that works> [--wrong-password <string>]
 * [--unknown-ca <string>] [--may-not-read <string>] [--may-not-write <string> --stream <its stream>]
 * [--set-retention '<command>' --clear-retention '<command>']`. The last two set and remove `$maxAge`, `$maxCount` or
 * `$tb` on a stream of a category of the ledger.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'wrong-password': { type: 'string' },
    'unknown-ca': { type: 'string' },
    'may-not-read': { type: 'string' },
    'may-not-write': { type: 'string' },
    stream: { type: 'string' },
    'set-retention': { type: 'string' },
    'clear-retention': { type: 'string' },
  },
})
const [address] = positionals
if (!address) {
  console.error('usage: refusals.ts <connection string> [--wrong-password …] …')
  process.exit(2)
}
let failed = false

/** Opens and closes; the refusal in words, or null. */
async function refusalOf(connectionString: string, use = async (_: Store) => {}): Promise<string | null> {
  try {
    const store = await openClusterStore(connectionString)
    try {
      await use(store)
    } finally {
      await store.close()
    }
    return null
  } catch (error) {
    if (!(error instanceof LedgerUnavailableError)) throw error
    return error.message
  }
}
type Store = Awaited<ReturnType<typeof openClusterStore>>

async function expectRefusal(name: string, refused: boolean, attempt: () => Promise<string | null>) {
  const begin = performance.now()
  const message = await attempt()
  const ms = Math.round(performance.now() - begin)
  const right = (message !== null) === refused
  failed ||= !right
  console.log(`${right ? 'as it must be' : 'WRONG'}: ${name}: ${message ?? 'accepted'} (${ms} ms)`)
}

await expectRefusal('the right user', false, () => refusalOf(address))
const wrongOnes = ['wrong-password', 'unknown-ca', 'may-not-read'] as const
for (const name of wrongOnes) {
  const connectionString = values[name]
  if (connectionString) await expectRefusal(name, true, () => refusalOf(connectionString))
}
const { 'may-not-write': mayNotWrite, stream } = values
if (mayNotWrite && stream) {
  await expectRefusal('may-not-write', true, () =>
    refusalOf(mayNotWrite, async (store) => {
      await store.append(stream, [newEvent(0)], -1)
    }),
  )
}
const { 'set-retention': set, 'clear-retention': clear } = values
if (set && clear) {
  await runCommand(set)
  await expectRefusal('retention on a ledger stream', true, () => refusalOf(address))
  await runCommand(clear)
  await expectRefusal('retention removed', false, () => refusalOf(address))
}
process.exit(failed ? 1 : 0)
