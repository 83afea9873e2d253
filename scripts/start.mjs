import { ensureConsoleBuilt } from './build-console.mjs'
import { ensureInstalled, runFireledger } from './install.mjs'

ensureInstalled()
// Everything else runs without it; the gateway says so at its address.
ensureConsoleBuilt()
await runFireledger(['serve', '--scenario-on-first-start', ...process.argv.slice(2)])
