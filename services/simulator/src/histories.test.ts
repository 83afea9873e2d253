import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gradesOf, parseRulebookFile, type RulebookContent, startOfDay } from '@fireledger/domain'
import { importFile, loadMapping } from '@fireledger/importers'
import { changzhouScenario, runScenario } from '@fireledger/scenario'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import unitVisits from './data/unit-visits-1.json' with { type: 'json' }
import { createWorld, onDisk, type Run, renamed, runOn, servedGrades, shippedContent } from './test-kit.ts'

/** Whole histories: three years of a city, and years of real inspections from elsewhere, with their figures said aloud. */

function say(what: string, { summary, seconds }: Run): void {
  const { subjects, events, moved, up, down, scoreChanged } = summary
  process.stdout.write(
    `${what}: ${subjects} subjects, ${events} events, ${seconds.toFixed(1)} s, ${moved} move (${up} up, ${down} down), ${scoreChanged} scores differ\n`,
  )
}

function countsOf(run: Run, side: 'before' | 'after'): Record<string, number> {
  return Object.fromEntries(run.summary[side].map(({ grade, subjects }) => [String(grade), subjects]))
}

/** Every subject's grade as served, counted. */
function servedCounts(served: ReturnType<typeof servedGrades>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { grade } of served.values()) counts[String(grade)] = (counts[String(grade)] ?? 0) + 1
  return counts
}

