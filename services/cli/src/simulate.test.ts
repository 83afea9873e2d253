import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shippedRulebooks } from '@fireledger/domain'
import { openEmbeddedLedger } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fireledger, type Server, start, startPart, temporaryFolder } from './running.test-kit.ts'

/** `fireledger simulate` as a rule-maker runs it: beside a running server, into files that are whole or not there. */

const [shipped] = shippedRulebooks
if (!shipped) throw new Error('no rulebook is shipped')
const uscc = '91320402MA1WABCD1L'
const folder = temporaryFolder()
const environment = { FIRELEDGER_DATA_DIR: join(folder.path, 'data') }
const fileAt = (name: string) => join(folder.path, name)
let server: Server

function writeRulebook(
  name: string,
  change: (file: { id: string; content: Record<string, unknown> }) => void,
) {
  const file = structuredClone(shipped) as unknown as { id: string; content: Record<string, unknown> }
  change(file)
  writeFileSync(fileAt(name), JSON.stringify(file))
  return fileAt(name)
}

async function post(role: string, path: string, data: object) {
  const { stdout } = await fireledger(['token', '--role', role, '--division', '320400'], environment)
  const response = await fetch(`${server.base}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  })
  expect(await response.json()).not.toHaveProperty('detail')
}

beforeAll(async () => {
  server = await start(['--empty'], environment)
  const { id, division, content } = shipped
  await post('rule-maker', `rulebooks/${id}/draft`, { division, content })
  await post('rule-maker', `rulebooks/${id}/adopt`, {
    division,
    subjectKind: 'institution',
    from: '2025-01-01',
    retroactiveReason: '此前没有规则',
  })
  await post('registrar', `institutions/${uscc}/register`, {
    name: '=1+1消防技术服务公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-1', name: '王建国', phone: '13800000000' },
  })
}, 120_000)
afterAll(async () => {
  await server?.kill()
  folder.remove()
})

const mild = () =>
  writeRulebook('mild.json', (file) => {
    file.id = 'CZ-MILD-1'
    file.content.base = 95
  })

describe('fireledger simulate', () => {
  it('tells beside a running server what the rulebook in force comes to: nobody moves', async () => {
    const { code, stdout, stderr } = await fireledger(['simulate', '--rulebook', shipped.id], environment)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toContain('CZ-DEFAULT-1@0 (illustrative numbers)')
    expect(stdout).toContain('0 move (0 up, 0 down), 0 scores differ')
    // No terminal: lines, and on standard error.
    expect(stderr).toContain('Simulating 0 %')
    expect(stdout).not.toContain('Simulating')
  })

  it('tells who moves by a file, as JSON or CSV, and writes what it is asked to', async () => {
    const asked = ['simulate', '--rulebook', mild(), '--as-of', '2026-12-31']
    const { code, stdout } = await fireledger([...asked, '--json'], environment)
    expect(code).toBe(0)
    const [movement] = JSON.parse(stdout).movements
    expect(movement).toMatchObject({
      subject: uscc,
      direction: 'up',
      after: { score: 95, illustrative: true },
    })

    const out = fileAt('movements.csv')
    writeFileSync(out, 'of an earlier run')
    const written = await fireledger([...asked, '--out', out, '--json'], environment)
    expect(JSON.parse(written.stdout)).toMatchObject({ moved: 1, up: 1 })
    expect(existsSync(`${out}.partial`)).toBe(false)
    const csv = readFileSync(out, 'utf8')
    expect(csv).toContain(`${uscc},'=1+1消防技术服务公司`)
    expect(csv.endsWith('illustrative 示例\n')).toBe(true)
    const piped = await fireledger([...asked, '--format', 'csv'], environment)
    expect(piped.stdout).toBe(csv)
  })

  it('refuses a malformed rulebook with the path of the fault, and wrong usage: exit code 2', async () => {
    const faults: [string, RegExp][] = [
      [
        writeRulebook('a.json', ({ content }) => Object.assign(content, { base: 'many' })),
        /^content\.base: 应为数字，收到的是文本 · Invalid input: expected number/m,
      ],
      [
        writeRulebook(
          'b.json',
          (file) => Object.assign(file, { id: 'CZ-B-1' }) && (file.content.bands as []).pop(),
        ),
        /^\/data\/content\/bands\/[0-9]+\/minimum: .*\p{Script=Han}.* · /mu,
      ],
      ['CZ-NONE-1', /规则CZ-NONE-1不存在 · there is no rulebook CZ-NONE-1/],
    ]
    writeFileSync(fileAt('c.json'), '{')
    faults.push([fileAt('c.json'), /不是JSON文件 · is no JSON/])
    for (const [rulebook, said] of faults) {
      const { code, stderr, stdout } = await fireledger(['simulate', '--rulebook', rulebook], environment)
      expect({ rulebook, code }).toEqual({ rulebook, code: 2 })
      expect(stderr).toMatch(said)
      expect(stdout).toBe('')
    }
    const usage = ['--division', '320500', '--as-of', 'yesterday']
    const misused = await fireledger(['simulate', '--rulebook', shipped.id, ...usage], environment)
    expect(misused).toMatchObject({ code: 2 })
    expect(misused.stderr).toContain('--as-of: 应为日期，例如 2026-04-01 · expected a calendar day')
    const elsewhere = await fireledger(['simulate', '--rulebook', shipped.id], {
      FIRELEDGER_DATA_DIR: fileAt('none'),
    })
    expect(elsewhere).toMatchObject({ code: 2 })
    expect(elsewhere.stderr).toContain('there is no ledger')
    expect(existsSync(fileAt('none'))).toBe(false)
  }, 240_000)

  it('says why nobody moves, where there is nobody or the day lies before the rulebook', async () => {
    const early = ['simulate', '--rulebook', shipped.id, '--from', '2026-06-01', '--as-of', '2026-03-01']
    const { stdout } = await fireledger(early, environment)
    const [note] = stdout.split('\n').filter((line) => line.includes('nobody moves'))
    expect(note).toMatch(/因此没有人变动 · nobody moves, since /)
    const nobody = await fireledger([...early.slice(0, 3), '--division', '320481', '--json'], environment)
    expect(JSON.parse(nobody.stdout)).toMatchObject({
      subjects: 0,
      moved: 0,
      note: { en: expect.stringMatching(/^nobody moves, since by \S+ there is no institution in 320481$/) },
    })
  })

  it('that cannot write leaves no file: exit code 1', async () => {
    const { code, stderr } = await fireledger(
      ['simulate', '--rulebook', shipped.id, '--out', join(folder.path, 'no-folder', 'x.json')],
      environment,
    )
    expect(code).toBe(1)
    expect(stderr).toContain('does not exist')
  })

  it('that is stopped leaves no file: exit code 1', async () => {
    const data = fileAt('long')
    await writeLongLedger(join(data, 'ledger'))
    const out = fileAt('stopped.json')
    const rulebook = join(
      dirname(fileURLToPath(import.meta.url)),
      '../../simulator/src/data/unit-visits-1.json',
    )
    const part = startPart(['simulate', '--rulebook', rulebook, '--out', out], { FIRELEDGER_DATA_DIR: data })
    await part.until(/Simulating 0 %/)
    expect(await part.stop()).toBe(1)
    expect(part.output()).toContain('cancelled')
    expect(existsSync(out)).toBe(false)
    expect(readdirSync(data)).toEqual(['ledger'])
  })
})

/** One unit whose details were corrected over and over: it takes a while to read. */
async function writeLongLedger(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const ledger = await openEmbeddedLedger(directory)
  const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json))
  const data = bytes({ name: '单位', division: '320402', padding: 'x'.repeat(2000) })
  const metadata = bytes({
    schemaVersion: 1,
    effectiveAt: '2025-01-01T00:00:00.000Z',
    correlationId: 'x',
    units: [],
  })
  const stream = 'unit-01JD0000000000000000000001'
  for (let revision = 0; revision < 40_000; revision += 500) {
    const events = Array.from({ length: 500 }, (_, at) => ({
      id: crypto.randomUUID(),
      type: revision + at === 0 ? 'UnitRegistered' : 'UnitDetailsCorrected',
      data,
      metadata,
    }))
    await ledger.append(stream, events, revision - 1)
  }
  await ledger.close()
}
