import { join } from 'node:path'
import { openEmbeddedReader } from '../../packages/event-store/src/index.ts'
import { readModels, rebuildReadStore } from '../../projections/src/index.ts'
import { materialOf, vaultOf } from './material.ts'

/** One rebuild in a process of its own; prints the megabytes that were resident at most. */

const [keepIn = '', events = '', folder = ''] = process.argv.slice(2)
const material = await materialOf(Number(events), keepIn)
const reader = await openEmbeddedReader(material.ledger)
const vault = vaultOf(material)
const readStorePath = join(folder, 'read.db')
const results = await rebuildReadStore({ reader, readStorePath, projections: readModels, open: vault.open })
const failed = results.find(({ failedReason }) => failedReason !== null)
if (failed) throw new Error(`${failed.projection}: ${failed.failedReason}`)
console.log(Math.round(process.resourceUsage().maxRSS / 1024))
process.exit(0)
