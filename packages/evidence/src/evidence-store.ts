import type { Readable } from 'node:stream'

/**
 * The port of the evidence store: files under the SHA-256 of their content, written once, never changed and never
 * deleted by the program. What a file is evidence of, the ledger says; the store knows bytes only.
 */

/** A whole file in the store. */
export type StoredFile = {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  readonly bytes: number
  /** Of `allowedMediaTypes`, found by content alone: the same bytes always have the same type. */
  readonly mediaType: string
}

/** What the sender says of a file, and how much of it is taken in. */
export type Expectations = {
  readonly maxBytes: number
  /** When the sender says which length, type or hash to expect, anything else is turned away. */
  readonly bytes?: number
  readonly mediaType?: string
  readonly sha256?: string
}

/** First and last byte, both included. */
export type ByteRange = { readonly first: number; readonly last: number }

export type ListedFile = {
  readonly sha256: string
  readonly bytes: number
  /** RFC 3339 in UTC. */
  readonly storedAt: string
}

/** An upload that its sender may name in the ledger: see `claim`. */
export type Claim = { readonly sha256: string; readonly bytes: number }

export type Soundness =
  | { readonly kind: 'sound'; readonly bytes: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'altered'; readonly sha256: string; readonly bytes: number }

export interface EvidenceStore {
  /**
   * Takes in a file. When this resolves, the file is durable and whole; when it throws, or the process dies, nothing
   * is left but a temporary file that the next start sweeps. The same content twice is one
   * file, written anew when its length is no longer the content's.
   * @throws EvidenceTooLargeError, EvidenceTypeError, EvidenceDigestError, EvidenceCutShortError: the sender's fault;
   * EvidenceStoreFullError, EvidenceStoreUnavailableError: ours; or the error of `content`.
   */
  put(
    content: AsyncIterable<Uint8Array>,
    expectations: Expectations,
  ): Promise<StoredFile & { created: boolean }>
  /** Null when there is no such file. Reads no more than the head of it. */
  stat(sha256: string): Promise<StoredFile | null>
  /**
   * The content. Without a range it is hashed on the way: the stream of an altered file fails with
   * EvidenceAlteredError before its end, so that nobody gets such a file whole.
   * @throws EvidenceMissingError
   */
  open(sha256: string, range?: ByteRange): Promise<Readable>
  /** Every file, in the order of the hashes. */
  list(): AsyncIterable<ListedFile>
  /**
   * Reads and hashes the file anew, in bounded memory.
   * @throws EvidenceStoreUnavailableError when it is there and cannot be read
   */
  verify(sha256: string): Promise<Soundness>
  /** Remembers that `owner` sent this file: only those may name a file who have sent it or may read it anyway. */
  claim(owner: string, claim: Claim): Promise<void>
  claims(owner: string): Promise<readonly Claim[]>
  /** The file is named now; what is not claimed need not be released. */
  release(owner: string, claim: Claim): Promise<void>
  close(): Promise<void>
}

const sha256Form = /^[0-9a-f]{64}$/

/** Whatever becomes a path or a key is looked at here first. @throws RangeError: a bug of the caller. */
export function requireSha256(sha256: string): string {
  if (!sha256Form.test(sha256)) throw new RangeError('not a SHA-256 in lower-case hex')
  return sha256
}
