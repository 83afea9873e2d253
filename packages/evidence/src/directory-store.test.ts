import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { chmod, mkdir, open, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDirectoryStore } from './directory-store.ts'
import { evidenceStoreContract } from './evidence-store.contract.ts'
import { machineName } from './incoming.ts'
import { jpeg, pieces, sha256Of } from './samples.test-kit.ts'

function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
}

function pathIn(directory: string, sha256: string) {
  return join(directory, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

evidenceStoreContract('the directory', async () => {
  const directory = temporaryFolder()
  const store = await openDirectoryStore(directory)
  return {
    store,
    another: () => openDirectoryStore(directory),
    leftovers: async () => filesIn(join(directory, 'incoming')),
    async replace(sha256, content) {
      await chmod(pathIn(directory, sha256), 0o600)
      await writeFile(pathIn(directory, sha256), content)
    },
    remove: (sha256) => rm(pathIn(directory, sha256)),
    async end() {
      await store.close()
      rmSync(directory, { recursive: true })
    },
  }
})

describe('evidence in a directory', () => {
  const maxBytes = 100_000
  const photo = jpeg()
  const sha256 = sha256Of(photo)

  it('lies under its hash in folders of its first digits, for its owner to read and nobody to write', async () => {
    const directory = temporaryFolder()
    const store = await openDirectoryStore(directory)
    await store.put(pieces(photo), { maxBytes })
    expect(statSync(pathIn(directory, sha256)).mode & 0o777).toBe(0o400)
    await store.close()
    rmSync(directory, { recursive: true })
  })

  it('is put right by sending it again, also when it was altered and kept its length', async () => {
    const directory = temporaryFolder()
    const store = await openDirectoryStore(directory)
    await store.put(pieces(photo), { maxBytes })
    await chmod(pathIn(directory, sha256), 0o600)
    await writeFile(pathIn(directory, sha256), jpeg(photo.length - 11, 7))
    expect(await store.verify(sha256)).toMatchObject({ kind: 'altered' })
    await store.put(pieces(photo), { maxBytes })
    expect(await store.verify(sha256)).toMatchObject({ kind: 'sound' })
    await store.close()
    rmSync(directory, { recursive: true })
  })

  it('finds no room on a full disk, and says so', async () => {
    const directory = temporaryFolder()
    // The kernel's own full disk: every write to it fails with ENOSPC.
    const openFile: typeof open = (path, flags, mode) =>
      String(path).endsWith('.part') ? open('/dev/full', 'w') : open(path, flags, mode)
    const store = await openDirectoryStore(directory, { openFile })
    await expect(store.put(pieces(photo), { maxBytes })).rejects.toMatchObject({
      name: 'EvidenceStoreFullError',
    })
    expect(filesIn(directory)).toEqual([])
    await store.close()
    rmSync(directory, { recursive: true })
  })

  it('leaves alone what arrives in another container of one host name, whatever the process numbers', async () => {
    const directory = temporaryFolder()
    // A container numbers its processes itself: this one's number may be there too, or not be here at all.
    const namesakes = [process.pid, 4_194_999].map((pid) => `${hostname()}.${pid}.eeeeeeeeeeee`)
    for (const name of namesakes) await mkdir(join(directory, 'incoming', name), { recursive: true })
    const store = await openDirectoryStore(directory)
    expect(readdirSync(join(directory, 'incoming')).sort()).toEqual(namesakes.sort())
    await store.close()
    rmSync(directory, { recursive: true })
  })

  it('sweeps what the dead left arriving, and leaves alone what the living have', async () => {
    const directory = temporaryFolder()
    const machine = machineName()
    const living = await openDirectoryStore(directory)
    const folders = {
      // No process has a number beyond the kernel's highest.
      dead: `${machine}.4194999.aaaaaaaaaaaa`,
      neighbour: `${machine}.${process.ppid}.bbbbbbbbbbbb`,
      stranger: 'another-machine.77.cccccccccccc',
      'stranger long gone': 'another-machine.77.dddddddddddd',
    }
    for (const name of Object.values(folders)) {
      await mkdir(join(directory, 'incoming', name), { recursive: true })
      await writeFile(join(directory, 'incoming', name, '1.part'), 'half')
    }
    const longAgo = new Date(Date.now() - 25 * 3600 * 1000)
    await utimes(join(directory, 'incoming', folders['stranger long gone']), longAgo, longAgo)
    let arrived = () => {}
    const half = new Promise<void>((resolve) => {
      arrived = resolve
    })
    let goOn = () => {}
    const rest = new Promise<void>((resolve) => {
      goOn = resolve
    })
    async function* slowly() {
      yield photo.subarray(0, 100)
      arrived()
      await rest
      yield photo.subarray(100)
    }
    const arriving = living.put(slowly(), { maxBytes })
    await half
    const next = await openDirectoryStore(directory)
    const left = readdirSync(join(directory, 'incoming'))
    expect(left).toEqual(expect.arrayContaining([folders.neighbour, folders.stranger]))
    expect(left).not.toContain(folders.dead)
    expect(left).not.toContain(folders['stranger long gone'])
    goOn()
    expect(await arriving).toMatchObject({ sha256, created: true })
    await next.close()
    await living.close()
    rmSync(directory, { recursive: true })
  })
})
