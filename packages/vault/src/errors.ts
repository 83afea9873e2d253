/** The vault cannot be opened or used as it stands: wrong master key, foreign file, unwritable folder. */
export class VaultUnavailableError extends Error {
  override readonly name = 'VaultUnavailableError'
}

/** A store of keys that does not answer: try again later. Whoever is known here can be read meanwhile. */
export class KeyStoreSilentError extends VaultUnavailableError {}

/** Someone asks to seal a person whose key was destroyed: the person was erased and is not taken up again. */
export class SubjectKeyDestroyedError extends Error {
  override readonly name = 'SubjectKeyDestroyedError'
  readonly subjectId: string
  /** RFC 3339 */
  readonly destroyedAt: string
  constructor(subjectId: string, destroyedAt: string) {
    super(
      `the key of subject ${subjectId} was destroyed at ${destroyedAt} and the person erased: ` +
        'nothing can be sealed for this subject any more; use another subject id if the person consents anew',
    )
    this.subjectId = subjectId
    this.destroyedAt = destroyedAt
  }
}

/** Sealed bytes that this subject's key did not make: altered, or moved here from another subject. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError'
  readonly subjectId: string
  constructor(subjectId: string, options?: ErrorOptions) {
    super(
      `the sealed data of subject ${subjectId} are not what was sealed for them: altered, or another subject’s`,
      options,
    )
    this.subjectId = subjectId
  }
}
