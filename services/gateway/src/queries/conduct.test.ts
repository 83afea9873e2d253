import { categories, commandPath } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

/** Complaints, anomalies and merits: told through the API, then listed and looked up. */

const other = '91320411MA1XLLKB82'
const idOf = (number: number) => `01JD00000000000000000000C${number}`
const day = 24 * 3600

describe('the registers of conduct', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''

  async function command(role: string, name: string, id: string, type: string, data: object, at?: string) {
    const category = categories.find((each) => each.name === name)
    if (!category) throw new Error(`no category ${name}`)
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/${category.path}/${id}/${commandPath(category, type)}`,
      headers: {
        authorization: await gateway.token(
          role,
          role === 'institution' ? null : '320400',
          role === 'institution' ? uscc : `test-${role}`,
        ),
      },
      payload: { data, ...(at === undefined ? {} : { effectiveAt: at }) },
    })
    expect(answer.json().detail, type).toBeUndefined()
    position = String(answer.headers['fireledger-position'] ?? position)
  }

  async function get(path: string, role = 'auditor', division: string | null = '320400', subject?: string) {
    const answer = await gateway.app.inject({
      url: `/v1/${path}`,
      headers: {
        authorization: await gateway.token(role, division, subject),
        'fireledger-min-position': position,
      },
    })
    return { status: answer.statusCode, body: answer.json() }
  }

  const idsOf = async (...question: Parameters<typeof get>) =>
    (await get(...question)).body.items.map(({ id }: { id: string }) => id)

  const about = { division: '320402', institution: uscc }

  beforeAll(async () => {
    gateway = await givenGateway()
    await command('registrar', 'institution', uscc, 'RegisterInstitution', institutionProfile)
    await command('registrar', 'institution', other, 'RegisterInstitution', {
      ...institutionProfile,
      name: '武进和平消防公司',
      division: '320412',
    })
    const received = { ...about, channel: '12345', summary: '维保未到场', number: '20260302001' }
    await command('inspector', 'complaint', idOf(1), 'ReceiveComplaint', received)
    const elsewhere = {
      division: '320412',
      institution: other,
      channel: '96119' as const,
      summary: '检测走过场',
    }
    await command('inspector', 'complaint', idOf(2), 'ReceiveComplaint', elsewhere)
    await command('inspector', 'complaint', idOf(3), 'ReceiveComplaint', { ...received, number: null })
    const finding = { outcome: 'substantiated', reason: '核查属实' }
    await command('inspector', 'complaint', idOf(1), 'DecideComplaint', finding)
    gateway.passes(40 * day)
    const unfounded = { outcome: 'unsubstantiated', reason: '不属实' }
    await command('inspector', 'complaint', idOf(2), 'DecideComplaint', unfounded)

    const detected = { ...about, code: 'AN10', detail: '单价低于中位数' }
    await command('inspector', 'anomaly', idOf(4), 'DetectAnomaly', detected)
    await command('inspector', 'anomaly', idOf(4), 'NotifyAnomaly', {})
    await command('institution', 'anomaly', idOf(4), 'ExplainAnomaly', { explanation: '仅部分系统' })
    await command('inspector', 'anomaly', idOf(5), 'DetectAnomaly', { ...detected, code: 'AN08' })
    const merit = { ...about, kind: 'training', description: '完成培训' }
    await command('credit-officer', 'merit', idOf(6), 'RecordMerit', merit, '2026-03-05T02:00:00.000Z')
    await command('credit-officer', 'merit', idOf(7), 'RecordMerit', { ...merit, kind: 'public-service' })
    await command('credit-officer', 'merit', idOf(7), 'WithdrawMerit', { reason: '记录有误' })
  })
  afterAll(() => gateway.close())

  it.each([
    ['complaints', [1, 2, 3]],
    ['complaints?status=open', [3]],
    ['complaints?outcome=substantiated', [1]],
    ['complaints?inTime=true', [1]],
    ['complaints?inTime=0', [2]],
    ['complaints?overdue=true', []],
    ['complaints?channel=96119', [2]],
    ['complaints?division=320412', [2]],
    [`complaints?institution=${uscc}`, [1, 3]],
    ['complaints?dueFrom=2026-03-01&dueTo=2026-03-31', [1, 2, 3]],
    ['complaints?decidedFrom=2026-04-01', [2]],
    ['complaints?q=20260302', [1]],
    ['anomalies', [4, 5]],
    ['anomalies?status=explained&inTime=1', [4]],
    ['anomalies?code=AN08', [5]],
    ['anomalies?annulled=true', []],
    ['anomalies?detectedTo=2026-03-31', []],
    ['merits', [6, 7]],
    ['merits?kind=training', [6]],
    ['merits?status=withdrawn', [7]],
    ['merits?doneTo=2026-03-31', [6]],
  ])('list %s', async (question, numbers) => {
    expect(await idsOf(question)).toEqual(numbers.map(idOf))
  })

  it('refuse a filter that is not theirs, and a value that there is not', async () => {
    for (const question of [
      'complaints?inTime=perhaps',
      'complaints?channel=110',
      'anomalies?code=AN99',
      'merits?inTime=true',
    ])
      expect((await get(question)).status, question).toBe(400)
  })

  it('show one record with what was found, as of now and as of a day', async () => {
    const { body } = await get(`complaints/${idOf(2)}`)
    expect(body).toMatchObject({
      channel: '96119',
      status: 'decided',
      inTime: false,
      dueOn: '2026-03-23',
      details: { summary: '检测走过场', findings: [{ outcome: 'unsubstantiated', annulled: null }] },
    })
    const then = await get(`complaints/${idOf(2)}?asOf=2026-03-31`)
    expect(then.body).toMatchObject({ status: 'open', outcome: null, inTime: null })
    expect((await get(`anomalies/${idOf(4)}`)).body).toMatchObject({
      details: {
        title: { zh: '报价过低' },
        steps: [{ type: 'AnomalyNotified' }, { type: 'AnomalyExplained' }],
      },
    })
    expect((await get(`merits/${idOf(7)}`)).body).toMatchObject({ status: 'withdrawn' })
  })

  it('are for those who may see cases, merits for those who may see registers, each in its own division', async () => {
    expect((await get('complaints', 'registrar')).status).toBe(403)
    expect((await get('anomalies', 'rule-maker')).status).toBe(403)
    expect((await get('merits', 'administrator')).status).toBe(403)
    expect((await get('merits', 'registrar')).status).toBe(200)
    expect(await idsOf('complaints', 'duty-officer', '320412')).toEqual([idOf(2)])
    expect((await get(`complaints/${idOf(1)}`, 'duty-officer', '320412')).status).toBe(404)
    for (const path of ['complaints', 'anomalies', 'merits'])
      expect((await gateway.app.inject({ url: `/v1/${path}` })).statusCode, path).toBe(401)
  })

  it('show an institution what concerns it and nothing of others', async () => {
    expect(await idsOf('complaints', 'institution', null, uscc)).toEqual([idOf(1), idOf(3)])
    expect(await idsOf('anomalies', 'institution', null, uscc)).toEqual([idOf(4), idOf(5)])
    expect(await idsOf('merits', 'institution', null, other)).toEqual([])
    expect((await get(`anomalies/${idOf(4)}`, 'institution', null, other)).status).toBe(404)
  })
})
