import { loadConfig } from '@fireledger/gateway'
import { pino } from 'pino'
import { runUntilStopped } from './run-until-stopped.ts'

/** Told to stop as the last thing before it is up. */
await runUntilStopped(loadConfig({ FIRELEDGER_MODE: 'dev' }), pino({ level: 'silent' }), async (parts) => {
  parts.add(async () => console.log('closed'))
  setInterval(() => {}, 1000)
  process.kill(process.pid, 'SIGTERM')
  return {}
})
