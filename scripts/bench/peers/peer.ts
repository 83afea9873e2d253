import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What somebody would take instead of this ledger, through its public API. */
export type Peer = {
  /** One call, so many events, to a stream of that name that holds `revision + 1` events. Resolves when it is durable. */
  append(stream: string, events: number, revision: number): Promise<unknown>
  /** Reads what was appended, decoded; how many events there were. Absent where the peer has no such call. */
  readonly replay?: (events: number) => Promise<number>
  close(): Promise<void>
}

const folder = import.meta.dirname
const require = createRequire(join(folder, '..', 'package.json'))

/** Peers are installed by `npm run bench` alone, so their types are unknown to the rest of the project. */
export function arePeersInstalled(): boolean {
  return existsSync(join(folder, '..', 'node_modules', 'eventstore'))
}

// biome-ignore lint/suspicious/noExplicitAny: no types without an installation
export async function importPeer(name: string): Promise<any> {
  return import(pathToFileURL(require.resolve(name)).href)
}

/** As large as the events that the ledger is measured with. */
export const peerData = { text: 'x'.repeat(600) }
