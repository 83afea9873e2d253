// A worker thread inherits no TypeScript from its parent on Node 20; newer Nodes read it by themselves.
if (!process.features.typescript) (await import('tsx/esm/api')).register()
await import('./rebuild-thread.ts')
