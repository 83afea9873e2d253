import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createClient } from '@fireledger/client'
import { assessment, findShippedProcess } from '@fireledger/domain'
import { encodeEvent, openLedger } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fireledger, type Server, start, temporaryFolder } from './running.test-kit.ts'

/** Files of evidence through the real program: killed while one arrives, and what `verify` finds afterwards. */

const folder = temporaryFolder()
const environment = { FIRELEDGER_DATA_DIR: folder.path }
const assessmentId = '01JD0000000000000000000301'
const engineer = '01JD0000000000000000000302'
const evidenceDir = join(folder.path, 'evidence')

/** A photograph as far as anyone can tell by its beginning. */
function photo(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0, state = seed; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])
  return bytes
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function pathOf(sha256: string): string {
  return join(evidenceDir, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

function filesIn(part: string): string[] {
  const entries = readdirSync(join(evidenceDir, part), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

const content = findShippedProcess('XF3005-EIGHT-1')?.content
const stage = content?.stages[0]

/** Straight into the ledger: how it came to be taken on is no matter here. */
async function engage(): Promise<void> {
  const ledger = await openLedger({ kind: 'embedded', directory: join(folder.path, 'ledger') })
  const at = '2026-03-01T01:00:00.000Z'
  const event = encodeEvent({
    id: '00000000-0000-8000-a000-000000000001',
    type: 'AssessmentEngaged',
    data: {
      ...{ division: '320402', institution: '91320402MA1WABCD1L', unit: '01JD0000000000000000000303' },
      ...{ project: null, process: 'XF3005-EIGHT-1', leastHours: [] },
      stages: content?.stages.map(({ code, title, limitWorkingDays }) => ({ code, title, limitWorkingDays })),
      team: {
        ...{ legalRepresentative: 'person-1', technicalLead: engineer, projectLead: engineer },
        ...{ engineers: [engineer], operators: [], archivist: 'person-2' },
      },
    },
    metadata: {
      schemaVersion: assessment.events.AssessmentEngaged?.schemaVersion ?? 1,
      ...{ effectiveAt: at, recordedAt: at, commandId: 'engage', commandDigest: '0'.repeat(64) },
      ...{ correlationId: 'engage', causationId: null, legalBasis: [], rulebook: null, reliedOn: [] },
      actor: { id: 'officer-3204-017', role: 'assessor', division: '320400' },
      ...{ division: '320402', institutions: ['91320402MA1WABCD1L'], practitioners: [engineer], units: [] },
      refusal: null,
    },
  })
  await ledger.append(`assessment-${assessmentId}`, [event], -1)
  await ledger.close()
}

// Each run of the program takes seconds on a loaded machine.
describe('evidence, run as a user runs it', { timeout: 180_000 }, () => {
  let server: Server
  let token: string
  beforeAll(async () => {
    await engage()
    server = await start(['--empty'], environment)
    const issued = await fireledger(['token', '--role', 'assessor', '--division', '320400'], environment)
    token = issued.stdout.trim()
  }, 180_000)
  afterAll(async () => {
    await server?.kill()
    folder.remove()
  })

  async function upload(bytes: Buffer): Promise<number> {
    const answer = await fetch(`${server.base}/v1/evidence`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(bytes),
    })
    await answer.text()
    return answer.status
  }

  async function record(bytes: Buffer, number: number): Promise<void> {
    const data = {
      ...{ evidenceId: `01JD000000000000000000040${number}`, stage: stage?.code, title: `照片${number}` },
      ...{ kind: stage?.evidence[0]?.kind, sha256: sha256Of(bytes), recordedBy: engineer },
      ...{ instrument: null, place: null, takenAt: '2026-03-01T02:00:00.000Z' },
      file: { bytes: bytes.length, mediaType: 'image/jpeg', name: `照片${number}.jpg` },
    }
    const answer = await fetch(`${server.base}/v1/assessments/${assessmentId}/record-evidence`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ data }),
    })
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200 })
  }

  const photos = [1, 2, 3].map((seed) => photo(300_000, seed))
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = photos

  it('keeps what was acknowledged and nothing half when it is killed while a file arrives', async () => {
    expect(await upload(first)).toBe(201)
    const { hostname, port } = new URL(server.base)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(
      `POST /v1/evidence HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${second.length}\r\n\r\n`,
    )
    socket.write(second.subarray(0, 200_000))
    await vi.waitFor(() => expect(filesIn('incoming')).toHaveLength(1), { timeout: 20_000 })
    await server.kill()
    socket.destroy()
    expect(filesIn('files')).toEqual([sha256Of(first)])
    expect(filesIn('incoming')).toHaveLength(1)

    server = await start(['--empty'], environment)
    expect(filesIn('incoming')).toEqual([])
    expect(await upload(first)).toBe(200)
    expect(await upload(second)).toBe(201)
    expect(await upload(third)).toBe(201)
    expect(filesIn('files')).toHaveLength(3)
  })

  it('is taken in by the client, which tells what a command must say of it; another content than announced is refused', async () => {
    const client = createClient({ base: server.base, token, language: () => 'en' })
    const sha256 = sha256Of(third)
    const expected = { sha256, bytes: third.length, mediaType: 'image/jpeg' }
    expect(await client.uploadEvidence(new Uint8Array(third))).toEqual(expected)
    const blob = new Blob([new Uint8Array(third)], { type: 'image/jpeg' })
    expect(await client.uploadEvidence(blob, { sha256 })).toEqual(expected)
    const other = client.uploadEvidence(blob, { sha256: sha256Of(first) })
    await expect(other).rejects.toMatchObject({ name: 'ProblemError', kind: 'invalid' })
  })

  it('says what nothing names, and leaves it', async () => {
    await record(first, 1)
    await record(second, 2)
    const listed = await fireledger(
      ['evidence', '--unreferenced', '--older-than', '0', '--json'],
      environment,
    )
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).sha256),
    ).toEqual([sha256Of(third)])
    const recent = await fireledger(['evidence', '--unreferenced'], environment)
    expect(recent.stdout).toBe('')
    const all = await fireledger(['evidence'], environment)
    expect(all.stdout).toContain('3 files, 900000 bytes')
    expect(filesIn('files')).toHaveLength(3)
    expect((await fireledger(['evidence', '--older-than', 'x'], environment)).code).toBe(2)
  })

  it('verifies every file, and finds a flipped byte and a missing one by what they show', async () => {
    // While it serves: verify waits for rows that are still being folded.
    const sound = await fireledger(['verify'], environment)
    await server.stop()
    expect(sound).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 files named: 2 present and sound'),
    })

    const path = pathOf(sha256Of(first))
    const bytes = readFileSync(path)
    bytes[150_000] = (bytes[150_000] ?? 0) ^ 1
    chmodSync(path, 0o600)
    writeFileSync(path, bytes)
    rmSync(pathOf(sha256Of(second)))

    const found = await fireledger(['verify'], environment)
    expect(found.code).toBe(3)
    const line = (number: number) =>
      found.stdout.split('\n').find((text) => text.includes(`01JD000000000000000000040${number}`))
    for (const number of [1, 2]) {
      expect(line(number)).toContain(`assessment-${assessmentId}`)
      expect(line(number)).toContain(`照片${number}`)
    }
    expect(found.stdout).toContain('1 altered, 1 missing')
    expect(line(1)).toContain('is altered')
    expect(line(2)).toContain('is missing')
    expect(found.stdout).toContain('Not verified.')

    const json = await fireledger(['verify', '--json'], environment)
    const kinds = JSON.parse(json.stdout).files.faults.map(({ kind }: { kind: string }) => kind)
    expect(kinds.sort()).toEqual(['altered', 'missing'])
    expect((await fireledger(['verify', '--no-files'], environment)).code).toBe(0)
  })
})
