// Formatting, lint, types, the console’s build, purity of the domain, then every test. Closes with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureConsoleBuilt } from './build-console.mjs'
import { ensureInstalled, root } from './install.mjs'

ensureInstalled()
const bin = (name) => join(root, 'node_modules', '.bin', name)
const run = (name, args) =>
  spawnSync(bin(name), args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ===
  0

let passed = 0
let failed = 0
function count(title, succeeded) {
  console.log(`${succeeded ? '✓' : '✗'} ${title}`)
  if (succeeded) passed++
  else failed++
}

const selection = process.argv.slice(2)
if (selection.length === 0) {
  count('formatting and lint', run('biome', ['ci', '--error-on-warnings', '.']))
  count('types', run('tsc', ['-p', 'tsconfig.base.json']))
  count('types of the console', run('tsc', ['-p', 'services/console']))
  count('the console builds', ensureConsoleBuilt())
  count('the domain is pure', run('tsc', ['-p', 'packages/domain']))
}

const folder = mkdtempSync(join(tmpdir(), 'fireledger-test-'))
const report = join(folder, 'report.json')
const clean = run('vitest', [
  'run',
  '--config=infra/vitest.config.ts',
  '--root=.',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...selection,
])
const skipped = []
try {
  const results = JSON.parse(readFileSync(report, 'utf8'))
  passed += results.numPassedTests
  // A file that does not even load has no tests to fail; its suite has.
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  failed += results.numFailedTests + broken
  for (const { assertionResults } of results.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') skipped.push(fullName)
    }
  }
  // An error outside every test (a rejection that nobody awaited) fails the run too.
  if (results.numTotalTests === 0 || (!clean && results.numFailedTests + broken === 0)) failed++
} catch (error) {
  console.error(`The tests left no report: ${error.message}`)
  failed++
}
rmSync(folder, { recursive: true, force: true })

for (const name of skipped) console.log(`skipped: ${name}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
