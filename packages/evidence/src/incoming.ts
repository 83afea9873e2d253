import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * Where files arrive: a folder of this process's own, so that of several processes over one store each sweeps what the
 * dead left and nobody touches what is still arriving.
 */

export type Incoming = {
  /** A path that nothing has yet. */
  fresh(): Promise<string>
  close(): Promise<void>
}

/** Of another machine or container nobody here knows whether it lives; so long after its last sign its leavings go. */
const strangerMaxMs = 24 * 60 * 60 * 1000
const signMs = 60 * 60 * 1000

/** Of this very process. */
const ours = new Set<string>()

/** Folders are named `<machine>.<process>.<random>`. */
export async function openIncoming(parent: string): Promise<Incoming> {
  const machine = machineName()
  const name = `${machine}.${process.pid}.${randomBytes(6).toString('hex')}`
  const folder = join(parent, name)
  await sweep(parent, machine)
  ours.add(name)
  const sign = setInterval(() => {
    const now = new Date()
    utimes(folder, now, now).catch(() => {})
    // Of a container that was replaced nobody of its name comes back.
    sweep(parent, machine).catch(() => {})
  }, signMs).unref()
  let count = 0
  return {
    async fresh() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return join(folder, `${++count}.part`)
    },
    async close() {
      clearInterval(sign)
      ours.delete(name)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Where a process number means one process: containers number their own, and several may have one host name. So beside
 * the host's name stands what tells its start and its numbering from others, where there is `/proc`.
 */
export function machineName(): string {
  const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')
  const numbering = [
    orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    orNothing(() => readlinkSync('/proc/self/ns/pid')),
  ].join()
  return `${host}-${createHash('sha256').update(numbering).digest('hex').slice(0, 12)}`
}

function orNothing(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

async function sweep(parent: string, machine: string): Promise<void> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    if (await isAbandoned(path, name, machine)) await rm(path, { recursive: true, force: true })
  }
}

async function isAbandoned(path: string, name: string, machine: string): Promise<boolean> {
  const [, owner, pid] = /^(.*)\.(\d+)\.[0-9a-f]{12}$/.exec(name) ?? []
  if (owner === undefined || ours.has(name)) return false
  // Our own number: it is one that had it before us.
  if (owner === machine && (Number(pid) === process.pid || !isRunning(Number(pid)))) return true
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
  return Date.now() - mtimeMs > strangerMaxMs
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
