import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream'
import { claimName, claimOf, claimsPrefix } from './claims.ts'
import { EvidenceMissingError, storeErrorOf } from './errors.ts'
import { type EvidenceStore, type ListedFile, requireSha256, type StoredFile } from './evidence-store.ts'
import { openIncoming } from './incoming.ts'
import { mediaTypeOf } from './media-types.ts'
import { receive } from './receive.ts'
import { soundnessOf, verifying } from './verified.ts'

export type DirectoryOptions = {
  /** Of `node:fs/promises`, unless a test has a disk of its own. */
  readonly openFile?: typeof open
}

/**
 * Evidence in a folder, which several processes may share: `files/ab/cd/<sha256>` for what is whole, `incoming/` for
 * what is arriving, `claims/` for who sent what. A file appears under its name by one rename, after it has been synced;
 * the folder is synced before the sender hears of it.
 */
export async function openDirectoryStore(
  directory: string,
  { openFile = open }: DirectoryOptions = {},
): Promise<EvidenceStore> {
  const incoming = await orStoreError(openIncoming(join(directory, 'incoming')))
  const pathOf = (sha256: string) => {
    requireSha256(sha256)
    return join(directory, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
  const claimPath = (owner: string) => join(directory, claimsPrefix(owner))
  const makeFolder = createFolderMaker(directory)

  async function find(sha256: string): Promise<StoredFile | null> {
    const path = pathOf(sha256)
    const size = await sizeOf(path)
    // All of it was text when it came in, if it was: its beginning tells the rest.
    return size === null ? null : { sha256, bytes: size, mediaType: await mediaTypeOf(path, true) }
  }

  return {
    async put(content, expectations) {
      const path = await orStoreError(incoming.fresh())
      const { sha256, bytes, mediaType } = await receive(content, { path, expectations, openFile })
      try {
        const place = pathOf(sha256)
        await makeFolder(dirname(place))
        const created = (await sizeOf(place)) === null
        // Also over a file of this name: should it have been altered, this puts it right.
        await rename(path, place)
        await syncFolder(dirname(place))
        return { sha256, bytes, mediaType, created }
      } catch (error) {
        await rm(path, { force: true }).catch(() => {})
        throw storeErrorOf(error)
      }
    },
    stat: (sha256) => orStoreError(find(sha256)),
    async open(sha256, range) {
      const path = pathOf(sha256)
      if ((await orStoreError(sizeOf(path))) === null) throw new EvidenceMissingError(sha256)
      if (range) return createReadStream(path, { start: range.first, end: range.last })
      return pipeline(createReadStream(path), verifying(sha256), () => {})
    },
    list: () => listFiles(join(directory, 'files')),
    verify: (sha256) =>
      orStoreError(
        soundnessOf(sha256, async () => {
          const path = pathOf(sha256)
          if ((await sizeOf(path)) === null) throw new EvidenceMissingError(sha256)
          return createReadStream(path)
        }),
      ),
    async claim(owner, claim) {
      await orStoreError(
        makeFolder(claimPath(owner)).then(() => writeEmpty(join(claimPath(owner), claimName(claim)))),
      )
    },
    async claims(owner) {
      const names = await orStoreError(namesIn(claimPath(owner)))
      return names.map(claimOf).filter((claim) => claim !== null)
    },
    async release(owner, claim) {
      await orStoreError(rm(join(claimPath(owner), claimName(claim)), { force: true }))
    },
    close: () => incoming.close(),
  }
}

async function orStoreError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** Null when there is no such file. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Makes folders below `root`, and syncs the one above each: also when another made it, who may not have come to that.
 * Each is looked at once.
 */
function createFolderMaker(root: string) {
  const durable = new Set([root])
  return async function makeFolder(path: string): Promise<void> {
    if (durable.has(path)) return
    await makeFolder(dirname(path))
    try {
      await mkdir(path, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    await syncFolder(dirname(path))
    durable.add(path)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function writeEmpty(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  await file.close()
  await syncFolder(dirname(path))
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/** The names of a folder at a time: memory does not grow with the store. */
async function* listFiles(root: string): AsyncIterable<ListedFile> {
  for (const first of await namesIn(root)) {
    for (const second of await namesIn(join(root, first))) {
      const folder = join(root, first, second)
      for (const name of await namesIn(folder)) {
        if (!/^[0-9a-f]{64}$/.test(name)) continue
        const { size, mtime } = await stat(join(folder, name))
        yield { sha256: name, bytes: size, storedAt: mtime.toISOString() }
      }
    }
  }
}
