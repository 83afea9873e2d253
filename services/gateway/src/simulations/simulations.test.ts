import { setTimeout } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { type RulebookContent, shippedRulebooks } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway, institutionProfile, uscc } from '../test-kit.ts'

const [shipped] = shippedRulebooks
if (!shipped) throw new Error('no rulebook is shipped')
const { id: rulebook, division, content } = shipped
const otherUscc = '91320411MA1XYAKK2W'

function changed(change: (draft: RulebookContent) => void): RulebookContent {
  const draft = structuredClone(content) as RulebookContent
  change(draft)
  return draft
}
const strict = changed((draft) => {
  for (const item of draft.items) if (item.code === 'R1') item.points = 40
})

describe('simulations', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  const threads: Worker[] = []
  const hear = (worker: Worker) => threads.push(worker)

  beforeAll(async () => {
    process.on('worker', hear)
    gateway = await givenGateway({}, { onDisk: true })
    const register = (id: string, division: string) =>
      ask('registrar', `institutions/${id}/register`, { ...institutionProfile, division }, null)
    await ask('rule-maker', `rulebooks/${rulebook}/draft`, { division, content })
    const retroactiveReason = '此前没有规则'
    const adoption = { division, subjectKind: 'institution', from: '2025-01-01', retroactiveReason }
    await ask('rule-maker', `rulebooks/${rulebook}/adopt`, adoption)
    await register(uscc, '320402')
    await register(otherUscc, '320411')
    const opening = { division: '320402', subjectKind: 'institution', rulebook, causeEventId: null }
    const refusal = { ...opening, item: 'R1', factId: 'visit-1/R1', violation: null, reason: '拒绝检查' }
    await ask('credit-officer', `credit-accounts/${uscc}/adjust`, refusal)
  })
  afterAll(async () => {
    await gateway.close()
    process.off('worker', hear)
  })

  async function ask(role: string, url: string, data: object, of: string | null = '320400') {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: `/v1/${url}`,
      headers: { authorization: await gateway.token(role, of) },
      payload: { data },
    })
    expect([200, 201]).toContain(answer.statusCode)
  }

  type Who = { role?: string; of?: string | null; name?: string }

  async function request(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    { role = 'rule-maker', of = '320400', name = role }: Who = {},
    rest: { payload?: object; headers?: Record<string, string> } = {},
  ) {
    const authorization = await gateway.token(role, of, name)
    return gateway.app.inject({
      method,
      url: `/v1/${url}`,
      ...rest,
      headers: { authorization, ...rest.headers },
    })
  }

  const begin = (id: string, data: object, who: Who = {}) =>
    request('POST', `rulebooks/${id}/simulations`, who, { payload: { data } })

  /** Asks again, as it is told to, until the result is there. */
  async function finished(location: string, who: Who = {}, headers: Record<string, string> = {}) {
    for (;;) {
      const answer = await request('GET', location.replace('/v1/', ''), who, { headers })
      if (answer.statusCode !== 202) return answer
      expect(answer.headers['retry-after']).toBe('1')
      expect(answer.json()).toMatchObject({ status: 'running', progress: { share: expect.any(Number) } })
      await setTimeout(50)
    }
  }

  async function simulated(id: string, data: object, who: Who = {}) {
    const begun = await begin(id, data, who)
    expect(begun.statusCode).toBe(202)
    const location = String(begun.headers.location)
    expect(location).toBe(`/v1/simulations/${begun.json().id}`)
    return { location, answer: await finished(location, who) }
  }

  it('of the rulebook in force move nobody, write nothing, and give the grades that are served', async () => {
    const head = await gateway.ledger.head()
    const { answer } = await simulated(rulebook, {})
    expect(answer.statusCode).toBe(200)
    const { movements, before, after, ...summary } = answer.json()
    expect(summary).toMatchObject({
      subjects: 2,
      moved: 0,
      scoreChanged: 0,
      asOf: '2026-03-02',
      from: '2025-01-01',
    })
    expect(movements).toEqual([])
    expect(after).toEqual(before)
    const headers = { 'fireledger-min-position': String(head) }
    const gradeOf = async (id: string) =>
      (await request('GET', `institutions/${id}/credit`, {}, { headers })).json().grade
    const served = [await gradeOf(uscc), await gradeOf(otherUscc)]
    const held = before.filter(({ subjects }: { subjects: number }) => subjects > 0)
    expect(held.map(({ grade }: { grade: string }) => grade)).toEqual([...served].sort())
    expect(await gateway.ledger.head()).toBe(head)
  })

  it('of a draft that is nowhere but in the request say who moves and why, as JSON and as CSV', async () => {
    const { location, answer } = await simulated('CZ-STRICT-1', { content: strict, division })
    expect(answer.headers['content-type']).toContain('application/json')
    expect(answer.json()).toMatchObject({
      status: 'finished',
      rulebook: { reference: 'CZ-STRICT-1@0', illustrative: true },
      moved: 1,
      movements: [
        {
          subject: uscc,
          name: institutionProfile.name,
          direction: 'down',
          before: { score: 65 },
          after: { score: 40, illustrative: true },
          lines: [{ item: 'R1', before: { points: -15 }, after: { points: -40, illustrative: true } }],
        },
      ],
    })
    const csv = await finished(location, {}, { accept: 'text/csv' })
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(csv.body.trim().split('\n')).toHaveLength(2)
    const same = await request('GET', `${location.replace('/v1/', '')}?format=csv`)
    expect(same.body).toBe(csv.body)
    // The same question gives the same bytes.
    expect((await simulated('CZ-STRICT-1', { content: strict, division })).answer.body).toBe(answer.body)
  })

  it('refuse a malformed draft as drafting does, with the path of the fault', async () => {
    const drafts = [
      changed((draft) => Object.assign(draft, { base: 'many' })),
      changed((draft) => {
        if (draft.method === 'points') draft.bands = draft.bands.slice(0, 4)
      }),
      changed((draft) => Object.assign(draft.items[0] ?? {}, { group: 'NONE' })),
    ]
    for (const draft of drafts) {
      const asked = await begin('CZ-BAD-1', { content: draft, division })
      const drafted = await request(
        'POST',
        'rulebooks/CZ-BAD-1/draft',
        {},
        { payload: { data: { content: draft, division } } },
      )
      expect([400, 422]).toContain(drafted.statusCode)
      const told = ({ status, code, detail, errors }: Record<string, unknown>) => ({
        status,
        code,
        detail,
        errors,
      })
      expect(told(asked.json())).toEqual(told(drafted.json()))
      expect(asked.json().errors[0].pointer).toMatch(/^\/data\/content/)
    }
    expect((await begin(rulebook, { content: strict })).json()).toMatchObject({ code: 'rulebook-adopted' })
    expect((await begin('CZ-NONE-1', {})).statusCode).toBe(404)
    expect((await begin(rulebook, { subjectKind: 'unit' })).json()).toMatchObject({
      code: 'rulebook-subject-kind',
      detail: expect.stringContaining('适用：机构'),
    })
    expect((await begin(rulebook, { since: '2025-01-01' })).statusCode).toBe(400)
    const bare = await request('POST', `rulebooks/${rulebook}/simulations`, {}, { payload: { division } })
    expect(bare.statusCode).toBe(400)
    expect(bare.json().errors[0].detail).toContain('各字段应放在 data 之内')
  })

  it('are for whoever makes rulebooks, of the own division, and of no other', async () => {
    expect((await begin(rulebook, {}, { role: 'auditor' })).statusCode).toBe(403)
    expect(
      (await gateway.app.inject({ method: 'POST', url: `/v1/rulebooks/${rulebook}/simulations` })).statusCode,
    ).toBe(401)
    const elsewhere: Who = { of: '320500', name: 'elsewhere' }
    expect((await begin(rulebook, { division }, elsewhere)).statusCode).toBe(403)
    expect((await begin(rulebook, {}, elsewhere)).statusCode).toBe(422)
    const district: Who = { of: '320411', name: 'district' }
    expect((await begin(rulebook, { division }, district)).statusCode).toBe(403)

    const { location, answer } = await simulated(
      'CZ-DISTRICT-1',
      { content: strict, division: '320411' },
      district,
    )
    expect(answer.json()).toMatchObject({ division: '320411', subjects: 1 })
    expect((await simulated(rulebook, {}, district)).answer.json()).toMatchObject({
      division: '320411',
      subjects: 1,
    })
    const path = location.replace('/v1/', '')
    expect((await request('GET', path)).statusCode).toBe(200)
    expect((await request('GET', path, elsewhere)).statusCode).toBe(404)
    expect((await request('GET', path, { role: 'auditor' })).statusCode).toBe(403)
    expect((await request('DELETE', path, elsewhere)).statusCode).toBe(404)
    const listed = async (who?: Who) => (await request('GET', 'simulations', who)).json().items.length
    expect(await listed(elsewhere)).toBe(0)
    expect(await listed()).toBeGreaterThan(await listed(district))
  })

  it('run few at once, and one for each who asks; when cancelled nothing is left of them', async () => {
    const started = threads.length
    const first = await begin(rulebook, {}, { name: 'a' })
    const again = await begin(rulebook, {}, { name: 'a' })
    expect(again.statusCode).toBe(429)
    expect(again.headers['retry-after']).toBe('5')
    const second = await begin(rulebook, {}, { name: 'b' })
    expect(second.statusCode).toBe(202)
    expect((await begin(rulebook, {}, { name: 'c' })).statusCode).toBe(429)

    const path = `simulations/${first.json().id}`
    expect((await request('DELETE', path, { name: 'b' })).statusCode).toBe(403)
    expect((await request('DELETE', path, { name: 'a' })).statusCode).toBe(204)
    expect((await request('GET', path, { name: 'a' })).statusCode).toBe(404)
    expect((await request('DELETE', `simulations/${second.json().id}`, { name: 'b' })).statusCode).toBe(204)
    const own = threads.slice(started)
    expect(own).toHaveLength(2)
    expect(own.map(({ threadId }) => threadId)).toEqual([-1, -1])
    expect((await simulated(rulebook, {}, { name: 'c' })).answer.statusCode).toBe(200)
  })

  it('are forgotten after a while, and end with the gateway', async () => {
    const { location } = await simulated(rulebook, {}, { name: 'd' })
    gateway.passes(3601)
    expect((await request('GET', location.replace('/v1/', ''), { name: 'd' })).statusCode).toBe(404)

    const closing = await givenGateway({}, { onDisk: true })
    const started = threads.length
    const authorization = await closing.token('rule-maker')
    const begun = await closing.app.inject({
      method: 'POST',
      url: '/v1/rulebooks/CZ-NEW-1/simulations',
      headers: { authorization },
      payload: { data: { content: strict, division } },
    })
    expect(begun.statusCode).toBe(202)
    await closing.close()
    expect(threads.slice(started).every(({ threadId }) => threadId === -1)).toBe(true)
  })

  it('need a ledger that a thread can open', async () => {
    const inMemory = await givenGateway()
    const headers = { authorization: await inMemory.token('rule-maker') }
    const payload = { data: { content: strict, division } }
    const url = '/v1/rulebooks/CZ-NEW-1/simulations'
    expect((await inMemory.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(503)
    await inMemory.close()
  })
})
