import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway } from './test-kit.ts'

const writing = ['post', 'put', 'patch', 'delete'] as const

/** The same address, as the router reads it, in another spelling. */
const spellings: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => path.replace('/v1/', '/%761/'),
  (path) => path.replace('/v1/', '/v%31/'),
  (path) => path.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
]

describe('a request that brings the session of the console', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let cookie: string
  beforeAll(async () => {
    gateway = await givenGateway()
    await gateway.app.ready()
    const [, token] = (await gateway.token('administrator', null)).split(' ')
    cookie = `fireledger-session=${token}`
  })
  afterAll(() => gateway.close())

  it('changes nothing for a page of another site, however the address is spelt', async () => {
    const { paths = {} } = gateway.app.swagger()
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      writing
        .filter((method) => operations?.[method] !== undefined)
        .map((method) => ({ method, path: path.replace(/\{\w+\}/g, 'x') })),
    )
    expect(routes.length).toBeGreaterThan(20)
    for (const { method, path } of routes) {
      for (const spell of spellings) {
        const request = { method, url: spell(path), payload: {} } as const
        const foreign = await gateway.app.inject({
          ...request,
          headers: { cookie, origin: 'https://elsewhere.example' },
        })
        expect(foreign.json(), spell(path)).toMatchObject({ status: 403, detail: '请求来自其他网站的页面' })
        const without = await gateway.app.inject({ ...request, headers: { cookie } })
        expect(without.json(), spell(path)).toMatchObject({
          status: 403,
          detail: expect.stringContaining('fireledger-csrf'),
        })
      }
    }
  })

  it.each(spellings.map((spell) => spell('/v1/live')))('opens no live feed to one at %s', async (path) => {
    const headers = { cookie, origin: 'https://elsewhere.example', host: 'localhost' }
    await expect(gateway.app.injectWS(path, { headers })).rejects.toThrow('403')
  })

  it('is told that the session has ended, except where one signs in, reads about it or asks whether it runs', async () => {
    const ended = { cookie: 'fireledger-session=ended' }
    const status = async (url: string) => (await gateway.app.inject({ url, headers: ended })).statusCode
    for (const spell of spellings) expect(await status(spell('/v1/rulebooks'))).toBe(401)
    expect(await status('/nowhere')).toBe(401)
    const open = ['/', '/console', '/console/', '/console/institutions/x', '/console/session']
    for (const url of [...open, '/docs/', '/health', '/livez', '/ready', '/readyz', '/version'])
      expect(await status(url), url).not.toBe(401)
  })
})
