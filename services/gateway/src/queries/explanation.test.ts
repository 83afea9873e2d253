import { shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const [shipped] = shippedRulebooks
if (!shipped) throw new Error('no rulebook is shipped')
const { id: rulebook, division, content } = shipped
const opening = { division: '320402', subjectKind: 'institution', rulebook }

describe('a grade explained to its owner', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''
  let entry = ''

  beforeAll(async () => {
    gateway = await givenGateway()
    const ask = async (role: string, url: string, data: object, effectiveAt?: string) => {
      const answer = await gateway.app.inject({
        method: 'POST',
        url: `/v1/${url}`,
        headers: { authorization: await gateway.token(role) },
        payload: effectiveAt === undefined ? { data } : { data, effectiveAt },
      })
      expect(answer.json().detail).toBeUndefined()
      position = (answer.headers['fireledger-position'] as string | undefined) ?? position
      return answer.json()
    }
    await ask('rule-maker', `rulebooks/${rulebook}/draft`, { division, content })
    const adoption = { division, subjectKind: 'institution', from: '2025-01-01' }
    await ask('rule-maker', `rulebooks/${rulebook}/adopt`, adoption)
    const named = { ...institutionProfile, name: '常州<安信>消防技术服务有限公司' }
    await ask('registrar', `institutions/${uscc}/register`, named, '2025-01-06T01:00:00.000Z')
    const fine = { ...opening, item: 'L2', factId: 'case-1/V08', violation: 'V08', causeEventId: null }
    const filed = { ...fine, reason: '罚款20000元' }
    const adjusted = await ask(
      'credit-officer',
      `credit-accounts/${uscc}/adjust`,
      filed,
      '2025-10-08T01:00:00.000Z',
    )
    entry = adjusted.eventIds[0]
    const bonus = { ...fine, item: 'B2', factId: 'training-1', violation: null, reason: '完成培训' }
    await ask('credit-officer', `credit-accounts/${uscc}/adjust`, bonus, '2025-03-01T01:00:00.000Z')
  })
  afterAll(() => gateway.close())

  async function read(query = '', headers: Record<string, string> = {}, role: string | null = 'auditor') {
    const subject = role === 'institution' ? uscc : undefined
    const answer = await gateway.app.inject({
      url: `/v1/institutions/${uscc}/credit/explanation${query}`,
      headers: {
        'fireledger-min-position': position,
        ...headers,
        ...(role === null ? {} : { authorization: await gateway.token(role, '320400', subject) }),
      },
    })
    expect(answer.statusCode).toBe(200)
    return answer
  }

  it('says in Chinese what it is, what made it, until when, and what can be done, with no code alone', async () => {
    const page = await read('?asOf=2026-03-02')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-language']).toBe('zh-CN')
    const words = page.body.replace(/<[^>]+>/g, ' ')
    for (const said of [
      '该机构的信用等级是B（良好），得分70分，满分100分',
      '江苏省常州市天宁区',
      '起始80分，扣10分，现为70分',
      '2025年10月8日',
      '罚款20000元',
      '项目负责人或者操作人员未到场'.slice(0, 5),
      '社会消防技术服务管理规定（应急管理部令第7号）第31条',
      '2026年10月8日（含当日）',
      '公示至2028年10月8日',
      '最迟为2026年3月16日',
      '自2026年10月8日起可以申请',
      '自2026年10月9日起，得分变为80分，等级变为BBB（良好）',
      '示例',
      '计分期已于2026年3月1日届满',
    ])
      expect(words).toContain(said)
    expect(words).toContain(entry)
  })

  it('addresses the owner alone, and calls the authority by its name', async () => {
    const own = (await read('?asOf=2026-03-02', {}, 'institution')).body
    expect(own).toContain('贵机构的信用等级是B')
    expect(own).toContain('该消防救援机构应在10个工作日内裁定')
    expect(own).toContain('向该消防救援机构申请信用修复')
    expect(own).not.toContain('同一机构')
    const inEnglish = (await read('?asOf=2026-03-02&lang=en', {}, 'institution')).body
    expect(inEnglish).toContain('Your credit grade is B')
    expect(inEnglish).toContain('The fire authority rules within ten working days')
    for (const role of ['auditor', null]) {
      expect((await read('?asOf=2026-03-02', {}, role)).body).not.toMatch(/贵机构|贵单位|您/)
      expect((await read('?asOf=2026-03-02&lang=en', {}, role)).body).not.toMatch(/\b[Yy]our?\b/)
    }
  })

  it('speaks of records above only where there are some', async () => {
    expect((await read('?asOf=2026-03-02')).body).toContain('上列记录')
    expect((await read('?asOf=2026-03-02', {}, null)).body).not.toContain('上列记录')
  })

  it('runs nothing, fetches nothing, and shows a name as it is written', async () => {
    const { body, headers } = await read()
    expect(body).not.toMatch(/<script|<link|<img|javascript:|style="|http:/)
    expect(body).toContain('常州&lt;安信&gt;消防')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /)
    expect(headers['cache-control']).toBe('no-store')
  })

  it('is complete in English, by header or by query', async () => {
    const page = await read('?asOf=2026-03-02', { 'accept-language': 'en' })
    expect(page.body).toContain('<html lang="en">')
    const words = page.body.replace(/<[^>]+>/g, ' ')
    expect(words).toContain('The institution’s credit grade is B (good); 70 of 100 points.')
    // What officers wrote, names and the note on the source stay as they are.
    const kept = /常州[^ ]*|罚款20000元|完成培训|江苏省常州市天宁区|示例缺省值.*?use\./g
    expect(words.replace(kept, '')).not.toMatch(/\p{Script=Han}/u)
    expect((await read('?lang=zh', { 'accept-language': 'en' })).body).toContain('信用等级说明')
  })

  it('comes as Markdown to who asks for it', async () => {
    const text = await read('?asOf=2026-03-02', { accept: 'text/markdown' })
    expect(text.headers['content-type']).toBe('text/markdown; charset=utf-8')
    expect(text.body).toMatch(/^# 信用等级说明\n\n- 机构: 常州\\<安信\\>消防/)
    expect(text.body).toContain('### 罚款超过1万元、3万元以下 (−10分)')
    expect((await read('?format=markdown')).body).toContain('| ▶ | B（现在） | 良好 | 70 |')
  })

  it('tells the grade of another day, and as it was known then', async () => {
    const before = await read('?asOf=2025-06-30')
    expect(before.body).toContain('得分82分')
    const unknown = await read(
      `?asOf=2025-12-31&asKnownAt=${encodeURIComponent('2026-03-02T12:00:00.003+08:00')}`,
    )
    expect(unknown.body).toContain('没有计分的记录')
  })

  it('shows the public the result, not the records', async () => {
    const { body } = await read('?asOf=2026-03-02', {}, null)
    expect(body).toContain('该机构的信用等级是B（良好），得分70分')
    expect(body).not.toContain('罚款20000元')
    expect(body).not.toContain(entry)
  })

  it('is there for institutions under their number only', async () => {
    for (const path of ['units', 'practitioners']) {
      const answer = await gateway.app.inject({
        url: `/v1/${path}/${uscc}/credit/explanation`,
        headers: { authorization: await gateway.token('auditor') },
      })
      expect(answer.statusCode).toBe(404)
    }
    const anyone = await gateway.app.inject({ url: '/v1/units/x/credit/explanation' })
    expect(anyone.statusCode).toBe(401)
  })
})
