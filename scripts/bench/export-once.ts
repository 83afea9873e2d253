import { createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openEmbeddedReader } from '../../packages/event-store/src/index.ts'
import { ocelText, xesText } from '../../packages/process-logs/src/index.ts'
import { casesWhere, openReadStore, processCases, readCaseLogs } from '../../projections/src/index.ts'

/** Writes all assessments of a folder once, and says how large, how long and with how much memory. */

const [folder = '', format = 'xes'] = process.argv.slice(2)
const reader = await openEmbeddedReader(join(folder, 'ledger'))
const store = openReadStore(join(folder, 'read.db'), [processCases])
const upTo = await reader.head()
const cases = () => readCaseLogs(store, reader, casesWhere('assessment', {}), upTo)
const out = join(folder, `log.${format}`)
const begin = performance.now()
await pipeline(Readable.from(format === 'xes' ? xesText(cases()) : ocelText(cases)), createWriteStream(out))
const seconds = (performance.now() - begin) / 1000
const megabytes = statSync(out).size / 1e6
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const cpu = (userCPUTime + systemCPUTime) / 1e6
console.log(
  `${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s (${cpu.toFixed(1)} s of processor with start), at most ${(maxRSS / 1000).toFixed(0)} MB of memory in all`,
)
store.close()
await reader.close()
