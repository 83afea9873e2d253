import { randomUUID } from 'node:crypto'
import type { NewEvent } from '../../packages/event-store/src/index.ts'

/** Events as large as real ones (656 bytes), and appenders of them. */

const data = new TextEncoder().encode(JSON.stringify({ text: 'x'.repeat(380) }))
const metadata = new TextEncoder().encode(JSON.stringify({ text: 'y'.repeat(240), schemaVersion: 1 }))
export const eventBytes = data.length + metadata.length

export function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), type: 'Measured', data, metadata }))
}

export type Append = (stream: string, events: readonly NewEvent[], expected: number) => Promise<unknown>
export type AppendLoad = { readonly appenders: number; readonly batch: number; readonly appendsEach: number }

/** Each appender waits for its own append before the next one, on a stream of its own. The events are made beforehand. */
export function prepareAppends(append: Append, { appenders, batch, appendsEach }: AppendLoad) {
  const batches = Array.from({ length: appenders * appendsEach }, () => newEvents(batch))
  return async () => {
    await Promise.all(
      Array.from({ length: appenders }, async () => {
        const stream = `bench-${randomUUID()}`
        for (let index = 0; index < appendsEach; index++) {
          await append(stream, batches.pop() ?? [], index * batch - 1)
        }
      }),
    )
  }
}
