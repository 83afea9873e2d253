import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The real program in a process of its own, on a ledger that holds the scenario. */

const root = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))))

type Environment = Readonly<Record<string, string>>

/** Ours, without settings that are meant for others. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('FIRELEDGER_')),
)

function spawnFireledger(args: readonly string[], environment: Environment): ChildProcess {
  return spawn(process.execPath, [join(root, 'scripts/fireledger.mjs'), ...args], {
    env: {
      ...inherited,
      FIRELEDGER_LOG_LEVEL: 'warn',
      FIRELEDGER_RATE_LIMIT_PER_MINUTE: '0',
      ...environment,
    },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export function buildConsole(): void {
  execFileSync(process.execPath, [join(root, 'scripts/build-console.mjs')], { stdio: 'inherit' })
}

export type GatewayProcess = {
  readonly base: string
  readonly port: number
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
}

/** Serves the ledger in a data folder; on a free port unless one is named. @throws with its output when it ends before. */
export async function startGateway(dataDir: string, port = 0): Promise<GatewayProcess> {
  const child = spawnFireledger(['serve'], { FIRELEDGER_DATA_DIR: dataDir, FIRELEDGER_PORT: String(port) })
  const ended = endOf(child)
  const base = await said(child, ended, /API +(http:\/\/[^/]+)[\s\S]*Ctrl-C stops it/)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return { base, port: Number(new URL(base).port), kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

function said(child: ChildProcess, ended: Promise<number | null>, words: RegExp): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = words.exec(output)
      if (found) resolve(found[1] ?? '')
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    ended.then((code) => reject(new Error(`it ended with ${code}: ${output}`)))
  })
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}

/**
 * A data folder with the scenario and its rows, kept between runs as long as no source changes that makes them.
 * Copies of it are for one run each. `CONSOLE_SEED` names another.
 */
export async function seededFolder(): Promise<string> {
  if (process.env.CONSOLE_SEED !== undefined) return process.env.CONSOLE_SEED
  const seed = join(tmpdir(), `fireledger-console-seed-${digestOfSources()}`)
  if (!existsSync(seed)) {
    console.log('Loading the scenario for the tests of the console (once for these sources) …')
    const fresh = mkdtempSync(join(tmpdir(), 'fireledger-console-seed-'))
    const loading = spawnFireledger(['scenario'], {
      FIRELEDGER_DATA_DIR: fresh,
      FIRELEDGER_LOG_LEVEL: 'error',
    })
    let complaints = ''
    loading.stderr?.on('data', (chunk: Buffer) => {
      complaints += chunk.toString()
    })
    const code = await endOf(loading)
    if (code !== 0) throw new Error(`loading the scenario ended with ${code}: ${complaints}`)
    await (await startGateway(fresh)).stop()
    renameSync(fresh, seed)
  }
  return seed
}

export function copyOf(seed: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'fireledger-console-'))
  cpSync(seed, path, { recursive: true })
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

const makers = [
  'packages/domain',
  'packages/scenario',
  'packages/event-store',
  'packages/vault',
  'projections',
  'services/clerk',
]

function digestOfSources(): string {
  const hash = createHash('sha256')
  for (const folder of makers) {
    const paths = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/node_modules|golden|\.test\.ts$/.test(path))
    for (const path of paths.sort()) hash.update(relative(root, path)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 16)
}
