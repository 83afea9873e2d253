import { createServer } from 'node:net'
import { shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fireledger, openLive, type Server, start, temporaryFolder } from './running.test-kit.ts'

/** The whole path through the real program: registered, inspected, fined, graded, seen live, replayed, verified. */

const uscc = '91320402MA1WABCD1L'
const inspectionId = '01JD0000000000000000000101'
const caseId = '01JD0000000000000000000102'

const folder = temporaryFolder()
const environment = { FIRELEDGER_DATA_DIR: folder.path }
let server: Server
const tokens: Record<string, string> = {}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Body = any

async function post(role: string, path: string, data: object, effectiveAt?: string) {
  const response = await fetch(`${server.base}/v1/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokens[role]}`,
      'content-type': 'application/json',
      'accept-language': 'en',
    },
    body: JSON.stringify(effectiveAt ? { data, effectiveAt } : { data }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}

async function get(role: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.base}/v1/${path}`, {
    headers: { authorization: `Bearer ${tokens[role]}`, ...headers },
  })
  return { status: response.status, body: (await response.json()) as Body }
}

async function accepted(answer: Promise<Awaited<ReturnType<typeof post>>>) {
  const { status, body, headers } = await answer
  expect({ status, body }).toMatchObject({ status: expect.toBeOneOf([200, 201]) })
  return headers.get('fireledger-position') ?? ''
}

beforeAll(async () => {
  server = await start(['--empty'], environment)
  for (const role of [
    'registrar',
    'rule-maker',
    'inspector',
    'case-handler',
    'auditor',
    'duty-officer',
    'administrator',
  ]) {
    // Keys are destroyed by the whole country's administrator alone.
    const division = role === 'administrator' ? 'all' : '320400'
    const { stdout } = await fireledger(['token', '--role', role, '--division', division], environment)
    tokens[role] = stdout.trim()
  }
})

afterAll(async () => {
  await server?.kill()
  folder.remove()
})

const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-wang', name: '王建国', phone: '13800000000' },
}

const itemOf = (event: unknown) => (event as { data: { item?: string } }).data.item

describe('fireledger, run as a user runs it', () => {
  it('registers, inspects, fines, grades and shows it live', async () => {
    const live = await openLive(server.base, tokens['duty-officer'] ?? '', { institutions: [uscc] })
    await live.until(({ type }) => type === 'subscribed')

    const [rulebook] = shippedRulebooks
    if (!rulebook) throw new Error('no rulebook is shipped')
    const { id, division, content } = rulebook
    await accepted(post('rule-maker', `rulebooks/${id}/draft`, { division, content }))
    const scope = { division, subjectKind: 'institution', from: '2024-01-01' }
    await accepted(post('rule-maker', `rulebooks/${id}/adopt`, scope, '2023-12-20T09:00:00+08:00'))

    await accepted(post('registrar', `institutions/${uscc}/register`, profile, '2024-03-01T09:00:00+08:00'))
    await accepted(
      post('inspector', `inspections/${inspectionId}/plan`, {
        form: 'daily',
        method: 'at-client',
        inspected: 'institution',
        institution: uscc,
        division: '320402',
      }),
    )
    const inspectors = ['officer-3204-001', 'officer-3204-002'].map((officer) => ({ officer }))
    await accepted(post('inspector', `inspections/${inspectionId}/assign-inspectors`, { inspectors }))
    await accepted(post('inspector', `inspections/${inspectionId}/start`, {}))

    const respondent = { kind: 'institution', id: uscc }
    const violation = { scheme: 'fireledger', code: 'V14' }
    await accepted(
      post('case-handler', `penalty-cases/${caseId}/file`, {
        division: '320402',
        respondents: [respondent],
        violations: [violation],
        officers: ['officer-3204-001', 'officer-3204-002'],
        actedOn: '2026-09-01',
      }),
    )
    await accepted(
      post('case-handler', `penalty-cases/${caseId}/serve-penalty-notice`, { hearingRight: false }),
    )

    const tooMuch = { lines: [{ respondent, violation, fineFen: 6_000_000 }] }
    const refused = await post('case-handler', `penalty-cases/${caseId}/decide-penalty`, tooMuch)
    expect(refused.status).toBe(422)
    expect(refused.body.legalBasis).not.toEqual([])

    const lines = [{ respondent, violation, fineFen: 1_600_000 }]
    await accepted(post('case-handler', `penalty-cases/${caseId}/decide-penalty`, { lines }))

    const adjusted = await live.until(
      ({ type, event }) => type === 'event' && (event as { type: string }).type === 'CreditAdjusted',
    )
    const position = String((adjusted.event as { position: string }).position)
    const credit = await get('auditor', `institutions/${uscc}/credit`, {
      'fireledger-min-position': position,
    })
    expect(credit.body).toMatchObject({ score: 70, grade: 'B' })
    expect(credit.body.lines).toMatchObject([{ item: 'L2', points: -10, violation: { code: 'V14' } }])
    expect(
      live.messages
        .filter(({ type }) => type === 'event')
        .map(({ event }) => (event as { type: string }).type),
    ).toEqual(
      expect.arrayContaining([
        'InstitutionRegistered',
        'InspectionPlanned',
        'PenaltyDecided',
        'CreditAdjusted',
      ]),
    )
    live.close()
  })

  it('answers for a day before, and as it was known then', async () => {
    const before = await get('auditor', `institutions/${uscc}/credit?asOf=2026-08-31`)
    expect(before.body).toMatchObject({ score: 80, lines: [] })
    const unknown = await get('auditor', `institutions/${uscc}/history?asKnownAt=2026-01-01T00:00:00Z`)
    expect(unknown.body.items).toEqual([])
    const known = await get('auditor', `institutions/${uscc}/history?asOf=2024-12-31`)
    expect(known.body.items.map(({ type }: { type: string }) => type)).toEqual(['InstitutionRegistered'])
  })

  it('shows no personal data to a role that may not see them', async () => {
    const record = JSON.stringify((await get('auditor', `institutions/${uscc}`)).body)
    expect(record).not.toContain('王建国')
    const streamed = JSON.stringify((await get('auditor', `streams/institution-${uscc}`)).body)
    expect(streamed).not.toContain('王建国')
  })

  it('rebuilds and verifies from the shell while it serves', async () => {
    const rebuilt = await fireledger(['rebuild', 'credit-grades'], environment)
    expect(rebuilt).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('credit-grades: rebuilt, equal row for row'),
    })
    const verified = await fireledger(['verify'], environment)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('Verified') })
  })

  it('lets nobody else write to its ledger meanwhile', async () => {
    const second = await fireledger(['serve', '--empty'], { ...environment, FIRELEDGER_PORT: '0' })
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/another process|process \d+/i)
    expect(second.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('drains on Ctrl-C: sockets get a reason and a cursor, exit code 0; the next start continues', async () => {
    const live = await openLive(server.base, tokens['duty-officer'] ?? '', { after: 'start' })
    await live.until(({ type }) => type === 'caughtUp')
    expect(await server.stop()).toBe(0)
    expect(await live.closed).toMatchObject({ code: 1012 })
    const goodbye = live.messages.at(-1)
    expect(goodbye).toMatchObject({ type: 'closing', cursor: expect.any(String) })

    server = await start([], environment)
    const resumed = await openLive(server.base, tokens['duty-officer'] ?? '', { after: goodbye?.cursor })
    await resumed.until(({ type }) => type === 'caughtUp')
    const cursors = resumed.messages
      .filter(({ type }) => type === 'event')
      .map(({ cursor }) => BigInt(String(cursor)))
    for (const cursor of cursors) expect(cursor).toBeGreaterThan(BigInt(String(goodbye?.cursor)))
    expect(new Set(cursors).size).toBe(cursors.length)
    // The year 2025 was without fault: the clerk's look at the clock has earned it five points.
    await resumed.until(({ type, event }) => type === 'event' && itemOf(event) === 'B5')
    resumed.close()
    await expect
      .poll(async () => (await get('auditor', `institutions/${uscc}/credit`)).body)
      .toMatchObject({ score: 75, grade: 'BB' })
  })

  it('erases a person by destroying the key, and still verifies', async () => {
    const destroyed = await post('administrator', 'subject-keys/person-wang/destroy', {
      division: '320402',
      reason: '本人申请删除个人信息',
      requestedOn: '2026-11-01',
    })
    expect(destroyed.status).toBe(201)
    const verified = await fireledger(['verify'], environment)
    expect(verified).toMatchObject({ code: 0 })
    const again = await post('registrar', `institutions/${uscc}/correct-details`, {
      ...profile,
      supersedes: '00000000-0000-8000-a000-000000000000',
      reason: '变更法定代表人',
    })
    expect(again.status).toBe(422)
  })

  it('has folded what it acknowledged in its last moment: the stopped folder verifies', async () => {
    const plans = Array.from({ length: 40 }, (_, number) =>
      accepted(
        post('inspector', `inspections/01JD00000000000000000002${String(number).padStart(2, '0')}/plan`, {
          form: 'daily',
          method: 'at-client',
          inspected: 'institution',
          institution: uscc,
          division: '320402',
        }),
      ),
    )
    await Promise.all(plans)
    expect(await server.stop()).toBe(0)
    expect(await fireledger(['verify'], environment)).toMatchObject({ code: 0 })
  })
})

describe('faults of the surroundings, each in one sentence', () => {
  it('names the taken port and how to choose another', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const data = temporaryFolder()
    const { code, stderr } = await fireledger(['serve', '--empty'], {
      FIRELEDGER_DATA_DIR: data.path,
      FIRELEDGER_PORT: String(port),
      FIRELEDGER_LOG_LEVEL: 'silent',
    })
    taken.close()
    data.remove()
    expect(code).toBe(1)
    expect(stderr.trim()).toBe(
      `Port ${port} is taken by another program. Stop that program, or choose another port: FIRELEDGER_PORT=8120 npm start`,
    )
  })

  it('names the neighbour of an unknown variable', async () => {
    const { code, stderr } = await fireledger(['config', 'check'], { FIRELEDGER_PROT: '1' })
    expect(code).toBe(1)
    expect(stderr.trim()).toBe('FIRELEDGER_PROT is no setting; did you mean FIRELEDGER_PORT?')
  })

  it.each([
    ['that is a file', '/dev/null/data'],
    ['that nobody can make', '/proc/fireledger/data'],
  ])('refuses a data folder %s', async (_, folder) => {
    const { code, stderr } = await fireledger(['serve', '--empty'], { FIRELEDGER_DATA_DIR: folder })
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('issues no tokens in production', async () => {
    const { code, stderr } = await fireledger(['token', '--role', 'auditor', '--division', 'all'], {
      FIRELEDGER_MODE: 'production',
      FIRELEDGER_TOKEN_PUBLIC_KEY: 'key',
    })
    expect(code).toBe(2)
    expect(stderr).toContain('none are issued here')
  })

  it('masks secrets in what it shows of the settings', async () => {
    const { stdout } = await fireledger(['config', 'check', '--json'], {
      FIRELEDGER_TOKEN_SECRET: 'a very secret secret, long enough to be one',
    })
    expect(stdout).not.toContain('very secret')
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ variable: 'FIRELEDGER_TOKEN_SECRET', value: '••••••••' }),
    )
  })
})
