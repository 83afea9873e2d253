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
    await ask('rule-maker', `rulebooks/${rulebook}/adopt`, adoption, '2023-12-20T01:00:00.000Z')
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
    expect(text.body).toContain('### 罚款超过1万元、3万元以下 (−10分（示例）)')
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

const caseId = '01JQ2V7Z3M8XK4T6R9W5Y1B0CD'

describe('records that are contested, taken back or published', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''
  const ids = { fine: '', veto: '', old: '', repeated: '' }
  let beforeRuling = ''

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
      return answer.json().eventIds?.[0] as string
    }
    const score = (verb: string, data: object, effectiveAt?: string) =>
      ask('credit-officer', `credit-accounts/${uscc}/${verb}`, data, effectiveAt)
    await ask('rule-maker', `rulebooks/${rulebook}/draft`, { division, content })
    const adoption = { division, subjectKind: 'institution', from: '2024-01-01' }
    await ask('rule-maker', `rulebooks/${rulebook}/adopt`, adoption, '2023-12-20T01:00:00.000Z')
    await ask('registrar', `institutions/${uscc}/register`, institutionProfile, '2024-01-08T01:00:00.000Z')
    const fact = { ...opening, causeEventId: null }
    const fine = { ...fact, item: 'L2', violation: 'V08' }
    const penalty = (verb: string, data: object, at: string) =>
      ask('case-handler', `penalty-cases/${caseId}/${verb}`, data, at)
    const respondent = { kind: 'institution', id: uscc }
    const violation = { code: 'V08' }
    const officers = ['officer-3204-001', 'officer-3204-002']
    const filing = {
      division: '320402',
      respondents: [respondent],
      violations: [violation],
      officers,
      actedOn: '2025-09-01',
    }
    await penalty('file', filing, '2025-09-02T01:00:00.000Z')
    await penalty('serve-penalty-notice', { hearingRight: false }, '2025-09-10T01:00:00.000Z')
    const lines = [{ respondent, violation, fineFen: 1_000_000 }]
    const decided = { decisionNumber: '天消行罚决字〔2025〕0012号', lines }
    const causeEventId = await penalty('decide-penalty', decided, '2025-10-08T01:00:00.000Z')
    ids.fine = await score(
      'adjust',
      { ...fine, factId: 'case-1/V08', reason: '罚款20000元', causeEventId },
      '2025-10-08T01:00:00.000Z',
    )
    ids.old = await score(
      'adjust',
      { ...fine, factId: 'case-0/V08', reason: '罚款15000元' },
      '2024-05-08T01:00:00.000Z',
    )
    const code = content.veto?.codes[0]?.code
    ids.veto = await score(
      'impose-veto',
      { ...fact, code, factId: 'case-2/veto', reason: '出具虚假文件' },
      '2026-02-02T01:00:00.000Z',
    )
    const objected = { noticedOn: '2026-02-25', grounds: '决定已被撤销' }
    beforeRuling = new Date(gateway.clock()).toISOString()
    await score(
      'adjust',
      {
        ...fine,
        factId: 'case-3/V06',
        violation: 'V06',
        furtherActs: [{ factId: 'case-3/V08', violation: 'V08' }],
        reason: '罚款18000元',
      },
      '2026-01-12T01:00:00.000Z',
    ).then((id) => {
      ids.repeated = id
    })
    gateway.passes(60)
    await score('file-objection', { entry: ids.veto, ...objected }, '2026-02-26T01:00:00.000Z')
    await score(
      'decide-objection',
      { entry: ids.veto, outcome: 'upheld', reason: '事实不清' },
      '2026-02-27T01:00:00.000Z',
    )
    await score('file-objection', { entry: ids.fine, ...objected }, '2026-02-27T01:00:00.000Z')
  })
  afterAll(() => gateway.close())

  async function read(query: string, role: string | null, at = 'credit/explanation') {
    const subject = role === 'institution' ? uscc : undefined
    const answer = await gateway.app.inject({
      url: `/v1/institutions/${uscc}/${at}${query}`,
      headers: {
        'fireledger-min-position': position,
        ...(role === null ? {} : { authorization: await gateway.token(role, '320400', subject) }),
      },
    })
    expect(answer.statusCode).toBe(200)
    return answer
  }

  /** The one article of the page that names this record. */
  function about(body: string, id: string): string {
    const found = body.split('<article>').find((part) => part.includes(id))
    return (found ?? '').replace(/<[^>]+>/g, ' ')
  }

  it('lists what counts no longer, a lifted veto and its upheld objection too, as fully as what counts', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    expect(body).toContain('不再计分的记录')
    const veto = about(body, ids.veto)
    for (const said of [
      content.veto?.codes[0]?.title.zh ?? '',
      '2026年2月2日',
      '出具虚假文件',
      '依据',
      '异议成立，已撤销',
      '已于2026年2月27日裁定异议成立',
    ])
      expect(veto).toContain(said)
    const old = about(body, ids.old)
    for (const said of [
      '2024年5月8日',
      '罚款15000元',
      '第31条',
      '计分期已于2025年5月8日届满',
      '公示至2027年5月8日',
    ])
      expect(old).toContain(said)
  })

  it('tells officers of each veto that stands, until when, and the public of no more than is published', async () => {
    const then = `?asOf=2026-02-10&asKnownAt=${beforeRuling}`
    const { vetoes, grade } = (await read(then, 'auditor', 'credit')).json()
    const [rule] = content.veto?.codes ?? []
    expect(grade).toBe('E')
    expect(vetoes).toMatchObject([
      {
        eventId: ids.veto,
        code: rule?.code,
        title: rule?.title,
        legalBasis: rule?.legalBasis,
        effectiveOn: '2026-02-02',
        publication: { visible: true },
      },
    ])
    expect(vetoes[0]).toHaveProperty('liftableFrom')
    expect((await read('?asOf=2026-02-10', 'auditor', 'credit')).json().vetoes).toEqual([])
    expect((await read(then, null, 'credit')).json()).not.toHaveProperty('vetoes')
  })

  it('names the decision and the article of the violation, the class, and the cap even where it does not bite', async () => {
    const fine = about((await read('?asOf=2026-03-02', 'institution')).body, ids.fine)
    for (const said of ['天消行罚决字〔2025〕0012号', '违法行为的依据', '失信程度', '一般'])
      expect(fine).toContain(said)
    const cap = content.items.find(({ code }) => code === 'L2')?.capPerYear ?? null
    if (cap === null) expect(fine).not.toContain('年度上限')
    else expect(fine).toContain(`该项每年最多计${cap}分`)
    // Who may not see cases is not told of the decision.
    const byRegistrar = about((await read('?asOf=2026-03-02', 'registrar')).body, ids.fine)
    expect(byRegistrar).toContain('罚款20000元')
    expect(byRegistrar).not.toContain('0012号')
    expect((await read('?asOf=2026-03-02', null)).body).not.toContain('0012号')
  })

  it('lists every violation that one decision judged, and names the one that was repeated and since when', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    const repeated = about(body, ids.repeated)
    const factor = content.method === 'points' ? content.multipliers[0]?.factor : undefined
    for (const said of ['(V06)', '(V08)', `(V08)”再次受罚，上次为2025年10月8日，按${factor}倍计`])
      expect(repeated).toContain(said)
    const english = about((await read('?asOf=2026-03-02&lang=en', 'institution')).body, ids.repeated)
    expect(english).toContain('the time before on 8 October 2025')
  })

  it('heads what is past by what it counted for, with the version of the rule and its mark', async () => {
    const { body } = await read('?asOf=2027-02-01', 'institution')
    const repeated = about(body, ids.repeated)
    expect(repeated).toContain('曾计−15分（示例）')
    expect(repeated).toContain(`（L2），−10分（示例），版本${rulebook}@0`)
    expect(about(body, ids.veto)).toContain(`版本${rulebook}@0`)
  })

  it('names the records that end next, and says when the grade itself is another', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    expect(body).toMatch(/因为那时以下记录到期或者计分改变：“罚款超过1万元、3万元以下”（2025年10月8日）/)
    expect((await read('?asOf=2026-03-02', null)).body).not.toContain('以下记录到期')
  })

  it('tells of a past day what was ruled since, and says that this is how it reads it', async () => {
    const past = await read('?asOf=2026-02-26', 'institution')
    expect(past.body).toContain('该日以后作出的撤销、裁定和修复，按其效力计入')
    const veto = about(past.body, ids.veto)
    expect(veto).toContain('已于2026年2月27日裁定异议成立')
    expect(veto).not.toMatch(/正在处理|（有异议）/)
  })

  it('says so when the time for the ruling has passed', async () => {
    const pending = about((await read('?asOf=2026-03-02', 'institution')).body, ids.fine)
    expect(pending).toContain('正在处理')
    gateway.passes(40 * 24 * 3600)
    const overdue = about((await read('', 'institution')).body, ids.fine)
    gateway.passes(-40 * 24 * 3600)
    expect(overdue).toContain('已逾期，尚未裁定')
    expect(overdue).not.toContain('正在处理')
  })

  it('marks every number of a demonstration, and tells a Chinese reader its source in Chinese', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    const words = body.replace(/<[^>]+>/g, ' ')
    for (const said of ['最低分（示例）', /每年最多修复[0-9]+次（示例）/, /接受监督抽查的机会.*?（示例）/])
      expect(words).toMatch(said)
    expect(words).toContain('示例缺省值，非主管部门公布')
    expect(words).not.toContain('Illustrative defaults')
  })

  it('says of a disputed record that it is disputed, and so of the grade, to everybody', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    expect(about(body, ids.fine)).toContain('（有异议）')
    expect(about(body, ids.old)).not.toContain('有异议')
    for (const role of ['institution', 'auditor', null])
      expect((await read('?asOf=2026-03-02', role)).body).toContain('有异议：1条计入的记录')
    expect((await read('?asOf=2026-02-20', null)).body).not.toContain('有异议：')
  })

  it('shows the public what is published: title, day, points and until when, no cause and no free text', async () => {
    const { body } = await read('?asOf=2026-03-02', null)
    const words = body.replace(/<[^>]+>/g, ' ')
    for (const said of [
      '对外公示的记录',
      '罚款超过1万元、3万元以下',
      '2025年10月8日',
      '2028年10月8日',
      '2027年5月8日',
    ])
      expect(words).toContain(said)
    const answer = await read('?asOf=2026-03-02', null, 'credit')
    expect(answer.json().published).toEqual([
      { title: expect.anything(), effectiveOn: '2024-05-08', points: -10, until: '2027-05-08' },
      { title: expect.anything(), effectiveOn: '2025-10-08', points: -10, until: '2028-10-08' },
      { title: expect.anything(), effectiveOn: '2026-01-12', points: -10, until: '2029-01-12' },
    ])
    for (const hidden of ['罚款20000元', '罚款15000元', '出具虚假文件', 'case-1', 'V08', '决定已被撤销'])
      for (const text of [body, answer.body]) expect(text).not.toContain(hidden)
    for (const id of Object.values(ids).filter((each) => each !== ''))
      for (const text of [body, answer.body]) expect(text).not.toContain(id)
  })

  it('shows the public nothing that was taken back, of no day, and nothing that the law of the day ended', async () => {
    const before = await read('?asOf=2026-02-10', null, 'credit')
    const known = await read(`?asOf=2026-02-10&asKnownAt=${beforeRuling}`, null, 'credit')
    expect(known.json().published).toContainEqual({
      title: content.veto?.codes[0]?.title,
      effectiveOn: '2026-02-02',
      points: null,
      until: '2029-02-02',
    })
    expect(before.json().published.map(({ points }: { points: number | null }) => points)).toEqual([
      -10, -10, -10,
    ])
    const later = await read('?asOf=2026-04-02', null, 'credit')
    expect(later.json().published).toMatchObject([
      { effectiveOn: '2025-10-08', until: '2026-10-08' },
      { effectiveOn: '2026-01-12', until: '2027-01-12' },
    ])
  })

  it('shows officers of another place what it shows the public', async () => {
    const answer = await gateway.app.inject({
      url: `/v1/institutions/${uscc}/credit?asOf=2026-03-02`,
      headers: { authorization: await gateway.token('inspector', '510100') },
    })
    expect(answer.json().published).toHaveLength(3)
    expect(answer.json()).not.toHaveProperty('lines')
    const page = await gateway.app.inject({
      url: `/v1/institutions/${uscc}/credit/explanation?asOf=2026-03-02`,
      headers: { authorization: await gateway.token('inspector', '510100') },
    })
    expect(page.body).toContain('对外公示的记录')
    expect(page.body).not.toContain('罚款20000元')
  })

  it('marks time limits of the house as such, and a day to come as a projection', async () => {
    const { body } = await read('?asOf=2026-03-02', 'institution')
    expect(body).toContain('必要时延长5个工作日（期限为本系统缺省规则，可替换）')
    expect(about(body, ids.fine)).toContain('前裁定（本系统缺省规则）')
    expect(about(body, ids.fine)).toContain('（条件为本系统缺省规则）')
    expect(body).not.toContain('预测：')
    const future = (await read('?asOf=2027-03-02', 'institution')).body
    expect(future).toContain('预测：该日尚未到来')
    for (const day of ['2027-03-02', '2025-12-31']) {
      const other = (await read(`?asOf=${day}`, 'institution')).body
      expect(other).not.toMatch(/现为|（现在）|现不对外/)
      expect(other).toContain('（该日）')
    }
  })
})
