// As the ledger's writer: a worker thread inherits no TypeScript from its parent on Node 20.
if (!process.features.typescript) (await import('tsx/esm/api')).register()
await import('./append-file-thread.ts')
