import { VaultUnavailableError } from './errors.ts'
import type { KeptKey, KeyStore } from './key-store.ts'
import { newWrappedKey, sameWrappedKey } from './sealing.ts'

/**
 * One store of keys for many machines, and on each machine a replica (its `keys.db`), from which a vault seals and
 * opens without asking anybody. A key is made in the store first and then taken over, so that two machines never have
 * different keys for one person; a destroyed key is nowhere taken over again.
 */
export type SharedKeys = {
  /** Before sealing: makes in the store what nobody has yet, and takes over what this machine lacks. */
  createKeys(subjectIds: Iterable<string>): Promise<void>
  /** Before opening: takes over what this machine lacks. A key that is not in the store either stays missing. */
  fetchKeys(subjectIds: Iterable<string>): Promise<void>
  /**
   * In the store first, then here; here in any case.
   * @throws VaultUnavailableError when the store did not answer or is not clean yet: call again.
   */
  destroyKey(subjectId: string): Promise<void>
  /** When the key was destroyed, once both the store and this machine are known to have done it. */
  destroyedAt(subjectId: string): string | null
  /**
   * Takes over everything that this machine lacks, and gives to the store what it lacks: keys of a machine that was
   * alone before, or those that came after the backup from which the store was restored.
   * @throws VaultUnavailableError when the two have different keys for one person, or the store does not answer.
   */
  exchange(): Promise<void>
  close(): Promise<void>
}

export type SharedKeysOptions = {
  /** The local file; a vault with `isReplica` has it open as well. */
  readonly replica: KeyStore
  readonly store: KeyStore
  readonly masterKey: Uint8Array
  readonly now?: () => string
}

const pageSize = 5000
const silenceMs = 5000
/** Of subjects whose key is known to be here; bounds memory. */
const knownMax = 200_000

type Round = { readonly subjectIds: Set<string>; readonly done: Promise<void> }

