import { ensureInstalled, runFireledger } from './install.mjs'

ensureInstalled()
await runFireledger(['serve', '--scenario-on-first-start', ...process.argv.slice(2)])
