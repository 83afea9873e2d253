import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import {
  EvidenceCutShortError,
  EvidenceDigestError,
  EvidenceTooLargeError,
  EvidenceTypeError,
  storeErrorOf,
} from './errors.ts'
import type { Expectations, StoredFile } from './evidence-store.ts'
import {
  allowedMediaTypes,
  createTextCheck,
  headBytes,
  mayBeSaid,
  mediaTypeOf,
  ruledOut,
} from './media-types.ts'

/** A file that has arrived: whole, of the right type, and synced under a temporary name. */
export type Received = StoredFile & { readonly path: string }

export type ReceiveOptions = {
  /** The temporary name. */
  readonly path: string
  readonly expectations: Expectations
  /** Of `node:fs/promises`, unless a test has a disk of its own. */
  readonly openFile?: typeof open
}

/**
 * Writes the content to the temporary file, hashing and judging it on the way. When it throws, the file is gone.
 * @throws as `EvidenceStore.put`
 */
export async function receive(
  content: AsyncIterable<Uint8Array>,
  { path, expectations, openFile = open }: ReceiveOptions,
): Promise<Received> {
  try {
    const file = await openFile(path, 'wx', 0o400)
    let taken: Omit<StoredFile, 'mediaType'> & { isText: boolean }
    try {
      taken = await take(content, file, expectations)
      await file.sync()
    } finally {
      await file.close()
    }
    const { isText, sha256, bytes } = taken
    const mediaType = await mediaTypeOf(path, isText)
    requireType(mediaType, expectations)
    return { path, sha256, bytes, mediaType }
  } catch (error) {
    // What cannot be removed now is swept at the next start.
    await rm(path, { force: true }).catch(() => {})
    throw storeErrorOf(error)
  }
}

async function take(content: AsyncIterable<Uint8Array>, file: FileHandle, expectations: Expectations) {
  const { maxBytes, bytes: expectedBytes, sha256: expectedSha256 } = expectations
  const hash = createHash('sha256')
  const text = createTextCheck()
  let head = Buffer.alloc(0)
  let judged = false
  let bytes = 0
  const judge = async () => {
    judged = true
    const found = await ruledOut(head, text.isText())
    if (found !== null) throw new EvidenceTypeError(found, declaredIn(expectations))
  }
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new EvidenceTooLargeError(maxBytes)
    hash.update(chunk)
    text.take(chunk)
    if (!judged) {
      head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)])
      if (head.length === headBytes) await judge()
    }
    await writeAll(file, chunk)
  }
  if (bytes === 0 || (expectedBytes !== undefined && bytes !== expectedBytes)) {
    throw new EvidenceCutShortError(bytes)
  }
  const sha256 = hash.digest('hex')
  if (expectedSha256 !== undefined && sha256 !== expectedSha256) throw new EvidenceDigestError(sha256)
  return { sha256, bytes, isText: text.end() }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written)
    written += bytesWritten
  }
}

function requireType(found: string, expectations: Expectations): void {
  const declared = declaredIn(expectations)
  if (!allowedMediaTypes.includes(found)) throw new EvidenceTypeError(found, declared)
  if (declared !== null && !mayBeSaid(declared, found)) throw new EvidenceTypeError(found, declared)
}

function declaredIn({ mediaType }: Expectations): string | null {
  return mediaType ?? null
}