export function openSharedKeys(options: SharedKeysOptions): SharedKeys {
  const { replica, store, masterKey, now = () => new Date().toISOString() } = options
  const known = new Set<string>()
  /** Of whom store and replica are known to know it. */
  const destroyed = new Map<string, string>()
  let silentUntil = 0

  async function missing(subjectIds: Iterable<string>): Promise<string[]> {
    const asked = [...new Set(subjectIds)].filter((id) => !known.has(id))
    if (asked.length === 0) return asked
    if (known.size > knownMax) known.clear()
    for (const { subjectId } of await replica.find(asked)) known.add(subjectId)
    return asked.filter((id) => !known.has(id))
  }

  /** What the store keeps becomes what this machine has. */
  async function takeOver(kept: readonly KeptKey[]): Promise<void> {
    const live = kept.flatMap(({ wrapped, ...key }) => (wrapped === null ? [] : [{ ...key, wrapped }]))
    const here = await replica.keep(live)
    refuseOthers(live, here)
    await destroyHere(kept.filter(({ destroyedAt }) => destroyedAt !== null))
    // What was destroyed here stays destroyed; the store learns of it by whoever destroyed it.
    for (const { subjectId } of kept) known.add(subjectId)
  }

  /** What another process keeps in the file's log is destroyed once more by whoever carries out the erasures. */
  async function destroyHere(gone: readonly KeptKey[]): Promise<void> {
    const here = new Map(
      (await replica.find(gone.map(({ subjectId }) => subjectId))).map((own) => [own.subjectId, own]),
    )
    for (const { subjectId, destroyedAt } of gone) {
      try {
        if (!here.get(subjectId)?.destroyedAt) await replica.destroy(subjectId, destroyedAt ?? now())
        destroyed.set(subjectId, destroyedAt ?? now())
      } catch (error) {
        if (!(error instanceof VaultUnavailableError)) throw error
      }
    }
  }

  function refuseOthers(there: readonly KeptKey[], here: readonly KeptKey[]): void {
    const own = new Map(here.map((kept) => [kept.subjectId, kept.wrapped]))
    for (const { subjectId, wrapped } of there) {
      const mine = own.get(subjectId)
      if (!mine || !wrapped || sameWrappedKey(masterKey, subjectId, mine, wrapped)) continue
      throw new VaultUnavailableError(
        `the key store and keys.db of this machine have different keys for subject ${subjectId}: the file belongs to another ledger, put it away`,
      )
    }
  }

  /** Requests that come together share one question to the store. */
  function inRounds(work: (subjectIds: string[]) => Promise<void>) {
    let next: Round | null = null
    function begin(): Round {
      const subjectIds = new Set<string>()
      const done = Promise.resolve().then(() => {
        next = null
        return work([...subjectIds])
      })
      return { subjectIds, done }
    }
    return async (subjectIds: Iterable<string>): Promise<void> => {
      const wanted = await missing(subjectIds)
      if (wanted.length === 0) return
      next ??= begin()
      const round = next
      for (const id of wanted) round.subjectIds.add(id)
      await round.done
    }
  }

  async function exchangePage(theirs: readonly KeptKey[], after: string, isLast: boolean): Promise<void> {
    await takeOver(theirs)
    const inStore = new Set(theirs.map(({ subjectId }) => subjectId))
    const end = theirs.at(-1)?.subjectId
    for (let from = after; ; ) {
      const mine = await replica.page(from, pageSize)
      const within = mine.filter(({ subjectId }) => isLast || (end !== undefined && !isAfter(subjectId, end)))
      const lacking = within.filter(({ subjectId }) => !inStore.has(subjectId))
      await give(lacking)
      const last = mine.at(-1)
      if (last === undefined || within.length < mine.length) return
      from = last.subjectId
    }
  }

  async function give(lacking: readonly KeptKey[]): Promise<void> {
    const live = lacking.flatMap(({ wrapped, ...key }) => (wrapped === null ? [] : [{ ...key, wrapped }]))
    if (live.length > 0) await takeOver(await store.keep(live))
    for (const { subjectId, destroyedAt } of lacking) {
      if (destroyedAt === null) continue
      destroyed.set(subjectId, await store.destroy(subjectId, destroyedAt))
    }
  }

  /** A store that is silent is not asked for each of many one after the other: whoever asks tries again later anyway. */
  async function destroyInStore(subjectId: string, at: string): Promise<string> {
    if (performance.now() < silentUntil) {
      throw new VaultUnavailableError('the key store did not answer a moment ago: try again')
    }
    try {
      return await store.destroy(subjectId, at)
    } catch (error) {
      silentUntil = performance.now() + silenceMs
      throw error
    }
  }

  return {
    createKeys: inRounds(async (subjectIds) => {
      const createdAt = now()
      const offered = subjectIds.map((subjectId) => ({
        subjectId,
        wrapped: newWrappedKey(masterKey, subjectId),
        createdAt,
      }))
      await takeOver(await store.keep(offered))
    }),
    fetchKeys: inRounds(async (subjectIds) => takeOver(await store.find(subjectIds))),
    async destroyKey(subjectId) {
      const at = now()
      try {
        destroyed.set(subjectId, destroyed.get(subjectId) ?? (await destroyInStore(subjectId, at)))
      } finally {
        await replica.destroy(subjectId, at)
      }
    },
    destroyedAt: (subjectId) => destroyed.get(subjectId) ?? null,
    async exchange() {
      for (let after = ''; ; ) {
        const theirs = await store.page(after, pageSize)
        const isLast = theirs.length < pageSize
        await exchangePage(theirs, after, isLast)
        if (isLast) return
        after = theirs.at(-1)?.subjectId ?? after
      }
    },
    async close() {
      await store.close()
      await replica.close()
    },
  }
}

/** By bytes, as both stores order them. */
function isAfter(subjectId: string, other: string): boolean {
  return Buffer.compare(Buffer.from(subjectId), Buffer.from(other)) > 0
}
