import { openDirectoryStore } from './directory-store.ts'
import { jpeg, pieces } from './samples.test-kit.ts'

/** Takes in files as fast as it can until it is killed, and says on standard output which it has acknowledged. */

const [directory = '', seed = '1'] = process.argv.slice(2)
const senders = 4

const store = await openDirectoryStore(directory)

async function sendForEver(sender: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const number = Number(seed) * 100_000 + turn * senders + sender
    const content = jpeg(20_000 + (number % 7) * 30_000, number)
    const { sha256 } = await store.put(pieces(content, 8192), { maxBytes: 1_000_000 })
    await store.claim('sender', { sha256, bytes: content.length })
    // A pipe: what was written has reached it, so the test sees it after the kill.
    process.stdout.write(`${sha256}\n`)
  }
}

await Promise.all(Array.from({ length: senders }, (_, sender) => sendForEver(sender)))
