import { shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const byId = (id: string) => {
  const found = shippedRulebooks.find((each) => each.id === id)
  if (!found) throw new Error(`no rulebook ${id} is shipped`)
  return found
}
const institutions = byId('CZ-DEFAULT-1')
const practitioners = byId('CZ-PRACTITIONER-12')
const inspectionId = '01JQ2V7Z3M8XK4T6R9W5Y1B0CE'
const practitionerId = '01JQ2V7Z3M8XK4T6R9W5Y1B0CF'
const caseId = '01JQ2V7Z3M8XK4T6R9W5Y1B0CG'
const begun = '2024-01-01T01:00:00.000Z'

/** One institution and one of its engineers, each with a record that follows from another one, under rules that change. */
describe('what the records of an explanation follow from', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''
  let beforeRenaming = ''

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
    const adopted = async (id: string, content: object, subjectKind: string, from: string) => {
      await ask('rule-maker', `rulebooks/${id}/draft`, { division: '320400', content }, begun)
      await ask('rule-maker', `rulebooks/${id}/adopt`, { division: '320400', subjectKind, from }, begun)
    }
    await adopted(institutions.id, institutions.content, 'institution', '2024-01-01')
    await adopted(practitioners.id, practitioners.content, 'practitioner', '2024-01-01')
    const title = { zh: '常州市新信用规则', en: 'New credit rules of Changzhou' }
    await adopted('CZ-NEXT', { ...institutions.content, title }, 'institution', '2026-07-01')
    const registered = await ask('registrar', `institutions/${uscc}/register`, institutionProfile, begun)
    await ask(
      'registrar',
      `practitioners/${practitionerId}/register`,
      {
        qualification: 'grade-two-engineer',
        registrationNumber: '32110000123',
        validFrom: '2024-01-02',
        validUntil: '2026-12-31',
        division: '320402',
        person: { subjectId: 'person-2', name: '李卫东' },
      },
      begun,
    )
    const planned = { form: 'daily', method: 'at-client', inspected: 'institution', institution: uscc }
    const inspected = await ask(
      'inspector',
      `inspections/${inspectionId}/plan`,
      { ...planned, division: '320402', items: [{ code: 'QB5' }] },
      '2026-02-02T01:00:00.000Z',
    )
    const of = { division: '320402', subjectKind: 'institution', rulebook: institutions.id, violation: null }
    await ask(
      'credit-officer',
      `credit-accounts/${uscc}/adjust`,
      {
        ...of,
        item: 'M4',
        factId: `inspection-${inspectionId}/rectification/2026-02-16`,
        causeEventId: inspected,
        reason: 'PC4：要求2，实际1；逾期未整改（期限2026-02-16）',
      },
      '2026-02-17T01:00:00.000Z',
    )
    const respondent = { kind: 'practitioner', id: practitionerId }
    const violation = { code: 'V02' }
    const penalty = (verb: string, data: object, at: string) =>
      ask('case-handler', `penalty-cases/${caseId}/${verb}`, data, at)
    const officers = ['officer-3204-001', 'officer-3204-002']
    const parties = { division: '320402', respondents: [respondent], violations: [violation] }
    await penalty('file', { ...parties, officers, actedOn: '2025-09-01' }, '2025-09-02T01:00:00.000Z')
    await penalty('serve-penalty-notice', { hearingRight: false }, '2025-09-10T01:00:00.000Z')
    const lines = [{ respondent, violation, fineFen: 600_000 }]
    const decision = { decisionNumber: '天消行罚决字〔2025〕0077号', lines }
    const decided = await penalty('decide-penalty', decision, '2025-10-08T01:00:00.000Z')
    const [item] = practitioners.content.items
    await ask(
      'credit-officer',
      `credit-accounts/${practitionerId}/adjust`,
      {
        ...{ division: '320402', subjectKind: 'practitioner', rulebook: practitioners.id, item: item?.code },
        ...{
          factId: `penaltyCase-${caseId}/V02`,
          violation: 'V02',
          causeEventId: decided,
          reason: '处罚决定：V02',
        },
      },
      '2025-10-08T01:00:00.000Z',
    )
    beforeRenaming = new Date(gateway.clock()).toISOString()
    gateway.passes(60)
    const { legalRepresentative, ...profile } = institutionProfile
    const renamed = { ...profile, name: '常州安泰消防技术服务有限公司', legalRepresentative }
    const correction = { ...renamed, supersedes: registered, reason: '更名' }
    await ask('registrar', `institutions/${uscc}/correct-details`, correction)
  })
  afterAll(() => gateway.close())

  async function read(subject: string, query: string, role = 'auditor') {
    const answer = await gateway.app.inject({
      url: `/v1/${subject}/credit/explanation${query}`,
      headers: { 'fireledger-min-position': position, authorization: await gateway.token(role) },
    })
    expect(answer.statusCode).toBe(200)
    return answer.body.replace(/<[^>]+>/g, ' ')
  }

  it('are told of an inspection, with its day and its number', async () => {
    const page = await read(`institutions/${uscc}`, '?asOf=2026-03-02')
    expect(page).toContain(`检查计划（2026年2月2日），监督检查编号${inspectionId}`)
    const english = await read(`institutions/${uscc}`, '?asOf=2026-03-02&lang=en')
    expect(english).toContain(`(2 February 2026), inspection ${inspectionId}`)
  })

  it('are told of a practitioner too: the decision that was about them', async () => {
    const page = await read(`practitioners/${practitionerId}`, '?asOf=2026-03-02')
    expect(page).toContain('天消行罚决字〔2025〕0077号')
    // Who may not see cases is not told of the decision.
    const byRegistrar = await read(`practitioners/${practitionerId}`, '?asOf=2026-03-02', 'registrar')
    expect(byRegistrar).not.toContain('0077号')
  })

  it('name days and conditions in words, and the caps of the item and of its group', async () => {
    const page = await read(`institutions/${uscc}`, '?asOf=2026-03-02')
    expect(page).toContain('注册消防工程师人数：要求2，实际1；逾期未整改（期限2026年2月16日）')
    expect(page).not.toMatch(/PC4|2026-02-16/)
    const group = institutions.content.groups.find(({ code }) => code === 'M')
    expect(page).toContain(`“${group?.title.zh}”类合计每年最多计${group?.capPerYear}分`)
  })

  it('say that another rulebook begins, where that is what changes next', async () => {
    const page = await read(`institutions/${uscc}`, '?asOf=2026-03-02')
    expect(page).toContain('自2026年7月1日起，得分仍为77分，等级仍为BB')
    expect(page).toContain('因为自该日起适用另一规则：《常州市新信用规则》')
    expect(await read(`institutions/${uscc}`, '?asOf=2026-03-02&lang=en')).toContain(
      'since another rulebook holds from then on: New credit rules of Changzhou',
    )
  })

  it('call the institution by the name it was known by', async () => {
    expect(await read(`institutions/${uscc}`, '')).toContain('常州安泰消防')
    const then = await read(`institutions/${uscc}`, `?asKnownAt=${beforeRenaming}`)
    expect(then).toContain('常州安信消防')
    expect(then).not.toContain('常州安泰消防')
  })
})
