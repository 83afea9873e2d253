import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

type Answer = {
  principal: { role: string; division: string | null; permissions: string[] } | null
  csrf: string | null
  signIn: { roles: string[] }
}
const choice = { role: 'registrar', division: '320402' }

describe('the session of the console', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  beforeAll(async () => {
    gateway = await givenGateway()
  })
  afterAll(() => gateway.close())

  const signIn = (payload: object, headers: Record<string, string> = {}) =>
    gateway.app.inject({ method: 'POST', url: '/console/session', payload, headers })

  async function signedIn(payload: object = choice) {
    const answer = await signIn(payload)
    const [cookie] = answer.cookies
    return { cookie: `${cookie?.name}=${cookie?.value}`, csrf: answer.json<Answer>().csrf ?? '' }
  }

  it('gives a trial on this machine the chosen role, in a cookie that no script can read', async () => {
    const answer = await signIn(choice)
    expect(answer.json<Answer>().principal).toMatchObject({ ...choice, divisionName: '江苏省常州市天宁区' })
    expect(answer.cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }])
    expect(answer.body).not.toContain(answer.cookies[0]?.value)
  })

  it('lets the cookie speak for the reader', async () => {
    const { cookie } = await signedIn({ role: 'auditor', division: null })
    expect((await gateway.app.inject({ url: '/v1/ledger', headers: { cookie } })).statusCode).toBe(200)
    expect((await gateway.app.inject('/v1/ledger')).statusCode).toBe(401)
  })

  it('takes a command only with the token that its own page has read', async () => {
    const { cookie, csrf } = await signedIn()
    const command = {
      method: 'POST',
      url: `/v1/institutions/${uscc}/register`,
      payload: { data: institutionProfile },
    } as const
    const without = await gateway.app.inject({ ...command, headers: { cookie } })
    expect(without.json()).toMatchObject({ status: 403, type: 'urn:fireledger:problem:forbidden' })
    const foreign = { cookie, 'fireledger-csrf': csrf, origin: 'https://elsewhere.example' }
    expect((await gateway.app.inject({ ...command, headers: foreign })).statusCode).toBe(403)
    const own = { cookie, 'fireledger-csrf': csrf, origin: 'http://localhost' }
    expect((await gateway.app.inject({ ...command, headers: own })).statusCode).toBe(201)
  })

  it('opens no live feed for a page of another site', async () => {
    await gateway.app.ready()
    const { cookie } = await signedIn()
    const open = (origin: string) =>
      gateway.app.injectWS('/v1/live', { headers: { cookie, origin, host: 'localhost' } })
    await expect(open('https://elsewhere.example')).rejects.toThrow('403')
    const socket = await open('http://localhost')
    const hello = new Promise((resolve) => socket.once('message', (raw) => resolve(JSON.parse(String(raw)))))
    socket.send(JSON.stringify({ type: 'hello' }))
    expect(await hello).toMatchObject({ type: 'hello', principal: { role: 'registrar' } })
    socket.terminate()
  })

  it('lets nobody choose a role from elsewhere, by another name or through a proxy', async () => {
    const forwarded = await signIn(choice, { 'x-forwarded-for': '127.0.0.1' })
    const rebound = await signIn(choice, { host: 'elsewhere.example' })
    const remote = await gateway.app.inject({
      method: 'POST',
      url: '/console/session',
      payload: choice,
      remoteAddress: '192.0.2.7',
    })
    for (const answer of [forwarded, rebound, remote]) {
      expect(answer.statusCode).toBe(403)
      expect(answer.cookies).toEqual([])
    }
  })

  it('takes a token that was issued elsewhere, and no other', async () => {
    const [, token = ''] = (await gateway.token('auditor')).split(' ')
    expect((await signIn({ token })).json<Answer>().principal).toMatchObject({ role: 'auditor' })
    expect((await signIn({ token: `${token}x` })).statusCode).toBe(401)
  })

  it('ends by signing out, and says so to the API when its time is over', async () => {
    const { cookie } = await signedIn()
    const out = await gateway.app.inject({ method: 'DELETE', url: '/console/session', headers: { cookie } })
    expect(out.cookies).toMatchObject([{ value: '' }])
    gateway.passes(13 * 3600)
    expect((await gateway.app.inject({ url: '/v1/dashboard', headers: { cookie } })).statusCode).toBe(401)
    const session = await gateway.app.inject({ url: '/console/session', headers: { cookie } })
    expect(session.json<Answer>()).toMatchObject({ principal: null, csrf: null })
  })
})

describe('the pages of the console', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-console-'))
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" nonce="{{nonce}}">')
    writeFileSync(join(folder, 'assets', 'main-abc.js'), 'plain')
    writeFileSync(join(folder, 'assets', 'main-abc.js.gz'), 'compressed')
    gateway = await givenGateway({}, { consoleDir: folder })
  })
  afterAll(async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  })

  it('are one page for every address, with a policy of its own and a nonce used once', async () => {
    const first = await gateway.app.inject('/console/institutions/91320402MA1WABCD1L')
    const second = await gateway.app.inject('/console/')
    const nonce = /nonce="([^"]+)"/.exec(first.body)?.[1]
    expect(first.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
    expect(first.headers['content-security-policy']).not.toContain('unsafe')
    expect(first.headers['cache-control']).toBe('no-store')
    expect(second.body).not.toContain(nonce)
  })

  it('keep hashed files for ever, compressed for who takes them so', async () => {
    const answer = await gateway.app.inject({
      url: '/console/assets/main-abc.js',
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(answer.body).toBe('compressed')
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    })
    expect((await gateway.app.inject('/console/assets/gone.js')).statusCode).toBe(404)
    expect((await gateway.app.inject('/console/..%2f..%2fpackage.json')).statusCode).not.toBe(200)
  })

  it('are one page also where the name of a record has a dot; a file that is not there is none', async () => {
    for (const name of ['CZ-2026.1', 'institution-x@1.2', 'a.js'])
      expect((await gateway.app.inject(`/console/rulebooks/${name}`)).statusCode, name).toBe(200)
    for (const name of ['gone.js', 'favicon.ico', 'assets/deep/gone.css'])
      expect((await gateway.app.inject(`/console/${name}`)).statusCode, name).toBe(404)
  })

  it('are where the address without a path leads', async () => {
    expect((await gateway.app.inject('/')).headers.location).toBe('/console/')
    const narrowed = await gateway.app.inject('/console?division=320402')
    expect(narrowed.headers.location).toBe('/console/?division=320402')
  })

  it('say how to build them when that has not been done', async () => {
    const without = await givenGateway()
    const answer = await without.app.inject({ url: '/console/', headers: { 'accept-language': 'en' } })
    expect(answer.json()).toMatchObject({ status: 503, detail: expect.stringContaining('build-console') })
    await without.close()
  })
})
