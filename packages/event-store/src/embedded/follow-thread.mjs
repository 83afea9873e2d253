// The program of a reader on another thread: tells every value it sees.
if (!process.features.typescript) (await import('tsx/esm/api')).register()
const { parentPort, workerData } = await import('node:worker_threads')
const { openEmbeddedReader } = await import('./embedded.ts')
const reader = await openEmbeddedReader(workerData.directory)
parentPort.once('message', () => reader.close())
for await (const message of reader.subscribeToAll({ after: -1n })) {
  if (message.kind === 'caughtUp') parentPort.postMessage({ caughtUp: message.position })
  else if (message.kind === 'events') parentPort.postMessage({ ids: message.events.map((event) => event.id) })
}
parentPort.close()
