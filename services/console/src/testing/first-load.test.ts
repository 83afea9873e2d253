import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'

const root = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))))
const dist = join(root, 'services/console/dist')

type Chunk = {
  file: string
  isEntry?: boolean
  imports?: string[]
  dynamicImports?: string[]
  css?: string[]
}

/** What the browser must fetch before the first page shows, in bytes as sent. */
const firstLoadBytesMax = 250 * 1000

describe('the build of the console', () => {
  let manifest: Record<string, Chunk> = {}
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build-console.mjs')], { stdio: 'inherit' })
    manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
  })

  const chunk = (key: string): Chunk => manifest[key] ?? { file: '' }

  /** A chunk with all that it imports at once. */
  function withImports(key: string, seen = new Set<string>()): Set<string> {
    if (seen.has(key)) return seen
    seen.add(key)
    for (const inner of chunk(key).imports ?? []) withImports(inner, seen)
    return seen
  }

  const filesOf = (keys: Iterable<string>) =>
    new Set([...keys].flatMap((key) => [chunk(key).file, ...(chunk(key).css ?? [])]))

  it('sends at most 250 kB for the frame and the overview', () => {
    const entry = Object.keys(manifest).find((key) => chunk(key).isEntry) ?? ''
    const first = new Set([...withImports(entry), ...withImports('src/pages/overview/overview.tsx')])
    const sizes = [...filesOf(first)].map((file) => ({
      file,
      bytes: gzipSync(readFileSync(join(dist, file)), { level: 9 }).byteLength,
    }))
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(sizes.length).toBeGreaterThan(2)
    expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(firstLoadBytesMax)
  })

  it('keeps the drawing library in a chunk of its own, for those who come to a chart', () => {
    const chart = chunk('src/pages/institution/grade-chart.ts')
    expect(chart.file).not.toBe('')
    expect([...withImports('src/pages/institution/institution.tsx')]).not.toContain(
      'src/pages/institution/grade-chart.ts',
    )
  })

  it('has a chunk of its own for every page', () => {
    const source = readFileSync(join(root, 'services/console/src/pages/pages.ts'), 'utf8')
    const imported = [...source.matchAll(/import\('\.\/([^']+)'\)/g)].map(([, path]) => `src/pages/${path}`)
    expect(imported.length).toBeGreaterThan(0)
    for (const path of imported) expect(manifest).toHaveProperty([path])
  })
})
