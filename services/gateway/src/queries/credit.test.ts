import { shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

describe('credit over HTTP', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let auditor: string
  let position = ''
  let before = ''

  beforeAll(async () => {
    gateway = await givenGateway()
    auditor = await gateway.token('auditor')
    const [rulebook] = shippedRulebooks
    if (!rulebook) throw new Error('no rulebook is shipped')
    const { id, division, content } = rulebook
    await post('registrar', `institutions/${uscc}/register`, institutionProfile)
    await post('rule-maker', `rulebooks/${id}/draft`, { division, content })
    const adoption = { division: '320400', subjectKind: 'institution', from: '2025-01-01' }
    await post('rule-maker', `rulebooks/${id}/adopt`, adoption)
    before = new Date(gateway.clock()).toISOString()
    gateway.passes(3600)
    const adjustment = {
      division: '320402',
      subjectKind: 'institution',
      rulebook: id,
      item: 'Q2',
      count: 1,
      factId: 'fact-0001',
      violation: 'V08',
      causeEventId: null,
      reason: '项目负责人未到现场',
    }
    await post('credit-officer', `credit-accounts/${uscc}/adjust`, adjustment)
    position = String(await gateway.ledger.head())
  })
  afterAll(() => gateway.close())

  async function post(role: string, path: string, data: object): Promise<void> {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: { authorization: await gateway.token(role, null) },
      payload: { data },
    })
    expect(answer.json().detail).toBeUndefined()
  }

  const credit = async (query: string, authorization?: string) =>
    (
      await gateway.app.inject({
        url: `/v1/institutions/${uscc}/credit?${query}`,
        headers: { 'fireledger-min-position': position, ...(authorization ? { authorization } : {}) },
      })
    ).json()

  it('explains a score line by line, with its legal basis', async () => {
    expect(await credit('asOf=2026-06-01', auditor)).toMatchObject({
      score: 75,
      grade: 'BB',
      base: 80,
      lines: [{ item: 'Q2', counted: -5, legalBasis: ['O7:28'] }],
    })
  })

  it('differs by what held, and by what was known', async () => {
    expect(await credit('asOf=2026-03-01', auditor)).toMatchObject({ score: 80, grade: 'BBB', lines: [] })
    const known = await credit(`asOf=2026-06-01&asKnownAt=${before}`, auditor)
    expect(known).toMatchObject({ score: 80, grade: 'BBB', asKnownAt: before })
  })

  it('tells the public the grade, not the facts behind it', async () => {
    const open = await credit('asOf=2026-06-01')
    expect(open).toMatchObject({ score: 75, grade: 'BB' })
    expect(open).not.toHaveProperty('lines')
    const elsewhere = await credit('asOf=2026-06-01', await gateway.token('auditor', '320500'))
    expect(elsewhere).not.toHaveProperty('lines')
  })
})
