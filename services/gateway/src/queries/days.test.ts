import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const practitioner = '01JD0000000000000000000PE1'
const other = '91320411MA1XLLKB82'

/** China is eight hours ahead: what happens there between midnight and eight lies on the day before in UTC. */
describe('days and moments', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let registrar: string
  let handler: string
  beforeAll(async () => {
    gateway = await givenGateway()
    registrar = await gateway.token('registrar', null)
    handler = await gateway.token('case-handler', null)
    const wrong = { ...institutionProfile, name: '常州安信消防技木服务有限公司' }
    const registered = await post(`institutions/${uscc}/register`, wrong, '2026-02-01T02:00:00.000Z')
    await post(`institutions/${uscc}/withdraw`, { reason: '停业' }, '2026-02-28T16:30:00.000Z')
    await post(`institutions/${uscc}/correct-details`, {
      ...institutionProfile,
      supersedes: registered.json().eventIds[0],
      reason: '名称录入有误',
    })
    await post(`practitioners/${practitioner}/register`, {
      qualification: 'grade-one-engineer',
      registrationNumber: '32110000123',
      validFrom: '2026-01-01',
      validUntil: '2028-12-31',
      division: '320402',
      person: { subjectId: 'person-2', name: '李明' },
    })
    const employment = { role: 'engineer', until: null }
    await post(`practitioners/${practitioner}/start-employment`, { employer: uscc, ...employment })
    // From noon to half past four of the next day in China.
    gateway.passes(16.5 * 3600)
    const refused = await post(`practitioners/${practitioner}/start-employment`, {
      employer: other,
      ...employment,
    })
    expect(refused.json().code).toBe('employment-overlaps')
  })
  afterAll(() => gateway.close())

  async function post(path: string, data: object, effectiveAt?: string) {
    return gateway.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: { authorization: path.endsWith('/suspend') ? handler : registrar },
      payload: { data, ...(effectiveAt === undefined ? {} : { effectiveAt }) },
    })
  }
  async function get(path: string, headers: Record<string, string> = {}) {
    return gateway.app.inject({
      url: `/v1/${path}`,
      headers: {
        authorization: await gateway.token('reviewer', null),
        'fireledger-min-position': String(await gateway.ledger.head()),
        ...headers,
      },
    })
  }

  it('a history from a day on begins at midnight in China', async () => {
    const types = async (query: string) =>
      (await get(`institutions/${uscc}/history?category=institution&${query}`))
        .json()
        .items.map(({ type }: { type: string }) => type)
    expect(await types('from=2026-03-01')).toEqual(['InstitutionWithdrew'])
    expect(await types('from=2026-03-02')).toEqual([])
  })

  it('refused attempts of a day are those of the day in China', async () => {
    const found = async (query: string) => (await get(`refused-attempts?${query}`)).json().items.length
    expect(await found('recordedFrom=2026-03-03')).toBe(1)
    expect(await found('recordedTo=2026-03-02')).toBe(0)
    expect(await found('recordedFrom=2026-03-03&recordedTo=2026-03-03')).toBe(1)
    expect(await found('recordedFrom=2026-03-04')).toBe(0)
  })

  it('a range over days includes both ends', async () => {
    const found = async (query: string) => (await get(`institutions?${query}`)).json().items.length
    expect(await found('registeredFrom=2026-02-01&registeredTo=2026-02-01')).toBe(1)
    expect(await found('registeredTo=2026-01-31')).toBe(0)
    expect(await found('registeredFrom=2026-02-02')).toBe(0)
  })

  it('a past day shows the details as corrected since, and as they were known then', async () => {
    const nameOf = async (query: string) => (await get(`institutions/${uscc}?${query}`)).json().name
    expect(await nameOf('asOf=2026-02-10')).toBe('常州安信消防技术服务有限公司')
    expect(await nameOf('asOf=2026-03-02')).toBe('常州安信消防技术服务有限公司')
    const { items } = (await get(`streams/institution-${uscc}`)).json()
    const [registered] = items as { recordedAt: string }[]
    expect(await nameOf(`asOf=2026-02-10&asKnownAt=${registered?.recordedAt}`)).toBe(
      '常州安信消防技木服务有限公司',
    )
  })

  it('the tag of a read changes with what is read, though nothing was recorded', async () => {
    await post(`institutions/${other}/register`, { ...institutionProfile, name: '武进和平消防公司' })
    await post(`institutions/${other}/suspend`, { reason: '整改', until: '2026-03-10' })
    const before = await get(`institutions/${other}`)
    const known = { 'if-none-match': String(before.headers.etag) }
    expect((await get(`institutions/${other}`, known)).statusCode).toBe(304)
    gateway.passes(10 * 24 * 3600)
    const after = await get(`institutions/${other}`, known)
    expect(after.statusCode).toBe(200)
    expect([before.json().status, after.json().status]).toEqual(['suspended', 'registered'])
    expect(after.json().revision).toBe(before.json().revision)
  })

  it('the tag of a read is good as a precondition, whatever else it stands for', async () => {
    const { etag } = (await get(`institutions/${uscc}`)).headers
    const remove = (tag: string) =>
      gateway.app.inject({
        method: 'POST',
        url: `/v1/institutions/${uscc}/remove`,
        headers: { authorization: registrar, 'if-match': tag },
        payload: { data: { reason: '清理' } },
      })
    expect((await remove('"1.AAAAAAAAAAAAAAAAAAAAAA"')).statusCode).toBe(412)
    expect((await remove(String(etag))).statusCode).toBe(200)
  })
})
