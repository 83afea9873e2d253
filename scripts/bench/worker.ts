import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** A thread that plays the clients, so that they do not share an event loop with the server. */
export function startClients(file: string, workerData: object): Worker {
  return new Worker(new URL('./worker-boot.mjs', import.meta.url), {
    workerData: { ...workerData, file: new URL(file, import.meta.url).href },
    execArgv: [],
  })
}

/** The next message of the thread. Rejects when the thread fails. */
export async function told<Message>(worker: Worker): Promise<Message> {
  const [message] = await once(worker, 'message')
  return message as Message
}
