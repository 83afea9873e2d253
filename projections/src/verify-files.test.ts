import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerEvent } from '@fireledger/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { namedFiles } from './named-files.ts'
import { namedHashes } from './named-hashes.ts'
import { type Fact, ledgerEvents, testUlid, testUscc } from './test-kit.ts'
import { type FileList, type FileState, openFileList } from './verify-files.ts'

const sha256Of = (content: string) => createHash('sha256').update(content).digest('hex')

const archive = { holder: '常州安信消防', place: '档案室' }

function evidence(
  number: number,
  content: string,
  inStore: boolean,
  heldElsewhere: typeof archive | null = null,
): Fact {
  const data = {
    ...{ evidenceId: testUlid(number), stage: 'S4', kind: 'site-image', title: `现场照片${number}` },
    ...{ sha256: sha256Of(content), recordedBy: testUlid(1), instrument: null, place: null },
    takenAt: '2024-03-01T01:00:00.000Z',
    file: inStore ? { bytes: content.length, mediaType: 'image/jpeg', name: `${number}.jpg` } : null,
    heldElsewhere,
  }
  const stream = `assessment-${testUlid(9)}`
  return { stream, type: 'EvidenceRecorded', data, institutions: [testUscc(1)] }
}

describe('verifying files', () => {
  let folder: string
  let list: FileList
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fireledger-files-'))
    list = openFileList()
  })
  afterEach(() => {
    list.close()
    rmSync(folder, { recursive: true })
  })

  const keep = (content: string, as = content) => writeFileSync(join(folder, sha256Of(as)), content)

  async function check(sha256: string): Promise<FileState> {
    let content: string
    try {
      content = readFileSync(join(folder, sha256), 'utf8')
    } catch {
      return { kind: 'missing' }
    }
    const found = sha256Of(content)
    const bytes = content.length
    return found === sha256 ? { kind: 'sound', bytes } : { kind: 'altered', sha256: found, bytes }
  }

  const take = (events: readonly LedgerEvent[]) => events.forEach(list.take)

  it('finds every file sound that is there as it was named', async () => {
    take(ledgerEvents([evidence(1, 'one', true), evidence(2, 'two', true)]))
    keep('one')
    keep('two')
    const progress: number[] = []
    const verification = await list.verify({ check, onProgress: (done) => progress.push(done) })
    expect(verification).toEqual({
      ...{ ok: true, named: 2, sound: 2, elsewhere: 0, hashOnly: 0, altered: 0, missing: 0 },
      ...{ bytes: 6, faultCount: 0, faults: [] },
    })
    expect(progress).toEqual([1, 2])
  })

  it('names assessment, evidence and title of what is missing or altered', async () => {
    take(ledgerEvents([evidence(1, 'one', true), evidence(2, 'two', true), evidence(3, 'three', true)]))
    keep('one')
    keep('twO', 'two')
    const { ok, faultCount, faults, altered, missing } = await list.verify({ check })
    expect({ ok, faultCount, altered, missing }).toEqual({ ok: false, faultCount: 2, altered: 1, missing: 1 })
    const stream = `assessment-${testUlid(9)}`
    expect(faults).toHaveLength(2)
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ kind: 'altered', sha256: sha256Of('two'), found: sha256Of('twO'), stream, revision: 1 },
          ...{ evidence: testUlid(2), title: '现场照片2', name: '2.jpg', type: 'EvidenceRecorded' },
        }),
        expect.objectContaining({ kind: 'missing', title: '现场照片3', pointer: '/sha256' }),
      ]),
    )
  })

  it('does not miss what is held elsewhere, but reads it where it is here', async () => {
    const others = [evidence(4, 'four', false, archive), evidence(5, 'four', false)]
    take(
      ledgerEvents([
        ...[evidence(1, 'one', false), evidence(2, 'two', false), evidence(3, 'three', false)],
        ...others,
      ]),
    )
    keep('two')
    keep('THREE', 'three')
    const { sound, elsewhere, hashOnly, faults } = await list.verify({ check })
    expect({ sound, elsewhere, hashOnly }).toEqual({ sound: 1, elsewhere: 1, hashOnly: 1 })
    expect(faults).toMatchObject([{ kind: 'altered', title: '现场照片3' }])
  })

  it('tells every event that names a file that is gone', async () => {
    take(ledgerEvents([evidence(1, 'one', true), evidence(2, 'one', true), evidence(3, 'one', false)]))
    const { named, faults } = await list.verify({ check })
    expect(named).toBe(1)
    expect(faults.map(({ title }) => title)).toEqual(['现场照片1', '现场照片2'])
  })

  it('goes on after a file that cannot be read', async () => {
    take(ledgerEvents([evidence(1, 'one', true), evidence(2, 'two', true)]))
    keep('one')
    const bad = sha256Of('two')
    const { sound, faults } = await list.verify({
      check: async (sha256) => (sha256 === bad ? { kind: 'unreadable' } : check(sha256)),
    })
    expect(sound).toBe(1)
    expect(faults).toMatchObject([{ kind: 'unreadable', title: '现场照片2' }])
  })

  it('finds a length that the event has wrong', async () => {
    const fact = evidence(1, 'one', true)
    const data = { ...(fact.data as object), file: { bytes: 4, mediaType: 'image/jpeg', name: 'x' } }
    take(ledgerEvents([{ ...fact, data }]))
    keep('one')
    expect((await list.verify({ check })).faults).toMatchObject([{ kind: 'unlike' }])
  })

  it('counts an event once that it is shown twice', async () => {
    const events = ledgerEvents(Array.from({ length: 1200 }, (_, each) => evidence(each, `${each}`, true)))
    take(events)
    take(events)
    const { named, faultCount, faults } = await list.verify({ check })
    expect({ named, faultCount, told: faults.length }).toEqual({ named: 1200, faultCount: 1200, told: 100 })
    expect(list.names(sha256Of('7'))).toBe(true)
    expect(list.names(sha256Of('nothing'))).toBe(false)
  })
})

describe('hashes in data', () => {
  const one = sha256Of('one')
  const two = sha256Of('two')

  it('are found wherever they stand, each once', () => {
    expect(namedHashes({ a: { documentSha256: one }, b: [two, one], c: null, d: `${one}0` })).toEqual([
      { sha256: one, pointer: '/a/documentSha256' },
      { sha256: two, pointer: '/b/0' },
    ])
  })

  it('are no files where they are digests of the ledger itself', () => {
    expect(namedHashes({ inputsDigest: one })).toEqual([])
  })
})

describe('named files', () => {
  it('are rows for each institution that the event concerns', () => {
    const [event] = ledgerEvents([
      { ...evidence(1, 'one', true), institutions: [testUscc(1), testUscc(2), testUscc(1)] },
    ])
    const rows = event && namedFiles.rows(event)
    expect(rows?.named_file).toMatchObject([
      { sha256: sha256Of('one'), institution: testUscc(1), evidence_title: '现场照片1', file_name: '1.jpg' },
      { sha256: sha256Of('one'), institution: testUscc(2), bytes: 3 },
    ])
  })
})
