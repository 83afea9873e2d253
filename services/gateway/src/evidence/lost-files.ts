import { type EventStore, loadStream } from '@fireledger/event-store'
import type { EvidenceStore } from '@fireledger/evidence'
import { z } from 'zod'

/** Asked of the store at once. */
const lookedAtOnce = 16

const stored = z.object({ sha256: z.string(), file: z.object({ bytes: z.number() }) })

/**
 * The files that the assessment says are in the store and that are not, or no longer of their length. Whether each has
 * its content still, only reading all of it can tell: that is what `verify` does.
 */
export async function findLostFiles(
  evidence: EvidenceStore,
  ledger: Pick<EventStore, 'readStream'>,
  category: Parameters<typeof loadStream>[1],
  id: string,
): Promise<ReadonlySet<string>> {
  const { events } = await loadStream(ledger, category, id)
  const lengths = new Map<string, number>()
  for (const { type, data } of events) {
    const named = type === 'EvidenceRecorded' ? stored.safeParse(data) : null
    if (named?.success) lengths.set(named.data.sha256, named.data.file.bytes)
  }
  const waiting = [...lengths]
  const lost = new Set<string>()
  const look = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [sha256, bytes] = next
      if ((await evidence.stat(sha256))?.bytes !== bytes) lost.add(sha256)
    }
  }
  await Promise.all(Array.from({ length: lookedAtOnce }, look))
  return lost
}
