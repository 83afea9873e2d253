import { workerData } from 'node:worker_threads'

if (!process.features.typescript) (await import('tsx/esm/api')).register()
await import(workerData.file)
