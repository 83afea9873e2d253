import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { EvidenceAlteredError, EvidenceMissingError } from './errors.ts'
import type { Soundness } from './evidence-store.ts'

/** Passes content on and hashes it; keeps the last piece back until the hash is known to be right. */
export function verifying(sha256: string): Transform {
  const hash = createHash('sha256')
  let kept: Uint8Array | null = null
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      const before = kept
      kept = chunk
      if (before === null) done()
      else done(null, before)
    },
    flush(done) {
      if (hash.digest('hex') !== sha256) done(new EvidenceAlteredError(sha256))
      else done(null, kept)
    },
  })
}

/** Hashes all of the content. @throws what reading throws, but for a missing file. */
export async function soundnessOf(
  sha256: string,
  read: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<Soundness> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of await read()) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    if (error instanceof EvidenceMissingError) return { kind: 'missing' }
    throw error
  }
  const found = hash.digest('hex')
  return found === sha256 ? { kind: 'sound', bytes } : { kind: 'altered', sha256: found, bytes }
}
