/** What can go wrong with a file, each with what its sender or the operator needs to know. */

export class EvidenceTooLargeError extends Error {
  override readonly name = 'EvidenceTooLargeError'
  readonly maxBytes: number
  constructor(maxBytes: number) {
    super(`the file has more than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/** `found` by content; `declared` by the sender, null when nothing was declared. */
export class EvidenceTypeError extends Error {
  override readonly name = 'EvidenceTypeError'
  readonly found: string
  readonly declared: string | null
  constructor(found: string, declared: string | null) {
    super(declared === null ? `the content is ${found}` : `declared as ${declared}, the content is ${found}`)
    this.found = found
    this.declared = declared
  }
}

export class EvidenceDigestError extends Error {
  override readonly name = 'EvidenceDigestError'
  /** Of what arrived. */
  readonly sha256: string
  constructor(sha256: string) {
    super(`the content that arrived has the SHA-256 ${sha256}`)
    this.sha256 = sha256
  }
}

/** Empty, or not of the length that was announced. */
export class EvidenceCutShortError extends Error {
  override readonly name = 'EvidenceCutShortError'
  readonly bytes: number
  constructor(bytes: number) {
    super(`the content ended after ${bytes} bytes`)
    this.bytes = bytes
  }
}

export class EvidenceMissingError extends Error {
  override readonly name = 'EvidenceMissingError'
  readonly sha256: string
  constructor(sha256: string) {
    super(`no file ${sha256} is in the evidence store`)
    this.sha256 = sha256
  }
}

export class EvidenceAlteredError extends Error {
  override readonly name = 'EvidenceAlteredError'
  readonly sha256: string
  constructor(sha256: string) {
    super(`the file ${sha256} in the evidence store no longer has its content`)
    this.sha256 = sha256
  }
}

/** No room; nothing of the file was kept. */
export class EvidenceStoreFullError extends Error {
  override readonly name = 'EvidenceStoreFullError'
}

/** Cannot be reached or used for now; nothing of the file was kept. The message is for the operator. */
export class EvidenceStoreUnavailableError extends Error {
  override readonly name = 'EvidenceStoreUnavailableError'
}

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG']
const unusableCodes = ['EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'EMFILE', 'ENFILE', 'ESTALE', 'ENXIO']

/** An error of the file system as what it means here; any other as it is. */
export function storeErrorOf(error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === undefined) return error
  const message = (error as Error).message
  if (fullCodes.includes(code)) return new EvidenceStoreFullError(message, { cause: error })
  if (unusableCodes.includes(code)) return new EvidenceStoreUnavailableError(message, { cause: error })
  return error
}