function filled(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

const later = { timeout: 400_000 }

describe('the Changzhou scenario', () => {
  let city: Awaited<ReturnType<typeof onDisk>>
  beforeAll(async () => {
    const world = createWorld()
    await runScenario(changzhouScenario({ seed: 'changzhou' }), {
      submit(command, now) {
        world.at(now)
        return world.submit(command, now)
      },
      async settle(now) {
        world.at(now)
        await world.clerk.settle()
      },
    })
    await world.clerk.end()
    city = await onDisk(world.ledger)
  }, later.timeout)
  afterAll(() => city?.remove())

  it.each(['2024-12-31', '2026-03-31', '2026-10-31'])(
    'by its own rulebook moves nobody: %s',
    async (asOf) => {
      const run = await runOn(city.location, { asOf })
      say(`Changzhou by its own rules, ${asOf}`, run)
      expect(run.summary).toMatchObject({ moved: 0, scoreChanged: 0 })
      expect(run.summary.after).toEqual(run.summary.before)
      expect(filled(countsOf(run, 'after'))).toEqual(
        servedCounts(servedGrades(city.readStorePath, 'institution', asOf)),
      )
    },
    later.timeout,
  )

  it(
    'gives exactly the served grade of each institution, before and after',
    async () => {
      const asOf = '2026-10-31'
      const from = '2023-11-01'
      const draft = { rulebook: 'CZ-SAME-1', content: renamed(shippedContent()), asOf, from }
      const run = await runOn(city.location, draft)
      const served = servedGrades(city.readStorePath, 'institution', asOf)
      expect(run.movements).toHaveLength(served.size)
      for (const { subject, before, after } of run.movements) {
        expect({ subject, ...before }).toMatchObject({ subject, ...served.get(subject) })
        expect({ subject, ...after }).toMatchObject({
          subject,
          score: before.score,
          grade: `N${before.grade}`,
        })
      }
    },
    later.timeout,
  )

  it(
    'tells who would move by harsher fines, and by rules that only count',
    async () => {
      const asOf = '2026-10-31'
      const harsher = shippedContent()
      for (const item of harsher.items) if (/^L[123]$/.test(item.code)) item.points *= 2
      const fines = await runOn(city.location, { rulebook: 'CZ-HARSH-1', content: harsher, asOf })
      say('Changzhou, fines twice as heavy', fines)
      expect(fines.summary.down).toBeGreaterThan(0)
      expect(fines.summary.up).toBe(0)
      for (const { lines } of fines.movements) {
        expect(lines.length).toBeGreaterThan(0)
        for (const { item, before, after } of lines) {
          // A bonus counts for nothing to whoever falls to a level that earns none, and that is shown.
          if (/^B/.test(item)) expect(after).toMatchObject({ points: 0, cappedBy: 'barred' })
          // So does the work itself beside a fine that has become the heavier of the two.
          else if (item === 'Q3') expect(after).toMatchObject({ points: 0, cappedBy: 'same-act' })
          else expect(item).toMatch(/^L[123]$/)
          if (item !== 'Q3') expect(after?.points ?? 0).toBeLessThan(before?.points ?? 0)
        }
      }
      const colours = await runOn(city.location, {
        rulebook: 'CZ-COLOURS-1',
        content: shippedContent('NX-2023-COLOURS'),
        asOf,
      })
      say('Changzhou by colour tiers', colours)
      expect(colours.summary.moved).toBe(colours.summary.subjects)
      expect(colours.movements.every(({ after }) => after.score === null)).toBe(true)
      expect(Object.keys(countsOf(colours, 'after'))).toEqual(['GREEN', 'YELLOW', 'RED'])
    },
    later.timeout,
  )
})

const table = fileURLToPath(new URL('../../../../shared/data/toronto-fire-inspections.csv', import.meta.url))

/** The numbers are made up; that visits count at all is the point. */
const visits = parseRulebookFile(unitVisits)

if (!existsSync(table)) {
  process.stderr.write('SKIPPED: toronto-fire-inspections.csv is not beside the repository\n')
  describe('the Toronto inspections', () =>
    it.skip('are not simulated: the file is not beside the repository', () => {}))
} else {
  describe('the Toronto inspections', () => {
    let city: Awaited<ReturnType<typeof onDisk>>
    const rejectsPath = join(tmpdir(), `fireledger-simulator-rejects-${process.pid}.csv`)
    beforeAll(async () => {
      const world = createWorld()
      const rulebook = { category: 'rulebook', id: visits.id, day: '2019-01-01' }
      const { division, content } = visits
      await world.play(
        { ...rulebook, type: 'DraftRulebook', data: { division, content } },
        { ...rulebook, type: 'AdoptRulebook', data: { division, subjectKind: 'unit', from: '2019-01-01' } },
      )
      world.at(startOfDay('2026-03-02'))
      const mapping = loadMapping('toronto-fire-inspections')
      await importFile({
        what: mapping.what,
        file: table,
        mapping,
        ledger: world.ledger,
        now: () => startOfDay('2026-03-02'),
        seal: (_, value) => value,
        rejectsPath,
      })
      await world.clerk.settle()
      await world.clerk.end()
      city = await onDisk(world.ledger)
    }, later.timeout)
    afterAll(() => {
      city?.remove()
      rmSync(rejectsPath, { force: true })
    })

    const asOf = '2024-06-30'

    it(
      'by the rulebook in force move nobody and give the served grades',
      async () => {
        const run = await runOn(city.location, { rulebook: visits.id, asOf })
        say('Toronto by the rules in force', run)
        expect(run.summary).toMatchObject({ moved: 0, scoreChanged: 0, subjectKind: 'unit' })
        const served = servedGrades(city.readStorePath, 'unit', asOf)
        expect(run.summary.subjects).toBe(served.size)
        expect(filled(countsOf(run, 'before'))).toEqual(servedCounts(served))
        // The imported visits really score.
        expect(new Set([...served.values()].map(({ score }) => score)).size).toBeGreaterThan(2)
      },
      later.timeout,
    )

    it(
      'by another weight of a visit move units down, by these visits',
      async () => {
        const content = structuredClone(visits.content) as RulebookContent
        for (const item of content.items) item.points *= 2
        const run = await runOn(city.location, { rulebook: 'TOR-VISITS-2', content, asOf })
        say('Toronto, visits twice as heavy', run)
        expect(run.summary.down).toBeGreaterThan(0)
        expect(run.summary.up).toBe(0)
        const [best] = gradesOf(content)
        for (const { before, after, lines } of run.movements) {
          expect(after.score).toBeLessThan(before.score ?? 0)
          expect(after.grade).not.toBe(best?.grade)
          expect(lines.every(({ factId }) => /^inspection-.*\/inspected$/.test(factId))).toBe(true)
        }
        const again = await runOn(
          city.location,
          { rulebook: 'TOR-VISITS-2', content, asOf },
          { subjectsPerPass: 400 },
        )
        expect(again.json).toBe(run.json)
        expect(again.csv).toBe(run.csv)
      },
      later.timeout,
    )
  })
}
