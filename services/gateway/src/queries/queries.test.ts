import { readModels } from '@fireledger/projections'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'
import { registers } from './index.ts'
import { refusedAttempts } from './refused-attempts.ts'

const second = '91320411MA1XLLKB82'
const person = 'legal-representative-1'

describe('queries', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let registrar: string
  let auditor: string
  let position = ''
  let registeredAt = ''

  beforeAll(async () => {
    gateway = await givenGateway()
    registrar = await gateway.token('registrar', null)
    auditor = await gateway.token('auditor')
    const legalRepresentative = { subjectId: person, name: '王建国', phone: '13800000000' }
    await post(uscc, 'register', { ...institutionProfile, legalRepresentative })
    registeredAt = new Date(gateway.clock()).toISOString()
    gateway.passes(24 * 3600)
    await post(second, 'register', { ...institutionProfile, name: '武进和平消防公司', division: '320412' })
    await post(uscc, 'declare-practice-conditions', { figures })
    position = (await post(uscc, 'withdraw', { reason: '停业' })).headers['fireledger-position'] as string
  })
  afterAll(() => gateway.close())

  async function post(id: string, command: string, data: object) {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${id}/${command}`,
      headers: { authorization: registrar },
      payload: { data },
    })
    expect(answer.json().detail).toBeUndefined()
    return answer
  }

  const get = (url: string, authorization?: string, headers: Record<string, string> = {}) =>
    gateway.app.inject({
      url: `/v1${url}`,
      headers: {
        ...(position === '' ? {} : { 'fireledger-min-position': position }),
        ...(authorization === undefined ? {} : { authorization }),
        ...headers,
      },
    })

  it('reads only tables and columns that the read models have', () => {
    const tables = new Map(readModels.flatMap((model) => Object.entries(model.tables)))
    for (const register of [...registers, refusedAttempts]) {
      expect(readModels).toContain(register.projection)
      const columns = Object.keys(tables.get(register.table)?.columns ?? {})
      const named = [
        register.key,
        register.divisionColumn,
        register.institutionColumn,
        ...Object.values(register.filters)
          .filter(({ column, of }) => of === undefined && (!register.standing || column !== 'status'))
          .map(({ column }) => column),
        ...Object.values(register.ranges ?? {}).map(({ column }) => column),
        ...(register.searchable ?? []),
        ...(register.omit ?? []),
        ...(register.internal ?? []),
      ].filter((column) => column !== null)
      expect(columns, register.path).toEqual(expect.arrayContaining(named))
      for (const { column, holds } of Object.values(register.ranges ?? {})) {
        expect(holds, column).toBe(column.endsWith('_at') ? 'moments' : 'days')
      }
      const ofGrade = Object.values(register.filters).filter(({ of }) => of === 'graded')
      expect(Object.keys(tables.get('credit_grade_step')?.columns ?? {})).toEqual(
        expect.arrayContaining(ofGrade.map(({ column }) => column)),
      )
      const parts = Object.values(register.parts ?? {})
      if (register.standing) expect(parts.map(({ table }) => table)).toContain(register.standing.table)
      for (const part of parts) {
        const own = Object.keys(tables.get(part.table)?.columns ?? {})
        expect(own, part.table).toEqual(expect.arrayContaining([part.parent, ...part.order.split(', ')]))
      }
    }
  })

  it('answers every list, to those who may read it', async () => {
    const reviewer = await gateway.token('reviewer')
    for (const { path, permission } of [...registers, refusedAttempts]) {
      expect((await get(`/${path}?limit=2`, reviewer)).statusCode, path).toBe(200)
      expect((await get(`/${path}`)).statusCode, path).toBe(permission === 'read-public' ? 200 : 401)
    }
    for (const path of ['/dashboard', '/events', '/catalogue', '/ledger', '/personal-reads']) {
      expect((await get(path, reviewer)).statusCode, path).toBe(200)
    }
  })

  it('finds by Chinese name, code, division and status, page by page', async () => {
    const codes = async (query: string) =>
      (await get(`/institutions?${query}`)).json().items.map((item: { uscc: string }) => item.uscc)
    expect(await codes('')).toEqual([uscc, second])
    expect(await codes(`q=${encodeURIComponent('安信消防')}`)).toEqual([uscc])
    expect(await codes(`q=${encodeURIComponent('武进')}`)).toEqual([second])
    expect(await codes('q=MA1XLLKB')).toEqual([second])
    expect(await codes('division=320400')).toEqual([uscc, second])
    expect(await codes('division=320412')).toEqual([second])
    expect(await codes('status=withdrawn')).toEqual([uscc])
    expect(await codes('order=desc')).toEqual([second, uscc])
    const first = (await get('/institutions?limit=1')).json()
    expect(first.items).toHaveLength(1)
    const next = (await get(`/institutions?limit=1&after=${first.nextCursor}`)).json()
    expect(next.items[0].uscc).toBe(second)
    expect(next.nextCursor).toBeNull()
    const strange = await get(`/institutions?limit=1&status=active&after=${first.nextCursor}`)
    expect(strange.json()).toMatchObject({ status: 400, errors: [{ pointer: '?after' }] })
  })

  it('does not let anyone find a person by name who may not see the person', async () => {
    const byName = `/institutions?q=${encodeURIComponent('王建国')}`
    expect((await get(byName)).json().items).toEqual([])
    expect((await get(byName, auditor)).json().items).toEqual([])
    expect((await get(byName, registrar)).json().items).toEqual([])
    const asked = `${byName}&reveal=personal&purpose=${encodeURIComponent('核对法定代表人')}`
    expect((await get(asked, auditor)).statusCode).toBe(403)
    const elsewhere = await gateway.token('registrar', '320500')
    expect((await get(asked, elsewhere)).json().items).toEqual([])
  })

  it('answers one record with its revision as entity tag, and 304 to who has it', async () => {
    const answer = await get(`/institutions/${uscc}`)
    const tag = String(answer.headers.etag)
    expect(tag).toMatch(/^"2\.[\w-]{22}"$/)
    expect(answer.json()).toMatchObject({ name: institutionProfile.name, status: 'withdrawn', revision: 2 })
    expect(answer.json()).not.toHaveProperty('details')
    expect((await get(`/institutions/${uscc}`, undefined, { 'if-none-match': tag })).statusCode).toBe(304)
    // Another reader is shown more: what the first one has is not what this one asks for.
    expect((await get(`/institutions/${uscc}`, auditor, { 'if-none-match': tag })).statusCode).toBe(200)
    expect((await get('/institutions/91320402MA1WABCD2P')).statusCode).toBe(404)
    const official = (await get(`/institutions/${uscc}`, auditor)).json()
    expect(official.statuses.map((step: { status: string }) => step.status)).toEqual([
      'registered',
      'withdrawn',
    ])
  })

  it('answers a record as it was known', async () => {
    const known = await get(`/institutions/${uscc}?asKnownAt=${registeredAt}`, auditor)
    expect(known.json()).toMatchObject({ status: 'registered', revision: 0 })
    const before = await get(`/institutions/${uscc}?asKnownAt=2020-01-01`, auditor)
    expect(before.statusCode).toBe(404)
  })

  it('withholds persons until they are asked for with a purpose, and records who saw them', async () => {
    const masked = await get(`/institutions/${uscc}`, registrar)
    expect(masked.json().person).toEqual({
      subjectId: person,
      name: null,
      identityNumber: null,
      phone: null,
      withheld: 'masked',
    })
    expect((await get(`/institutions/${uscc}?reveal=personal&purpose=x`, auditor)).statusCode).toBe(403)
    expect((await get(`/institutions/${uscc}?reveal=personal`, registrar)).statusCode).toBe(400)
    const purpose = encodeURIComponent('核对法定代表人')
    const shown = await get(`/institutions/${uscc}?reveal=personal&purpose=${purpose}`, registrar)
    expect(shown.json().person).toMatchObject({ name: '王建国', phone: '13800000000' })
    expect(shown.headers['cache-control']).toBe('no-store')
    const events = await get(`/streams/institution-${uscc}?reveal=personal&purpose=${purpose}`, registrar)
    expect(events.json().items[0].data.legalRepresentative.name).toBe('王建国')
    position = String(await gateway.ledger.head())
    const national = await gateway.token('auditor', null)
    const reads = (await get('/personal-reads', national)).json().items
    expect(reads).toHaveLength(2)
    expect(reads[1]).toMatchObject({
      subject: person,
      reader: 'test-registrar',
      purpose: '核对法定代表人',
      resource: `/v1/institutions/${uscc}`,
    })
  })

  it('never shows a person unasked, in any answer', async () => {
    const reviewer = await gateway.token('reviewer', null)
    const urls = [
      ...registers.map(({ path }) => `/${path}`),
      `/institutions/${uscc}`,
      `/institutions/${uscc}?asOf=2030-01-01`,
      `/institutions/${uscc}/history`,
      `/streams/institution-${uscc}`,
      `/streams/institution-${uscc}/state`,
      '/events?limit=500',
      '/dashboard',
      '/ledger',
    ]
    for (const url of urls) {
      const answer = await get(url, reviewer)
      expect(answer.statusCode, url).toBe(200)
      expect(answer.body, url).not.toContain('王建国')
      expect(answer.body, url).not.toContain('13800000000')
      expect(answer.body, url).not.toContain('"sealed"')
    }
  })

  it('spells citations out, and leaves what it does not know as it is', async () => {
    const answer = await get('/citations?bases=O7:26,FL:69(1),CITY-9:3')
    const texts = answer.json().citations.map(({ text }: { text: { zh: string } }) => text.zh)
    expect(texts).toEqual([
      '社会消防技术服务管理规定（应急管理部令第7号）第26条',
      '中华人民共和国消防法第69条第（一）项',
      'CITY-9:3',
    ])
    expect((await get('/citations?bases=')).statusCode).toBe(400)
    expect((await get(`/citations?bases=${Array(101).fill('O7:26').join(',')}`)).statusCode).toBe(400)
  })

  it('tells an institution’s history, by both clocks and page by page', async () => {
    const types = async (query: string) =>
      (await get(`/institutions/${uscc}/history?${query}`, auditor))
        .json()
        .items.map((item: { type: string }) => item.type)
    const all = ['InstitutionRegistered', 'PracticeConditionsDeclared', 'InstitutionWithdrew']
    expect(await types('')).toEqual(all)
    expect(await types('order=desc')).toEqual([...all].reverse())
    expect(await types('type=InstitutionWithdrew')).toEqual(['InstitutionWithdrew'])
    expect(await types(`asKnownAt=${registeredAt}`)).toEqual(['InstitutionRegistered'])
    expect(await types('asOf=2026-03-02')).toEqual(['InstitutionRegistered'])
    const first = (await get(`/institutions/${uscc}/history?limit=2`, auditor)).json()
    expect(first.items).toHaveLength(2)
    const rest = (
      await get(`/institutions/${uscc}/history?limit=2&after=${first.nextCursor}`, auditor)
    ).json()
    expect(rest.items.map((item: { type: string }) => item.type)).toEqual(['InstitutionWithdrew'])
    expect(first.items[0].metadata.actor).toMatchObject({ role: 'registrar' })
    const [earliest, later] = (await get(`/institutions/${uscc}/history`, auditor)).json().items
    const beginning = async (id: string, order: string) =>
      (await get(`/institutions/${uscc}/history?at=${id}&order=${order}`, auditor))
        .json()
        .items.map((each: { id: string }) => each.id)
    expect((await beginning(later.id, 'asc'))[0]).toBe(later.id)
    expect(await beginning(later.id, 'desc')).toEqual([later.id, earliest.id])
    expect(await beginning('00000000-0000-4000-8000-000000000000', 'asc')).toEqual([])
    const open = (await get(`/institutions/${uscc}/history`)).json()
    expect(open.items[0].metadata).not.toHaveProperty('actor')
  })

  it('tells the state of a stream as of a moment', async () => {
    const state = async (query: string) =>
      (await get(`/streams/institution-${uscc}/state?${query}`, auditor)).json()
    expect(await state('')).toMatchObject({ revision: 2, state: { status: 'withdrawn' } })
    expect(await state('asOf=2026-03-02')).toMatchObject({ revision: 0, state: { status: 'registered' } })
    expect(await state('asKnownAt=2020-01-01')).toMatchObject({ revision: -1, state: null })
  })

  it('pages through the ledger as far as the reader may see it', async () => {
    const first = (await get('/events?limit=2')).json()
    expect(first.items.map((item: { position: string }) => item.position)).toEqual(['0', '1'])
    expect(first.atEnd).toBe(false)
    const rest = (await get(`/events?after=${first.nextPosition}`)).json()
    expect(rest.atEnd).toBe(true)
    // Who read whose data is not for the public.
    expect(rest.items.map((item: { category: string }) => item.category)).not.toContain('personalRead')
  })

  it('hides what lies outside the jurisdiction', async () => {
    const reviewer = await gateway.token('reviewer', '320500')
    expect((await get('/streams/personalRead-test-registrar.2026-03-03', reviewer)).statusCode).toBe(404)
  })

  it('waits for the position that a reader names, and says when it takes too long', async () => {
    const answer = await get('/institutions', undefined, { 'fireledger-min-position': '99999' })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().type).toBe('urn:fireledger:problem:behind')
  })

  it('explains credit, and says when no rulebook is in force', async () => {
    const credit = await get(`/institutions/${uscc}/credit?asOf=2026-06-01`, auditor)
    expect(credit.json()).toMatchObject({ subject: uscc, day: '2026-06-01', score: null, rulebook: null })
    const known = await get(`/institutions/${uscc}/credit?asKnownAt=2020-01-01`, auditor)
    expect(known.statusCode).toBe(404)
  })
})

const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 200,
  equipmentComplete: true,
  engineers: 2,
  gradeOneEngineers: 1,
  operators: 6,
  intermediateOperators: 2,
  qualitySystem: true,
  processControlSystem: false,
}
