import { findShippedProcess } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'

/** A process is drafted and adopted over HTTP, read by anyone, and an assessment runs into its gates. */

const code = 'RECEIPT-PERMIT-1'
const content = findShippedProcess(code)?.content
const assessment = '01JD0000000000000000000021'
const practitioner = '01JD0000000000000000000022'
const team = {
  ...{ legalRepresentative: 'handler-7', technicalLead: practitioner, projectLead: practitioner },
  ...{ engineers: [], operators: [], archivist: 'handler-7' },
}
const engagement = {
  ...{ division: '320402', institution: '91320402MA1WABCD1L', unit: '01JD0000000000000000000023' },
  ...{ project: null, process: code, team },
}

describe('processes of assessment over HTTP', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  beforeAll(async () => {
    gateway = await givenGateway()
  })
  afterAll(() => gateway.close())

  async function post(role: 'rule-maker' | 'assessor', path: string, data: unknown) {
    const headers = { authorization: await gateway.token(role), 'accept-language': 'en' }
    return gateway.app.inject({ method: 'POST', url: `/v1/${path}`, headers, payload: { data } as object })
  }

  it('are drafted and adopted by a rule-maker, and read by everyone', async () => {
    expect((await post('assessor', `assessments/${assessment}/engage`, engagement)).json()).toMatchObject({
      status: 422,
      code: 'process-unknown',
    })
    const path = `assessment-processes/${code}`
    expect((await post('assessor', `${path}/draft`, { division: '320400', content })).statusCode).toBe(403)
    expect((await post('rule-maker', `${path}/draft`, { division: '320400', content })).statusCode).toBe(201)
    const adopted = await post('rule-maker', `${path}/adopt`, { division: '320400', from: '2026-01-01' })
    expect(adopted.statusCode).toBe(200)
    const position = String(adopted.headers['fireledger-position'])
    const read = await gateway.app.inject({
      url: `/v1/${path}`,
      headers: { 'fireledger-min-position': position, authorization: await gateway.token('rule-maker') },
    })
    expect(read.json()).toMatchObject({
      code,
      status: 'adopted',
      stageCount: 3,
      adoptions: [{ division: '320400' }],
    })
    const list = await gateway.app.inject({ url: '/v1/assessment-processes?status=adopted' })
    expect(list.json().items).toHaveLength(1)
  })

  it('tell an assessor everything that a stage lacks at once, each with its articles', async () => {
    expect((await post('assessor', `assessments/${assessment}/engage`, engagement)).statusCode).toBe(201)
    const done = { stage: 'S1', completedBy: practitioner, score: null }
    const refused = await post('assessor', `assessments/${assessment}/complete-stage`, done)
    expect(refused.json()).toMatchObject({
      status: 422,
      code: 'signature-not-in-role',
      errors: [
        { pointer: '/data/completedBy', code: 'signature-not-in-role', legalBasis: ['HOUSE:permits'] },
        { pointer: '/data', code: 'gate-evidence-missing', detail: expect.stringContaining('(receipt)') },
      ],
    })
  })
})
