import { KeyStoreSilentError, VaultUnavailableError } from './errors.ts'
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
  /**
   * When the key was destroyed, once both the store and this machine are known to have done it and to have no byte of it
   * left. Until then whoever carries out the erasures calls `destroyKey` again.
   */
  destroyedAt(subjectId: string): string | null
  /**
   * Takes over everything that this machine lacks, and gives to the store what it lacks: keys of a machine that was
   * alone before, or those that came after the backup from which the store was restored. Then cleans the store; should
   * a backup hold it, those who are erased are not called destroyed yet.
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

/** When, by subject. */
type Destroyed = Map<string, string>

type Round = { readonly subjectIds: Set<string>; readonly done: Promise<void> }

export function openSharedKeys(options: SharedKeysOptions): SharedKeys {
  const { replica, store, masterKey, now = () => new Date().toISOString() } = options
  const known = new Set<string>()
  /** Of whom store and replica are known to have nothing left. */
  const destroyed = new Map<string, string>()
  let silentUntil = 0

  async function missing(subjectIds: Iterable<string>): Promise<string[]> {
    const asked = [...new Set(subjectIds)].filter((id) => !known.has(id))
    if (asked.length === 0) return asked
    if (known.size > knownMax) known.clear()
    for (const { subjectId } of await replica.find(asked)) known.add(subjectId)
    return asked.filter((id) => !known.has(id))
  }

  /** What the store keeps becomes what this machine has. Answers who is destroyed in both, bytes in the store aside. */
  async function takeOver(kept: readonly KeptKey[]): Promise<Destroyed> {
    const live = kept.flatMap(({ wrapped, ...key }) => (wrapped === null ? [] : [{ ...key, wrapped }]))
    const here = await replica.keep(live)
    refuseOthers(live, here)
    const gone = await destroyHere(kept.filter(({ destroyedAt }) => destroyedAt !== null))
    // What was destroyed here stays destroyed; the store learns of it by whoever destroyed it.
    for (const { subjectId } of kept) known.add(subjectId)
    return gone
  }

  /** What another process keeps in the file's log is destroyed once more by whoever carries out the erasures. */
  async function destroyHere(gone: readonly KeptKey[]): Promise<Destroyed> {
    const here = new Map(
      (await replica.find(gone.map(({ subjectId }) => subjectId))).map((own) => [own.subjectId, own]),
    )
    const done: Destroyed = new Map()
    for (const { subjectId, destroyedAt } of gone) {
      const at = destroyedAt ?? now()
      const isGone =
        here.get(subjectId)?.destroyedAt || (await unlessHeld(() => replica.destroy(subjectId, at)))
      if (isGone) done.set(subjectId, at)
    }
    return done
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

  async function exchangePage(
    theirs: readonly KeptKey[],
    after: string,
    isLast: boolean,
  ): Promise<Destroyed> {
    const gone = await takeOver(theirs)
    const inStore = new Set(theirs.map(({ subjectId }) => subjectId))
    const end = theirs.at(-1)?.subjectId
    for (let from = after; ; ) {
      const mine = await replica.page(from, pageSize)
      const within = mine.filter(({ subjectId }) => isLast || (end !== undefined && !isAfter(subjectId, end)))
      const lacking = within.filter(({ subjectId }) => !inStore.has(subjectId))
      await give(lacking)
      const last = mine.at(-1)
      if (last === undefined || within.length < mine.length) return gone
      from = last.subjectId
    }
  }

  async function give(lacking: readonly KeptKey[]): Promise<void> {
    const live = lacking.flatMap(({ wrapped, ...key }) => (wrapped === null ? [] : [{ ...key, wrapped }]))
    if (live.length > 0) await takeOver(await store.keep(live))
    for (const { subjectId, destroyedAt } of lacking) {
      if (destroyedAt === null) continue
      // The others would wait for the same.
      if (!(await unlessHeld(() => store.destroy(subjectId, destroyedAt)))) return
      destroyed.set(subjectId, destroyedAt)
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
    fetchKeys: inRounds(async (subjectIds) => {
      await takeOver(await store.find(subjectIds))
    }),
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
      const gone: Destroyed = new Map()
      for (let after = '', isLast = false; !isLast; ) {
        const theirs = await store.page(after, pageSize)
        isLast = theirs.length < pageSize
        for (const [subjectId, at] of await exchangePage(theirs, after, isLast)) gone.set(subjectId, at)
        after = theirs.at(-1)?.subjectId ?? after
      }
      if (!(await unlessHeld(() => store.clean()))) return
      for (const [subjectId, at] of gone) destroyed.set(subjectId, at)
    },
    async close() {
      await store.close()
      await replica.close()
    },
  }
}

/** False when somebody keeps old bytes alive: whoever carries out the erasures tries again. */
async function unlessHeld(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof VaultUnavailableError) || error instanceof KeyStoreSilentError) throw error
    return false
  }
}

/** By bytes, as both stores order them. */
function isAfter(subjectId: string, other: string): boolean {
  return Buffer.compare(Buffer.from(subjectId), Buffer.from(other)) > 0
}
