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
const failures = []
const skipped = []
function count(title, succeeded) {
  console.log(`${succeeded ? '✓' : '✗'} ${title}`)
  if (succeeded) passed++
  else failures.push(title)
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
try {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const failuresBefore = failures.length
  for (const file of testResults) {
    // A file that does not even load has no tests to fail.
    if (file.status === 'failed' && file.assertionResults.length === 0) fail(file.name, file.message)
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') fail(test.fullName, test.failureMessages[0])
      else skipped.push(test.fullName)
    }
  }
  // An error outside every test (a rejection that nobody awaited) fails the run too.
  if (!clean && failures.length === failuresBefore) failures.push('an error outside every test')
  if (testResults.length === 0) failures.push('no test was found')
} catch (error) {
  fail('the tests left no report', error.message)
}
rmSync(folder, { recursive: true, force: true })

function fail(what, why = '') {
  failures.push(`${what}: ${why.split('\n', 1)[0]}`)
}

for (const name of skipped) console.log(`skipped: ${name}`)
// Told again where whoever reads only the last lines finds it.
for (const failure of failures) console.log(`failed: ${failure}`)
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
