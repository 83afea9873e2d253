import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A PostgreSQL of our own for the length of a run: loopback only, in a temporary folder, from installed binaries. */
export type PostgresServer = { readonly url: string; readonly version: string; stop(): Promise<void> }

const installations = '/usr/lib/postgresql'

/** @throws with what is missing, to be said beside the row that is skipped. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries()
  const user = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-bench-postgres-'))
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const as = { ...user, cwd: folder }
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'bench', '-E', 'UTF8', '--locale=C'],
    { ...as, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=200']
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...as, stdio: 'ignore' },
  )
  const ended = once(server, 'exit')
  await untilReady(join(binaries, 'pg_isready'), port)
  return {
    url: `postgresql://bench@127.0.0.1:${port}/postgres`,
    version: execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
    async stop() {
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function findBinaries(): string {
  const versions = existsSync(installations) ? readdirSync(installations) : []
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error(`no PostgreSQL under ${installations}`)
  return join(installations, newest, 'bin')
}

/** PostgreSQL refuses to run as root; null when we are not. */
function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user to run it as')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function untilReady(isReady: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (spawnSync(isReady, ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }).status === 0) return
    await setTimeout(100)
  }
  throw new Error('PostgreSQL did not come up within twenty seconds')
}
