import { usccCheckCharacter } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from './test-kit.ts'

describe('commands over HTTP', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let registrar: string
  beforeAll(async () => {
    gateway = await givenGateway()
    registrar = await gateway.token('registrar')
  })
  afterAll(() => gateway.close())

  const post = (command: string, data: unknown, headers: Record<string, string> = {}, id = uscc) =>
    gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${id}/${command}`,
      headers: { authorization: registrar, ...headers },
      payload: { data } as object,
    })

  it('appends an event and says where it stands', async () => {
    const answer = await post('register', institutionProfile, { 'idempotency-key': 'first' })
    expect(answer.json()).toMatchObject({ position: '0', revision: 0, replayed: false })
    expect(answer.statusCode).toBe(201)
    expect(answer.headers).toMatchObject({
      location: `/v1/institutions/${uscc}`,
      etag: '"0"',
      'fireledger-position': '0',
    })
  })

  it('answers a repetition with the first outcome', async () => {
    const answer = await post('register', institutionProfile, { 'idempotency-key': 'first' })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ revision: 0, replayed: true })
    expect(answer.headers['idempotency-replayed']).toBe('true')
  })

  it('answers a repetition with the first outcome also when it left no event', async () => {
    const body = '91320402MA1WABCD2'
    const id = body + usccCheckCharacter(body)
    expect((await post('register', institutionProfile, {}, id)).statusCode).toBe(201)
    const authorization = await gateway.token('case-handler')
    const ask = (command: string, data: object, key: string) =>
      post(command, data, { authorization, 'idempotency-key': key }, id)
    const suspend = (key: string) => ask('suspend', { reason: '整改', until: null }, key)
    const resume = (key: string) => ask('resume', { reason: '整改合格' }, key)
    const early = await resume('resume-1')
    expect(early.json()).toMatchObject({ status: 422, code: 'institution-not-suspended' })
    expect((await suspend('suspend-1')).json()).toMatchObject({ revision: 1 })
    const again = await resume('resume-1')
    expect(again.json()).toMatchObject({ status: 422, code: 'institution-not-suspended' })
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await resume('resume-2')).json()).toMatchObject({ revision: 2, replayed: false })
    expect((await resume('resume-3')).json()).toMatchObject({ revision: 2, eventIds: [], replayed: false })
    expect((await suspend('suspend-2')).json()).toMatchObject({ revision: 3 })
    expect((await resume('resume-3')).json()).toMatchObject({ revision: 2, eventIds: [], replayed: true })
    expect((await suspend('resume-3')).json()).toMatchObject({ type: 'urn:fireledger:problem:reused' })
    expect((await resume('resume-4')).json()).toMatchObject({ revision: 4 })
  })

  it('refuses a key used for another content, or for another stream', async () => {
    const other = { ...institutionProfile, name: '另一家公司' }
    for (const answer of [
      await post('register', other, { 'idempotency-key': 'first' }),
      await post('register', institutionProfile, { 'idempotency-key': 'first' }, '91320411MA1XLLKB82'),
    ]) {
      expect(answer.json()).toMatchObject({ type: 'urn:fireledger:problem:reused', status: 422 })
    }
  })

  it('says in both languages what a rule refuses, with its legal basis', async () => {
    const zh = await post('register', institutionProfile)
    expect(zh.statusCode).toBe(422)
    expect(zh.headers['content-type']).toContain('application/problem+json')
    expect(zh.json()).toMatchObject({
      type: 'urn:fireledger:problem:refused',
      code: 'institution-already-registered',
      detail: '该统一社会信用代码已登记',
      legalBasis: [{ basis: 'O7:20', text: '社会消防技术服务管理规定（应急管理部令第7号）第20条' }],
    })
    const en = await post('register', institutionProfile, { 'accept-language': 'en-GB,en;q=0.9,zh;q=0.1' })
    expect(en.json().detail).toBe('this unified social credit code is already registered')
  })

  it('points at each field that does not parse', async () => {
    const answer = await post('register', { ...institutionProfile, division: '32', extra: 1 })
    expect(answer.statusCode).toBe(400)
    const pointers = answer.json().errors.map((error: { pointer: string }) => error.pointer)
    expect(new Set(pointers)).toEqual(new Set(['/data/division', '/data/extra']))
    const unknown = await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${uscc}/register`,
      headers: { authorization: registrar },
      payload: { data: institutionProfile, surprise: true },
    })
    expect(unknown.json().errors).toMatchObject([{ pointer: '/surprise', code: 'unrecognized_keys' }])
  })

  it('honours If-Match and tells the current revision', async () => {
    const stale = await post('withdraw', { reason: '停业' }, { 'if-match': '"7"' })
    expect(stale.statusCode).toBe(412)
    expect(stale.json()).toMatchObject({ type: 'urn:fireledger:problem:stale', revision: 0 })
    expect((await post('register', institutionProfile, { 'if-none-match': '*' })).statusCode).toBe(412)
    const bad = await post('withdraw', { reason: '停业' }, { 'if-match': 'latest' })
    expect(bad.statusCode).toBe(400)
  })

  it('needs a token, the permission and the division', async () => {
    const without = await gateway.app.inject({
      method: 'POST',
      url: `/v1/institutions/${uscc}/withdraw`,
      payload: { data: { reason: '停业' } },
    })
    expect(without.statusCode).toBe(401)
    const auditor = await gateway.token('auditor')
    expect((await post('withdraw', { reason: '停业' }, { authorization: auditor })).statusCode).toBe(403)
    const elsewhere = await gateway.token('registrar', '320500')
    expect((await post('withdraw', { reason: '停业' }, { authorization: elsewhere })).statusCode).toBe(403)
    const forged = `${registrar.slice(0, -4)}AAAA`
    expect((await post('withdraw', { reason: '停业' }, { authorization: forged })).statusCode).toBe(401)
  })

  it('stores no personal data in clear', async () => {
    for await (const page of gateway.ledger.readAll()) {
      for (const event of page) expect(new TextDecoder().decode(event.data)).not.toContain('王建国')
    }
  })
})
