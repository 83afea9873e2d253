/**
 * Where the keys of persons are kept, one per subject, wrapped by the master key. Two stores: a file of one machine
 * (`keys.db`) and a PostgreSQL database that any number of machines share. Both pass `key-store.contract.ts`.
 */
export interface KeyStore {
  /**
   * Keeps each key unless its subject has one, or had one that was destroyed; then answers what is kept for all these
   * subjects. Durable before it answers; whoever offers a key for the same subject at the same time gets the same one.
   */
  keep(offered: readonly OfferedKey[]): Promise<readonly KeptKey[]>

  /** What is kept for these subjects, in any order; nothing for a subject that it does not know. */
  find(subjectIds: readonly string[]): Promise<readonly KeptKey[]>

  /** Everything that is kept, destroyed keys as well, in byte order of the subject ids, from the first one after `after`. */
  page(after: string, limit: number): Promise<readonly KeptKey[]>

  /**
   * Irrevocable, idempotent; a subject without a key can have none from then on. Answers when it was first destroyed,
   * once no byte of the key is left in the store's files.
   * @throws VaultUnavailableError when the store does not answer, or somebody else keeps old bytes alive: call again.
   */
  destroy(subjectId: string, at: string): Promise<string>

  /**
   * Finishes what a destruction left that was interrupted or held up: no byte of any destroyed key is left afterwards.
   * @throws VaultUnavailableError as `destroy`
   */
  clean(): Promise<void>

  close(): Promise<void>
}

export type OfferedKey = {
  readonly subjectId: string
  readonly wrapped: Uint8Array
  /** RFC 3339 */
  readonly createdAt: string
}

export type KeptKey = {
  readonly subjectId: string
  /** Null once it is destroyed. */
  readonly wrapped: Uint8Array | null
  readonly createdAt: string
  readonly destroyedAt: string | null
}
