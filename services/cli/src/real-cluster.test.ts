import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { addDays, dayOf, shippedRulebooks, usccCheckCharacter } from '@fireledger/domain'
import { openVault, parseMasterKey } from '@fireledger/vault'
import { ulid } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fireledger, openLive, type Part, startPart, temporaryFolder } from './running.test-kit.ts'

/**
 * The whole path of the gateway over a real server that others may use too: all ids are its own. Its clerk works off
 * whatever the ledger holds before it comes to this: name a server whose ledger is small.
 */

const real = process.env.FIRELEDGER_TEST_ESDB

describe('the whole path over a real EventStoreDB', { timeout: 300_000 }, () => {
  if (!real) {
    it.skip('is not tested: name a server, FIRELEDGER_TEST_ESDB=esdb://…', () => {})
    return
  }
  const folder = temporaryFolder()
  const environment = {
    FIRELEDGER_LEDGER: real,
    FIRELEDGER_DATA_DIR: folder.path,
    FIRELEDGER_KEYS_DIR: folder.path,
    FIRELEDGER_VAULT_KEY: randomBytes(32).toString('hex'),
    FIRELEDGER_TOKEN_SECRET: randomBytes(32).toString('hex'),
  }
  const roles = ['registrar', 'rule-maker', 'case-handler', 'duty-officer', 'administrator'] as const
  const tokens = new Map<string, string>()
  const parts: Part[] = []
  let base = ''

  beforeAll(async () => {
    // A server that holds persons already, whose keys are elsewhere, is not opened without any.
    mkdirSync(folder.path, { recursive: true })
    const masterKey = parseMasterKey(environment.FIRELEDGER_VAULT_KEY)
    openVault({ path: `${folder.path}/keys.db`, masterKey }).close()
    const gateway = startPart(['gateway', '--projector'], environment)
    parts.push(gateway)
    await gateway.until(/Ctrl-C stops it\./)
    base = (await gateway.until(/API +(http:\/\/[^/]+)/))[1] ?? ''
    const clerk = startPart(['clerk'], {
      ...environment,
      FIRELEDGER_DATA_DIR: `${folder.path}/clerk`,
    })
    parts.push(clerk)
    await clerk.until(/this clerk is the active one/)
    for (const role of roles) {
      const args = ['token', '--role', role, '--division', role === 'administrator' ? 'all' : '320400']
      tokens.set(role, (await fireledger(args, environment)).stdout.trim())
    }
  }, 120_000)
  afterAll(async () => {
    for (const part of parts) await part.kill()
    folder.remove()
  })

  async function request(
    role: (typeof roles)[number],
    path: string,
    data?: object,
    minPosition = '',
  ): Promise<{ status: number; position: string; text: string }> {
    const response = await fetch(`${base}/v1/${path}`, {
      method: data ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${tokens.get(role)}`,
        ...(data ? { 'content-type': 'application/json' } : {}),
        ...(minPosition ? { 'fireledger-min-position': minPosition } : {}),
      },
      ...(data ? { body: JSON.stringify({ data }) } : {}),
    })
    const position = response.headers.get('fireledger-position') ?? ''
    const text = await response.text()
    // A projector that has much to fold is waited for, as its gateway asks.
    if (text.includes('problem:behind')) return request(role, path, data, minPosition)
    return { status: response.status, position, text }
  }

  async function accepted(...asked: Parameters<typeof request>): Promise<string> {
    const { status, text, position } = await request(...asked)
    expect(status, text).toBeOneOf([200, 201])
    return position
  }

  it('registers, fines, has the clerk draw the consequence, shows all of it live, erases, verifies', async () => {
    const first17 = `91320402MA${String(randomInt(10_000_000)).padStart(7, '0')}`
    const uscc = first17 + usccCheckCharacter(first17)
    const [subjectId, caseId] = [`person-${uscc}`, ulid()]
    const live = await openLive(base, tokens.get('duty-officer') ?? '', { institutions: [uscc] })
    await live.until(({ type }) => type === 'subscribed')

    const [rulebook] = shippedRulebooks
    if (!rulebook) throw new Error('no rulebook is shipped')
    const { id, division, content } = rulebook
    // On a server that others have used it may be there already.
    await request('rule-maker', `rulebooks/${id}/draft`, { division, content })
    const retroactiveReason = '此前没有规则'
    const scope = { division, subjectKind: 'institution', from: '2024-01-01', retroactiveReason }
    await request('rule-maker', `rulebooks/${id}/adopt`, scope)

    const registered = await accepted('registrar', `institutions/${uscc}/register`, {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区竹林西路19号',
      establishedOn: '2019-05-06',
      legalRepresentative: { subjectId, name: '王建国' },
    })
    const shown = `institutions/${uscc}?reveal=personal&purpose=${encodeURIComponent('核查责任')}`
    expect((await request('registrar', shown, undefined, registered)).text).toContain('王建国')

    const respondent = { kind: 'institution', id: uscc }
    const violation = { scheme: 'fireledger', code: 'V14' }
    await accepted('case-handler', `penalty-cases/${caseId}/file`, {
      division: '320402',
      respondents: [respondent],
      violations: [violation],
      officers: ['officer-3204-001', 'officer-3204-002'],
      actedOn: addDays(dayOf(new Date().toISOString()), -30),
    })
    await accepted('case-handler', `penalty-cases/${caseId}/serve-penalty-notice`, { hearingRight: false })
    await accepted('case-handler', `penalty-cases/${caseId}/decide-penalty`, {
      lines: [{ respondent, violation, fineFen: 1_600_000 }],
    })
    for (const type of ['InstitutionRegistered', 'PenaltyDecided', 'CreditAdjusted']) {
      await live.until((message) => JSON.stringify(message).includes(`"${type}"`))
    }
    live.close()

    const erased = await accepted('administrator', `subject-keys/${subjectId}/destroy`, {
      division: '320402',
      reason: '本人申请',
      requestedOn: '2026-01-05',
    })
    const record = await request('registrar', shown, undefined, erased)
    expect(record.text).not.toContain('王建国')
    expect(record.text).toContain('key-destroyed')

    for (const part of parts.toReversed()) expect(await part.stop(), part.output()).toBe(0)
    expect(await fireledger(['verify'], environment)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Verified'),
    })
  })
})
