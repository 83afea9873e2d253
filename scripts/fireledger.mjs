#!/usr/bin/env node
import { ensureInstalled, runFireledger } from './install.mjs'

ensureInstalled()
await runFireledger(process.argv.slice(2))
