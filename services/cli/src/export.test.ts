import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEvent, openEmbeddedLedger } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fireledger, temporaryFolder } from './running.test-kit.ts'

/** The same trail, byte for byte: from the command line, after a rebuild, and from a copy of the ledger. */

const folder = temporaryFolder()
const copy = temporaryFolder()
afterAll(() => {
  folder.remove()
  copy.remove()
})
const environment = { FIRELEDGER_DATA_DIR: folder.path }
const idOf = (number: number) => `01JD0000000000000000000${String(number).padStart(3, '0')}`
const [assessment, lead] = [idOf(101), idOf(1)]

const stages = ['S1', 'S4'].map((code) => ({ code, title: { zh: code, en: code }, limitWorkingDays: 5 }))
const team = {
  ...{ legalRepresentative: 'person-legal', technicalLead: idOf(2), projectLead: lead },
  ...{ engineers: [], operators: [], archivist: 'person-archive' },
}
const engagement = {
  ...{ division: '320402', institution: '91320402MA1WABCD1L', unit: idOf(50), project: null },
  ...{ process: 'XF3005-EIGHT-2@0', stages, leastHours: [], team },
}

/** Two assessments among other events, so that positions in the two ledgers are not the same by chance. */
async function fill(): Promise<void> {
  const ledger = await openEmbeddedLedger(join(folder.path, 'ledger'))
  const append = (stream: string, revision: number, type: string, schemaVersion: number, data: object) =>
    ledger.append(
      stream,
      [
        encodeEvent({
          id: `0000000${revision}-0000-8000-a000-${stream
            .replace(/[^0-9]/g, '')
            .slice(-12)
            .padStart(12, '0')}`,
          type,
          data,
          metadata: {
            ...{
              schemaVersion,
              effectiveAt: '2026-02-02T01:00:00.000Z',
              recordedAt: '2026-02-12T01:00:00.000Z',
            },
            ...{ commandId: idOf(revision), commandDigest: '0'.repeat(64), correlationId: idOf(revision) },
            ...{ causationId: null, legalBasis: ['XF3005:7'], rulebook: null, reliedOn: [], refusal: null },
            actor: { id: 'account-1', role: 'institution', division: '320402' },
            ...{ division: '320402', institutions: ['91320402MA1WABCD1L'], practitioners: [], units: [] },
          },
        }),
      ],
      revision - 1,
    )
  for (const id of [assessment, idOf(102)])
    await append(`assessment-${id}`, 0, 'AssessmentEngaged', 2, engagement)
  await append(`assessment-${assessment}`, 1, 'StageCompleted', 1, {
    stage: 'S1',
    completedBy: lead,
    score: null,
  })
  await ledger.close()
}

/** Each test is several runs of the program, one after the other. */
const patienceMs = 300_000

beforeAll(async () => {
  await fill()
  const built = await fireledger(['rebuild'], environment)
  expect(built.code, built.stderr).toBe(0)
}, patienceMs)

describe('fireledger export', () => {
  it(
    'gives the same bytes after a rebuild and from a copied ledger',
    async () => {
      const trail = async (dataDir: string) =>
        await fireledger(['export', 'json', '--assessment', assessment], { FIRELEDGER_DATA_DIR: dataDir })
      const first = await trail(folder.path)
      expect(first.code, first.stderr).toBe(0)
      expect(first.stderr).toMatch(/sha-256 [0-9a-f]{64}/)
      expect(JSON.parse(first.stdout)).toMatchObject({
        assessment,
        visits: [{ stage: 'S1' }, { stage: 'S4' }],
        marks: [{ code: 'back-dated' }, { code: 'back-dated' }],
      })
      expect((await fireledger(['rebuild'], environment)).code).toBe(0)
      const rebuilt = await trail(folder.path)
      const from = `embedded:${folder.path}`
      const copied = await fireledger(['copy', '--from', from, '--to', `embedded:${copy.path}`], environment)
      expect(copied.code, copied.stderr).toBe(0)
      const other = await trail(copy.path)
      expect([rebuilt.stdout === first.stdout, other.stdout === first.stdout]).toEqual([true, true])
      expect(other.stderr).toBe(first.stderr)
    },
    patienceMs,
  )

  it(
    'writes one or many cases to a file that is whole or not there',
    async () => {
      const out = join(folder.path, 'log.xes')
      const one = await fireledger(['export', 'xes', '--assessment', assessment, '--out', out], environment)
      expect(one.code, one.stderr).toBe(0)
      expect(readFileSync(out, 'utf8').match(/<trace>/g)).toHaveLength(1)
      const many = await fireledger(['export', 'ocel', '--out', join(folder.path, 'log.json')], environment)
      expect(many.stderr).toContain('2 cases')
      const { events } = JSON.parse(readFileSync(join(folder.path, 'log.json'), 'utf8'))
      expect(events).toHaveLength(3)
      const trails = JSON.parse((await fireledger(['export', 'json'], environment)).stdout)
      expect(trails.map((trail: { assessment: string }) => trail.assessment)).toEqual([assessment, idOf(102)])
      const { bundle } = JSON.parse((await fireledger(['export', 'prov'], environment)).stdout)
      expect(Object.keys(bundle)).toHaveLength(2)
    },
    patienceMs,
  )

  it(
    'says what is wrong with a question that has no answer',
    async () => {
      for (const [args, said] of [
        [['export', 'pdf'], 'there are json, xes, ocel, prov'],
        [['export', 'json', '--kind', 'penaltyCase'], 'a form of assessments only'],
        [['export', 'json', '--assessment', assessment, '--as-of', '2026-01-01'], 'had not begun by then'],
      ] as const) {
        const answer = await fireledger(args, environment)
        expect([answer.code, answer.stdout]).toEqual([2, ''])
        expect(answer.stderr).toContain(said)
      }
    },
    patienceMs,
  )
})
