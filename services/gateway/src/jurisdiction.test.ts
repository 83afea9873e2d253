import { shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from './test-kit.ts'

/** Whose business a thing is, and who gets to see it, through the whole of the gateway. */

describe('jurisdiction over HTTP', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''

  async function post(role: string, division: string | null, path: string, data: object) {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: { authorization: await gateway.token(role, division), 'accept-language': 'en' },
      payload: { data },
    })
    position = String(answer.headers['fireledger-position'] ?? position)
    return { status: answer.statusCode, body: answer.json() }
  }

  async function get(path: string, role?: string, division: string | null = '320400') {
    const headers = {
      ...(position === '' ? {} : { 'fireledger-min-position': position }),
      ...(role === undefined ? {} : { authorization: await gateway.token(role, division) }),
    }
    const answer = await gateway.app.inject({ url: `/v1/${path}`, headers })
    return { status: answer.statusCode, body: answer.json(), text: answer.body }
  }

  const account = {
    subjectKind: 'institution',
    rulebook: 'CZ-DEFAULT-1',
    causeEventId: null,
    reason: '内部说明',
  }
  const adjustment = { ...account, item: 'Q2', factId: 'fact-0001', violation: 'V08' }

  beforeAll(async () => {
    gateway = await givenGateway()
    const [rulebook] = shippedRulebooks
    if (!rulebook) throw new Error('no rulebook is shipped')
    const { id, content } = rulebook
    await post('registrar', '320400', `institutions/${uscc}/register`, institutionProfile)
    await post('rule-maker', null, `rulebooks/${id}/draft`, { division: '320000', content })
    for (const division of ['320400', '320500']) {
      const retroactiveReason = '此前没有规则'
      const adoption = { division, subjectKind: 'institution', from: '2025-01-01', retroactiveReason }
      expect(await post('rule-maker', null, `rulebooks/${id}/adopt`, adoption)).toMatchObject({ status: 200 })
    }
  })
  afterAll(() => gateway.close())

  it('leaves an account with the city where the subject is registered', async () => {
    const adjust = (division: string | null, claimed: string) =>
      post('credit-officer', division, `credit-accounts/${uscc}/adjust`, { ...adjustment, division: claimed })
    const veto = { ...account, code: 'V13', factId: 'fact-0002', division: '320505' }
    expect(await adjust('320500', '320505')).toMatchObject({ status: 403 })
    expect(await adjust('320500', '320402')).toMatchObject({ status: 403 })
    expect(await post('credit-officer', '320500', `credit-accounts/${uscc}/impose-veto`, veto)).toMatchObject(
      { status: 403 },
    )
    expect(await adjust(null, '320505')).toMatchObject({ status: 422, body: { code: 'division-differs' } })
    expect(await adjust('320400', '320402')).toMatchObject({ status: 201 })
    expect((await get(`credit-accounts/${uscc}`, 'credit-officer')).body.division).toBe('320402')
  })

  it('opens no account for whom no register knows', async () => {
    const data = { ...adjustment, division: '320505' }
    const path = 'credit-accounts/91320411MA1XLLKB82/adjust'
    expect((await post('credit-officer', '320500', path, data)).status).toBe(403)
    expect(await post('credit-officer', null, path, data)).toMatchObject({
      status: 422,
      body: { code: 'subject-not-registered' },
    })
  })

  it('shows the public the published grade, not the facts behind it', async () => {
    const stream = `streams/creditAccount-${uscc}`
    expect((await get(stream)).status).toBe(404)
    const published = { subjectKind: 'institution', rulebook: 'CZ-DEFAULT-1', asOf: '2026-03-01' }
    const grade = { ...published, division: '320402' }
    expect(
      await post('credit-officer', '320400', `credit-accounts/${uscc}/publish-grade`, grade),
    ).toMatchObject({ status: 201 })
    for (const path of [
      stream,
      'events?category=creditAccount',
      `institutions/${uscc}/history?category=creditAccount`,
    ]) {
      const { body, text } = await get(path)
      expect(
        body.items.map(({ type }: { type: string }) => type),
        path,
      ).toEqual(['GradePublished'])
      expect(text, path).not.toContain('fact-0001')
      expect(text, path).not.toContain('内部说明')
    }
    expect((await get(`${stream}/state`)).status).toBe(401)
    expect((await get(`${stream}/state`, 'rule-maker', '320500')).status).toBe(403)
    expect((await get(`${stream}/state`, 'credit-officer')).body.state.entries).toHaveLength(1)
  })

  it('shows the public nothing of a practitioner’s credit', async () => {
    const practitioner = '01JD0000000000000000000013'
    const rules = shippedRulebooks.find(({ id }) => id === 'CZ-PRACTITIONER-12')
    if (!rules) throw new Error('no rulebook for practitioners is shipped')
    const { id: rulebook, division, content } = rules
    const commands = [
      [
        'registrar',
        `practitioners/${practitioner}/register`,
        {
          qualification: 'grade-one-engineer',
          registrationNumber: '3204-000117',
          validFrom: '2025-01-01',
          validUntil: '2027-12-31',
          division: '320402',
          person: { subjectId: 'person-2', name: '李雷' },
        },
      ],
      ['rule-maker', `rulebooks/${rulebook}/draft`, { division, content }],
      [
        'rule-maker',
        `rulebooks/${rulebook}/adopt`,
        {
          division: '320400',
          subjectKind: 'practitioner',
          from: '2025-01-01',
          retroactiveReason: '此前没有规则',
        },
      ],
      [
        'credit-officer',
        `credit-accounts/${practitioner}/publish-grade`,
        { division: '320402', subjectKind: 'practitioner', rulebook, asOf: '2026-03-01' },
      ],
    ] as const
    for (const [role, path, data] of commands) {
      const { status, body } = await post(role, '320400', path, data)
      expect(status, JSON.stringify(body)).toBeLessThan(300)
    }
    expect((await get(`institutions/${practitioner}/credit`)).status).toBe(404)
    expect((await get(`credit-accounts/${practitioner}/credit`)).status).toBe(401)
    expect((await get(`streams/creditAccount-${practitioner}`)).status).toBe(404)
    expect((await get(`credit-accounts/${practitioner}/credit`, 'auditor')).status).toBe(200)
  })

  it('shows the public an institution without its person, reasons and conditions', async () => {
    await post('registrar', '320400', `institutions/${uscc}/sign-commitment`, {
      signedOn: '2026-03-01',
      postedAt: '办公场所',
      documentSha256: 'a'.repeat(64),
    })
    await post('case-handler', '320400', `institutions/${uscc}/suspend`, {
      reason: '举报人张三',
      until: null,
    })
    const { body, text } = await get(`streams/institution-${uscc}`)
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'InstitutionRegistered',
      'InstitutionSuspended',
    ])
    expect(text).not.toMatch(/legalRepresentative|举报人|person-1/)
    expect((await get(`streams/institution-${uscc}/state?asOf=2020-01-01`)).body.state).toBeNull()
  })

  it('lets only the whole country’s administrator destroy a key', async () => {
    const erase = (division: string | null) =>
      post('administrator', division, 'subject-keys/person-77/destroy', {
        division: '320500',
        reason: '本人申请',
        requestedOn: '2026-03-01',
      })
    for (const division of ['320500', '320000', '320505']) expect((await erase(division)).status).toBe(403)
    expect(gateway.vault.destroyedAt('person-77')).toBeNull()
    expect((await erase(null)).status).toBe(201)
  })

  it('has no door for entries in the audit of personal reads', async () => {
    const forged = { division: '320402', subjects: ['person-1'], resource: '/v1/x', purpose: '伪造' }
    const path = 'personal-reads/officer-3204-017.2026-03-02/record'
    for (const division of [null, '320400'])
      expect((await post('administrator', division, path, forged)).status).toBe(404)
  })

  it('finds a person by name only with a purpose, and says so in the audit', async () => {
    const query = `institutions?q=${encodeURIComponent('王建国')}`
    expect((await get(query, 'registrar')).body.items).toEqual([])
    const purpose = `reveal=personal&purpose=${encodeURIComponent('核查投诉')}`
    expect((await get(`${query}&${purpose}`, 'registrar')).body.items).toHaveLength(1)
    position = String(await gateway.ledger.head())
    const reads = (await get('personal-reads?subject=person-1', 'auditor')).body.items
    expect(reads).toMatchObject([{ reader: 'test-registrar', purpose: '核查投诉' }])
  })

  it('makes no key for a command that is none of the caller’s business', async () => {
    const legalRepresentative = { subjectId: 'person-new', name: '李雷' }
    const data = { ...institutionProfile, legalRepresentative }
    const correction = { ...data, supersedes: '00000000-0000-8000-a000-000000000000', reason: '更正' }
    const attempts = [
      ['320500', `institutions/${uscc}/correct-details`, correction],
      ['320500', 'institutions/91320411MA1XLLKB82/register', data],
    ] as const
    const sealed = { subjectId: 'person-new', sealed: 'x' }
    for (const [division, path, body] of attempts) {
      expect((await post('registrar', division, path, body)).status).toBe(403)
      expect(gateway.vault.open(sealed)).toMatchObject({ withheld: 'key-missing' })
    }
  })
})
