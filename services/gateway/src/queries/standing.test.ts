import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const practitioner = '01JD0000000000000000000301'

describe('the status on a moment', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let auditor: string
  let position = ''

  // The clock begins on 2 March 2026.
  beforeAll(async () => {
    gateway = await givenGateway()
    auditor = await gateway.token('auditor')
    await post('registrar', `institutions/${uscc}/register`, institutionProfile)
    await post('registrar', `practitioners/${practitioner}/register`, {
      qualification: 'grade-one-engineer',
      registrationNumber: '320400000001',
      validFrom: '2026-01-01',
      validUntil: '2026-03-20',
      division: '320402',
      person: { subjectId: 'person-2', name: '李雷' },
    })
    await post('case-handler', `institutions/${uscc}/suspend`, { reason: '责令停业', until: '2026-03-10' })
  })
  afterAll(() => gateway.close())

  async function post(role: string, path: string, data: object) {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: { authorization: await gateway.token(role, null) },
      payload: { data },
    })
    expect(answer.json().detail).toBeUndefined()
    position = answer.headers['fireledger-position'] as string
  }

  async function get(path: string) {
    const headers = { authorization: auditor, 'fireledger-min-position': position }
    return (await gateway.app.inject({ url: `/v1/${path}`, headers })).json()
  }

  async function everywhere(path: string, id: string, status: string) {
    const record = await get(`${path}/${id}`)
    const listed = await get(`${path}?status=${status}`)
    const dashboard = await get('dashboard')
    return {
      record: record.status,
      listed: listed.items.map((item: { status: string }) => item.status),
      counted: dashboard[path],
    }
  }

  it('is the same in the record, the list and the dashboard, before a suspension ends and after', async () => {
    expect(await everywhere('institutions', uscc, 'suspended')).toEqual({
      record: 'suspended',
      listed: ['suspended'],
      counted: { suspended: 1 },
    })
    expect(await everywhere('practitioners', practitioner, 'registered')).toEqual({
      record: 'registered',
      listed: ['registered'],
      counted: { registered: 1 },
    })

    gateway.passes(25 * 24 * 3600)
    expect(await everywhere('institutions', uscc, 'registered')).toEqual({
      record: 'registered',
      listed: ['registered'],
      counted: { registered: 1 },
    })
    expect((await get('institutions?status=suspended')).items).toEqual([])
    expect(await everywhere('practitioners', practitioner, 'expired')).toEqual({
      record: 'expired',
      listed: ['expired'],
      counted: { expired: 1 },
    })
  })

  it('of a day is what it was on that day, not what it has become', async () => {
    expect((await get(`institutions/${uscc}?asOf=2026-03-05`)).status).toBe('suspended')
    expect((await get(`institutions/${uscc}?asOf=2026-03-10`)).status).toBe('suspended')
    expect((await get(`institutions/${uscc}?asOf=2026-03-11`)).status).toBe('registered')
    expect((await get(`practitioners/${practitioner}?asOf=2026-03-20`)).status).toBe('registered')
    expect((await get(`practitioners/${practitioner}?asOf=2026-03-21`)).status).toBe('expired')
  })
})
