import { creditAccount, shippedRulebooks } from '@fireledger/domain'
import { submitCommand } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const [shipped] = shippedRulebooks
if (!shipped) throw new Error('no rulebook is shipped')
const { id: rulebook, division, content } = shipped
const opening = { division: '320402', subjectKind: 'institution', rulebook }

describe('credit of an institution', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''
  let entry = ''
  let publishedAt = ''

  beforeAll(async () => {
    gateway = await givenGateway()
    const ask = async (role: string, url: string, data: object, effectiveAt?: string) => {
      const answer = await gateway.app.inject({
        method: 'POST',
        url: `/v1/${url}`,
        headers: { authorization: await gateway.token(role, role === 'registrar' ? null : '320400') },
        payload: effectiveAt === undefined ? { data } : { data, effectiveAt },
      })
      expect(answer.json().detail).toBeUndefined()
      position = (answer.headers['fireledger-position'] as string | undefined) ?? position
      return answer.json()
    }
    await ask('rule-maker', `rulebooks/${rulebook}/draft`, { division, content })
    const adoption = { division, subjectKind: 'institution', from: '2025-01-01' }
    await ask('rule-maker', `rulebooks/${rulebook}/adopt`, adoption, '2024-12-20T01:00:00.000Z')
    await ask('registrar', `institutions/${uscc}/register`, institutionProfile, '2025-01-06T01:00:00.000Z')
    const verified = { figures, rectifyBy: null }
    await ask(
      'inspector',
      `institutions/${uscc}/verify-practice-conditions`,
      verified,
      '2025-02-03T01:00:00.000Z',
    )
    const adjustment = { ...opening, item: 'L2', factId: 'case-1/V08', violation: 'V08', causeEventId: null }
    const fine = { ...adjustment, reason: '罚款20000元' }
    await ask('credit-officer', `credit-accounts/${uscc}/adjust`, fine, '2025-10-08T01:00:00.000Z')
    const asOf = { ...opening, asOf: '2025-12-31' }
    await ask('credit-officer', `credit-accounts/${uscc}/publish-grade`, asOf)
    publishedAt = new Date(gateway.clock()).toISOString()
    gateway.passes(3600)
    const account = await get('credit-accounts', '')
    entry = account.entries[0].eventId
    const objection = { entry, noticedOn: '2026-02-27', grounds: '当日负责人在场' }
    const filed = await send('institution', 'file-objection', objection)
    expect(filed.json()).toMatchObject({ eventIds: [expect.any(String)] })
    position = filed.headers['fireledger-position'] as string
  })
  afterAll(() => gateway.close())

  async function get(path: string, part: string, role: string | null = 'auditor') {
    const answer = await gateway.app.inject({
      url: `/v1/${path}/${uscc}${part}`,
      headers: {
        'fireledger-min-position': position,
        ...(role === null ? {} : { authorization: await gateway.token(role) }),
      },
    })
    expect(answer.statusCode).toBe(200)
    return answer.json()
  }

  it('explains each line: article, validity, publication, dispute, and that its numbers are illustrative', async () => {
    const credit = await get('institutions', '/credit?asOf=2026-03-10')
    expect(credit).toMatchObject({ score: 70, grade: 'B', disputed: true, illustrative: true })
    expect(credit.lines).toMatchObject([
      {
        eventId: entry,
        item: 'L2',
        counted: -10,
        validUntil: '2026-10-08',
        legalBasis: ['O7:31'],
        disputed: true,
        illustrative: true,
        publication: { law: 'N58', gravity: 'general', visible: true, until: '2028-10-08' },
      },
    ])
    const later = await get('institutions', '/credit?asOf=2026-04-01')
    expect(later.lines[0].publication).toMatchObject({
      law: 'N36',
      until: '2026-10-08',
      repairableFrom: '2026-01-08',
    })
  })

  /** By an institution's own account, or by an officer of the city. */
  async function send(role: string, verb: string, data: object, own = uscc) {
    const division = role === 'institution' ? null : '320400'
    const headers = {
      authorization: await gateway.token(role, division, 'login-1', 3600, own),
      'accept-language': 'en',
    }
    const url = `/v1/credit-accounts/${uscc}/${verb}`
    return gateway.app.inject({ method: 'POST', url, headers, payload: { data } })
  }

  it('is objected to by the institution itself, of its own account and of no other, and not ruled on by it', async () => {
    const objection = { entry, noticedOn: '2026-02-27', grounds: '当日负责人在场' }
    const other = await send('institution', 'file-objection', objection, '91320411MA1XYAKK2W')
    expect(other.statusCode).toBe(403)
    expect(other.json().detail).toContain('but not outside your division or your own institution')
    const ruling = await send('institution', 'decide-objection', { entry, outcome: 'upheld', reason: '属实' })
    expect(ruling.statusCode).toBe(403)
    // What is missing is named.
    expect(ruling.json().detail).toBe(
      'your role, institution, lacks the permission this needs: keep credit accounts (score)',
    )
    const inspector = await send('inspector', 'file-objection', objection)
    expect(inspector.json().detail).toContain('object to credit entries (object)')
  })

  it('says in every register, of every event and in the overview that its numbers are illustrative', async () => {
    // What the clerk asks for.
    const command = {
      category: creditAccount,
      type: 'ReviewCredit',
      id: uscc,
      data: { ...opening, former: null, watched: { certificates: [], staffing: null } },
      ...{ effectiveAt: null, commandId: 'review-1', correlationId: 'review-1', causationId: null },
      actor: { id: 'clerk', role: 'clerk', division: null },
    }
    const now = () => new Date(gateway.clock()).toISOString()
    const seal = (_: unknown, data: unknown) => data
    const reviewed = await submitCommand(command, { ledger: gateway.ledger, now, seal })
    if (reviewed.kind !== 'accepted') throw new Error(JSON.stringify(reviewed))
    position = String(reviewed.position)
    const list = async (path: string) => {
      const headers = { authorization: await gateway.token('auditor'), 'fireledger-min-position': position }
      return (await gateway.app.inject({ url: `/v1/${path}`, headers })).json()
    }
    expect((await list('credit-warnings?standing=true')).items).toMatchObject([
      { kind: 'near-lower-grade', standing: true, illustrative: true },
    ])
    expect((await list('credit-warnings?standing=0')).items).toEqual([])
    expect((await list('credit-accounts')).items).toMatchObject([{ publishedGrade: 'B', illustrative: true }])
    const account = await get('credit-accounts', '')
    for (const part of ['steps', 'entries', 'publications', 'warnings'])
      expect(account[part][0], part).toMatchObject({ illustrative: true })
    expect(account.objections).toMatchObject([{ pending: true, overdue: false, inTime: null }])
    expect((await list('credit-objections?pending=true')).items).toMatchObject([{ entry, pending: true }])
    const { grades, illustrativeGrades } = await list('dashboard')
    expect(grades).toEqual({ B: 1 })
    expect(illustrativeGrades).toEqual({ B: 1 })
    for (const path of [
      'events?category=creditAccount',
      `institutions/${uscc}/history`,
      `streams/creditAccount-${uscc}`,
    ]) {
      const { items } = await list(path)
      const rated = items.filter(
        ({ metadata }: { metadata: { rulebook: string | null } }) => metadata.rulebook,
      )
      expect(rated.length, path).toBeGreaterThan(0)
      for (const { metadata } of rated) expect(metadata, path).toMatchObject({ illustrative: true })
    }
  })

  it('names the parameter that is no day, and what a day looks like', async () => {
    const headers = { 'accept-language': 'zh' }
    const url = `/v1/institutions/${uscc}/credit?asOf=2026-02-30`
    const answer = await gateway.app.inject({ url, headers })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      detail: '请更正这些字段后重试：?asOf',
      errors: [{ pointer: '?asOf', detail: expect.stringContaining('应为日历上有的日期，例如 2026-02-28') }],
    })
  })

  it('says what follows from the grade, and warns', async () => {
    const credit = await get('institutions', '/credit?asOf=2026-03-10')
    expect(credit.consequences).toMatchObject({ samplingFactor: 1, bonusAllowed: true })
    expect(credit.warnings.map(({ kind, about }: Record<string, string>) => `${kind} ${about}`)).toEqual([
      'near-lower-grade C',
      'staffing-at-minimum PC4',
      'staffing-at-minimum PC5',
    ])
    const then = await get('institutions', '/credit?asOf=2025-10-20')
    expect(then.warnings[0]).toMatchObject({ kind: 'near-lower-grade' })
    expect(then.warnings[1]).toMatchObject({ kind: 'sharp-drop' })
  })

  it('is told in the register, with the factor by which random inspections are drawn', async () => {
    const follows = {
      grade: 'B',
      level: 'B',
      samplingFactor: 1,
      inspectionsPerYear: null,
      illustrative: true,
    }
    expect(await get('institutions', '')).toMatchObject(follows)
    expect(await get('institutions', '?asOf=2025-03-10')).toMatchObject({ grade: 'BBB' })
    const before = `?asOf=2025-12-31&asKnownAt=2026-03-02T00:00:00Z`
    expect((await gateway.app.inject(`/v1/institutions/${uscc}${before}`)).statusCode).toBe(404)
    const drawn = async (query: string) => {
      const headers = { 'fireledger-min-position': position }
      const answer = await gateway.app.inject({ url: `/v1/institutions?${query}`, headers })
      return answer.json()
    }
    expect((await drawn('samplingFactorMin=1')).items).toMatchObject([{ uscc, ...follows }])
    expect((await drawn('samplingFactorMin=1.5')).items).toEqual([])
    expect((await drawn('grade=B')).items).toHaveLength(1)
    expect((await drawn('grade=C')).items).toEqual([])
    expect(await drawn('samplingFactorMin=often')).toMatchObject({ status: 400 })
  })

  it('says of the state of its stream, too, that its numbers are illustrative', async () => {
    const headers = { authorization: await gateway.token('auditor'), 'fireledger-min-position': position }
    const state = async (stream: string) =>
      (await gateway.app.inject({ url: `/v1/streams/${stream}/state`, headers })).json()
    expect(await state(`creditAccount-${uscc}`)).toMatchObject({ illustrative: true })
    expect(await state(`institution-${uscc}`)).toMatchObject({ illustrative: null })
  })

  it('gives the digest of a published grade again, also from what was known then', async () => {
    const { publications, objections } = await get('credit-accounts', '')
    expect(publications).toMatchObject([{ asOf: '2025-12-31', score: 70, grade: 'B' }])
    const [{ inputsDigest }] = publications
    expect(inputsDigest).toMatch(/^[0-9a-f]{64}$/)
    expect(await get('institutions', '/credit?asOf=2025-12-31')).toMatchObject({ inputsDigest })
    const known = await get('institutions', `/credit?asOf=2025-12-31&asKnownAt=${publishedAt}`)
    expect(known).toMatchObject({ inputsDigest, disputed: false })
    expect(objections).toMatchObject([{ entry, dueOn: '2026-03-16', outcome: null }])
  })

  it('shows the public the result and what follows from it, not the facts', async () => {
    const credit = await get('institutions', '/credit?asOf=2026-03-10', null)
    expect(credit).toMatchObject({ score: 70, grade: 'B', disputed: true, illustrative: true })
    for (const hidden of ['lines', 'inputs', 'inputsDigest', 'warnings'])
      expect(credit).not.toHaveProperty(hidden)
  })

  it('shows the public the records that are published, by title, day, points and until when alone', async () => {
    const credit = await get('institutions', '/credit?asOf=2026-03-10', null)
    const title = content.items.find(({ code }) => code === 'L2')?.title
    expect(credit.published).toEqual([{ title, effectiveOn: '2025-10-08', points: -10, until: '2028-10-08' }])
    expect(await get('institutions', '/credit?asOf=2026-03-10')).not.toHaveProperty('published')
    expect((await get('institutions', '/credit?asOf=2028-01-10', null)).published).toEqual([])
  })

  it('warns as the clerk does: not at the base, and nobody who has left', async () => {
    const kinds = async (asOf: string) =>
      (await get('institutions', `/credit?asOf=${asOf}`)).warnings.map(
        ({ kind }: Record<string, string>) => kind,
      )
    expect(await kinds('2025-09-01')).toEqual(['staffing-at-minimum', 'staffing-at-minimum'])
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${uscc}/remove`,
      headers: { authorization: await gateway.token('registrar') },
      payload: { data: { reason: '清理分支机构' }, effectiveAt: '2026-02-09T01:00:00.000Z' },
    })
    expect(answer.statusCode, answer.body).toBe(200)
    position = answer.headers['fireledger-position'] as string
    // The position is that of the credit; the register may come a moment later.
    await expect.poll(() => kinds('2026-02-09')).toEqual([])
    expect(await kinds('2026-02-08')).toContain('near-lower-grade')
  })
})

const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 260,
  equipmentComplete: true,
  engineers: 2,
  gradeOneEngineers: 1,
  operators: 6,
  intermediateOperators: 2,
  qualitySystem: true,
  processControlSystem: true,
}
