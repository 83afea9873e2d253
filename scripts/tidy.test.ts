import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Style rules that matter are tests: sizes, directions of imports, forbidden calls. */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const files = sourcePaths('').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Walked and not asked of git, so that the rules hold in an unpacked archive too. */
function sourcePaths(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      const foreign = entry.name.startsWith('.') || ['node_modules', 'dist', 'coverage'].includes(entry.name)
      return foreign ? [] : sourcePaths(path)
    }
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : []
  })
}

const isTest = (path: string) => /\.(test|contract)\.ts$/.test(path) || /test-kit|given\.ts$/.test(path)
const sources = files.filter(({ path }) => !isTest(path))

function offenders(list: typeof files, offends: (file: (typeof files)[number]) => string | false) {
  return list.flatMap((file) => {
    const why = offends(file)
    return why === false ? [] : [`${file.path}: ${why}`]
  })
}

/** Named functions with the lines that are theirs alone; the formatter makes the indentation trustworthy. */
function functionsOf(text: string) {
  const lines = text.split('\n')
  const spans = lines.flatMap((line, start) => {
    const match = /^( *)(?:export )?(?:async )?function\*? (\w+)/.exec(line)
    if (!match) return []
    const end = lines.findIndex((later, index) => index > start && later === `${match[1]}}`)
    return [{ name: match[2] ?? '', start, end }]
  })
  return spans.map(({ name, start, end }) => {
    const inner = spans.filter((other) => other.start > start && other.end < end)
    const outermost = inner.filter(
      (one) => !inner.some((other) => other.start < one.start && other.end > one.end),
    )
    const nested = outermost.reduce((sum, one) => sum + one.end - one.start + 1, 0)
    return { name, ownLines: end - start + 1 - nested }
  })
}

describe('tidy', () => {
  it('sees the sources', () => {
    expect(sources.length).toBeGreaterThan(20)
  })

  it('keeps files within 400 lines', () => {
    expect(
      offenders(sources, ({ text }) => {
        const lines = text.split('\n').length
        return lines > 400 && `${lines} lines`
      }),
    ).toEqual([])
  })

  it('keeps functions within 70 lines, not counting the functions inside them', () => {
    expect(
      offenders(sources, ({ text }) => {
        const long = functionsOf(text).filter(({ ownLines }) => ownLines > 70)
        return long.length > 0 && long.map(({ name, ownLines }) => `${name} has ${ownLines} lines`).join(', ')
      }),
    ).toEqual([])
  })

  it('lets no rule read a clock, a random number or a file', () => {
    const impure =
      /Date\.now\(|new Date\(\)|Math\.random\(|from 'node:|process\.(?:env|argv|exit|hr)|console\./
    expect(
      offenders(
        sources.filter(({ path }) => path.startsWith('packages/domain/')),
        ({ text }) => impure.exec(text)?.[0] ?? false,
      ),
    ).toEqual([])
  })

  it('lets imports go one way: domain ← event-store ← vault ← projections ← services', () => {
    const allowed: Record<string, readonly string[]> = {
      'packages/domain': [],
      'packages/sqlite': [],
      'packages/evidence': [],
      'packages/event-store': ['domain', 'sqlite'],
      'packages/vault': ['domain', 'event-store', 'sqlite'],
      'packages/scenario': ['domain', 'event-store'],
      'packages/importers': ['domain', 'event-store'],
      'packages/process-logs': ['domain'],
      // The other side of the wire: what it shares with the server is the API.
      'packages/client': [],
      'services/console': ['client'],
      projections: ['domain', 'event-store', 'process-logs', 'sqlite', 'vault'],
      'services/gateway': [
        'domain',
        'event-store',
        'evidence',
        'process-logs',
        'sqlite',
        'vault',
        'projections',
        'simulator',
      ],
      'services/clerk': ['domain', 'event-store', 'sqlite'],
      // Asks the rules of the clerk, and what it is asked for is never written.
      'services/simulator': ['domain', 'event-store', 'clerk'],
      // Puts everything together; nobody imports it.
      'services/cli': [
        'domain',
        'event-store',
        'evidence',
        'process-logs',
        'vault',
        'projections',
        'scenario',
        'importers',
        'gateway',
        'clerk',
        'simulator',
      ],
    }
    expect(
      offenders(sources, ({ path, text }) => {
        const owner = Object.keys(allowed).find((folder) => path.startsWith(`${folder}/`))
        if (!owner) return false
        const imported = [...text.matchAll(/from '@fireledger\/([\w-]+)'/g)].map((match) => match[1] ?? '')
        const wrong = imported.filter((name) => !allowed[owner]?.includes(name))
        return wrong.length > 0 && `imports ${wrong.join(', ')}`
      }),
    ).toEqual([])
  })

  it('imports other packages by their face only', () => {
    expect(
      offenders(files, ({ text }) => /from '@fireledger\/[\w-]+\/[^']+'/.exec(text)?.[0] ?? false),
    ).toEqual([])
  })

  it('names each outside driver in one file only', () => {
    const one: Record<string, string> = {
      '@photostructure/sqlite': 'packages/sqlite/src/index.ts',
      'node:sqlite': 'packages/sqlite/src/index.ts',
      '@eventstore/db-client': 'packages/event-store/src/eventstoredb/eventstoredb.ts',
      pg: 'packages/vault/src/postgres-key-store.ts',
    }
    expect(
      offenders(sources, ({ path, text }) => {
        const found = Object.keys(one).find(
          (name) => one[name] !== path && text.includes(`'${name}'`) && path !== 'scripts/tidy.test.ts',
        )
        return found !== undefined && `imports ${found}`
      }),
    ).toEqual([])
  })

  it('says every skipped test aloud and focuses none', () => {
    expect(
      offenders(
        files,
        ({ path, text }) =>
          (path !== 'scripts/tidy.test.ts' && /\b(it|test|describe)\.only\(/.exec(text)?.[0]) || false,
      ),
    ).toEqual([])
    // The title, or what `skip` is called with, is what the report shows: three words at least.
    const reasonless =
      /\b(?:(?:it|test|describe)\.(?:skip|todo|skipIf|runIf)|skip)\((?!\s*(['"`])(?:(?!\1).)+ (?:(?!\1).)+ )[^\n]*/g
    expect(
      offenders(files, ({ path, text }) => {
        if (path === 'scripts/tidy.test.ts') return false
        const found = [...text.matchAll(reasonless)].map(([call]) => call)
        return found.length > 0 && `skips without a reason: ${found.join(' · ')}`
      }),
    ).toEqual([])
  })

  it('speaks of nothing but itself', () => {
    const foreign = new RegExp(
      ['/home/\\w', '/Users/\\w', '/root/', `TO${'DO'}`, `FIX${'ME'}`, `HA${'CK'}\\b`].join('|'),
    )
    expect(
      offenders(
        files,
        ({ path, text }) => (path !== 'scripts/tidy.test.ts' && foreign.exec(text)?.[0]) || false,
      ),
    ).toEqual([])
  })
})
