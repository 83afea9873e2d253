import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A PostgreSQL of our own for the time of a test: on a loopback port, in a temporary folder, where Debian's (or any
 * other) server binaries are installed. It does not run as root, so under root it becomes the user `postgres`.
 */
export type Postgres = {
  /** `postgres://…` of a fresh database each time. */
  database(): string
  readonly folder: string
  /** Its own authority, for `localhost`. */
  readonly certificate: string
  start(): Promise<void>
  /** Ends every connection at once. */
  stop(): Promise<void>
  remove(): Promise<void>
}

export const noPostgres =
  'no PostgreSQL server binaries here (Debian: apt-get install postgresql): not run against PostgreSQL'

export function postgresBinaries(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  const folders = [
    ...(newest === undefined ? [] : [`/usr/lib/postgresql/${newest}/bin`]),
    ...(process.env.PATH ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

export async function startPostgres(binaries: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-postgres-'))
  const owner = process.getuid?.() === 0 ? userNamed('postgres') : null
  if (owner) chownSync(folder, owner.uid, owner.gid)
  chmodSync(folder, 0o700)
  const run = (program: string, args: readonly string[]) =>
    execFileSync(join(binaries, program), args, { ...(owner ?? {}), cwd: folder, stdio: 'pipe' })
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'fireledger', '--auth=trust', '-E', 'UTF8', '--no-locale'])
  const certificate = makeCertificate(folder, owner)
  const port = await freePort()
  const base = `postgres://fireledger@127.0.0.1:${port}`
  let databases = 0
  let server: ReturnType<typeof spawn> | null = null

  async function start(): Promise<void> {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
      'ssl=on',
      `ssl_cert_file=${certificate.path}`,
      `ssl_key_file=${certificate.keyPath}`,
    ]
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    const started = spawn(join(binaries, 'postgres'), args, {
      ...(owner ?? {}),
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = started
    let said = ''
    await new Promise<void>((resolve, reject) => {
      started.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('database system is ready to accept connections')) resolve()
      })
      started.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${said}`)))
    })
  }

  async function stop(): Promise<void> {
    const stopped = server
    server = null
    if (stopped === null || stopped.exitCode !== null) return
    const ended = new Promise((resolve) => stopped.once('exit', resolve))
    // A fast shutdown: it waits for nobody.
    stopped.kill('SIGINT')
    await ended
  }

  await start()
  return {
    folder,
    certificate: certificate.path,
    database() {
      const name = `keys_${++databases}`
      run('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'fireledger', name])
      return `${base}/${name}`
    },
    start,
    stop,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeCertificate(folder: string, owner: { uid: number; gid: number } | null) {
  const [path, keyPath] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost'.split(' ')
  const args = [...request, '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyPath, '-out', path]
  execFileSync('openssl', args, { stdio: 'pipe' })
  chmodSync(keyPath, 0o600)
  if (owner) for (const file of [path, keyPath]) chownSync(file, owner.uid, owner.gid)
  return { path, keyPath }
}

function userNamed(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
