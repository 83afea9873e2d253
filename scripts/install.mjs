// What must be true before anything else can run: a Node that is new enough, and the dependencies of the lock file.
// Plain JavaScript for any Node, so that an old one gets a sentence and not a syntax error.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const pnpm = 'pnpm@10.34.9'
const stamp = join(root, 'node_modules', '.installed-from')

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(
    `fireledger needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.`,
  )
  process.exit(1)
}

/** Installs exactly what the lock file says, unless that has been done; says so when it takes time. */
export function ensureInstalled() {
  requireNode()
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing dependencies (once) …')
  const result = spawnSync('npx', ['-y', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0) {
    console.error(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    console.error(
      'Installing the dependencies failed (above: why). Check that the npm registry can be reached, then run the command again.',
    )
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

/** Runs the command line in this very process, so that signals reach it and its exit code is ours. */
export async function runFireledger(args) {
  const { register } = await import('tsx/esm/api')
  register()
  process.argv = [process.argv[0], join(root, 'services/cli/src/main.ts'), ...args]
  await import('../services/cli/src/main.ts')
}
