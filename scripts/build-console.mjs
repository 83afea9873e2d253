// Builds the web console, unless the build is of these very sources. Run by itself it says what it did.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './install.mjs'

const folder = join(root, 'services/console')
const dist = join(folder, 'dist')
const stampIn = (built) => join(built, '.built-from')
const isBuiltFrom = (digest) => existsSync(stampIn(dist)) && readFileSync(stampIn(dist), 'utf8') === digest
const vite = join(folder, 'node_modules/vite/bin/vite.js')

/** Everything that the build depends on, as one digest. */
function digestOfSources() {
  const hash = createHash('sha256')
  const add = (path) => hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  const addAll = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) addAll(inner)
      else if (!/\.test\.ts$|\.test-kit\.ts$|\.md$/.test(entry.name)) add(inner)
    }
  }
  addAll(join(folder, 'src'))
  addAll(join(folder, 'public'))
  addAll(join(root, 'packages/client/src'))
  for (const name of ['index.html', 'vite.config.ts', 'package.json']) add(join(folder, name))
  add(join(root, 'pnpm-lock.yaml'))
  return hash.digest('hex')
}

/** True when a build of the present sources lies there, made now or before; false says why on standard error. */
export function ensureConsoleBuilt() {
  const wanted = digestOfSources()
  if (isBuiltFrom(wanted)) return true
  if (!existsSync(vite)) {
    console.error('The console is not built: its build tools are not installed here.')
    return false
  }
  console.error('Building the console (once for these sources) …')
  // Made beside the old build and put in its place, so that nobody meets half of one, also when two build at once.
  const fresh = join(folder, 'node_modules', `.built-by-${process.pid}`)
  const result = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', fresh], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0) {
    console.error(`${result.stdout ?? ''}${result.stderr ?? ''}\nBuilding the console failed (above: why).`)
    return false
  }
  writeFileSync(stampIn(fresh), wanted)
  try {
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!isBuiltFrom(wanted)) throw error
  }
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startedAt = performance.now()
  if (!ensureConsoleBuilt()) process.exit(1)
  console.error(`The console is built (${Math.round(performance.now() - startedAt)} ms).`)
}
