import { type EventMetadata, findEvent, usccCheckCharacter } from '@fireledger/domain'
import { encodeEvent } from '@fireledger/event-store'
import { canonicalText, digestOfText, trailSchema } from '@fireledger/process-logs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policy, type Role, roles } from '../policy.ts'
import { givenGateway } from '../test-kit.ts'

/** Trail, exports and process view over HTTP: what they answer, and to whom. */

const usccOf = (number: number) => {
  const first = `91320400${String(number).padStart(9, '0')}`
  return first + usccCheckCharacter(first)
}
const ulidOf = (number: number) => `01JD0000000000000000000${String(number).padStart(3, '0')}`
const [lead, photo, finding] = [ulidOf(1), ulidOf(10), ulidOf(20)]
const own = { id: ulidOf(101), institution: usccOf(1), division: '320402' }
const other = { id: ulidOf(102), institution: usccOf(2), division: '320505' }

type Case = typeof own
type Fact = readonly [type: string, data: object, at: string, refusal?: EventMetadata['refusal']]

const stages = ['S1', 'S4'].map((code) => ({ code, title: { zh: code, en: code }, limitWorkingDays: 5 }))
const team = {
  ...{ legalRepresentative: 'person-legal', technicalLead: ulidOf(2), projectLead: lead },
  ...{ engineers: [], operators: [], archivist: 'person-archive' },
}
const presence = (place: string, longitude: number, arrived: string, left: string): Fact => [
  'PresenceRecorded',
  {
    ...{ stage: 'S4', member: lead, arrivedAt: arrived, leftAt: left, place },
    ...{ latitude: 31.7, longitude, evidence: photo },
  },
  left,
]

function factsOf({ institution, division }: Case, more: readonly Fact[]): Fact[] {
  const engagement = { division, institution, unit: ulidOf(50), project: null, team }
  return [
    [
      'AssessmentEngaged',
      { ...engagement, process: 'XF3005-EIGHT-2@0', stages, leastHours: [] },
      '2026-02-02T01:00:00.000Z',
    ],
    ['StageCompleted', { stage: 'S1', completedBy: lead, score: null }, '2026-02-03T01:00:00.000Z'],
    ...more,
  ]
}

const refusal = {
  code: 'signer-not-entitled',
  message: { zh: '不', en: 'no' },
  legalBasis: ['O7:12'],
} as const
const ownFacts = factsOf(own, [
  [
    'EvidenceRecorded',
    {
      ...{ evidenceId: photo, stage: 'S4', kind: 'site-image', title: '大厅', sha256: 'ab'.repeat(32) },
      ...{
        recordedBy: lead,
        instrument: 'PG-1',
        place: '一层',
        takenAt: '2026-02-04T01:00:00.000Z',
        file: null,
        heldElsewhere: null,
      },
    },
    '2026-02-04T01:10:00.000Z',
  ],
  [
    'FindingRecorded',
    {
      ...{ findingId: finding, item: '4.1', class: 'B', conforms: true, score: null, description: '完好' },
      ...{ evidence: [photo], recordedBy: lead, supersedes: null },
    },
    '2026-02-04T02:00:00.000Z',
  ],
  presence('天宁', 119.97, '2026-02-04T00:30:00.000Z', '2026-02-04T03:00:00.000Z'),
  [
    'ReportDrafted',
    {
      ...{ reportNumber: 'CZ-7', sha256: 'cd'.repeat(32), draftedBy: lead },
      sentences: [{ id: '1', section: 'results', text: '疏散门完好。', findings: [finding] }],
    },
    '2026-02-05T01:00:00.000Z',
  ],
  [
    'SignatureRefused',
    { act: 'check', stage: null, reportNumber: 'CZ-7', member: ulidOf(3), obstacle: 'expired' },
    '2026-02-05T02:00:00.000Z',
    refusal,
  ],
])
const otherFacts = factsOf(other, [
  presence('苏州', 120.6, '2026-02-04T01:00:00.000Z', '2026-02-04T02:00:00.000Z'),
])

describe('assessments as a process', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let position = ''

  async function append(of: Case, facts: readonly Fact[], revision = -1) {
    const events = facts.map(([type, data, at, refused = null], index) =>
      encodeEvent({
        id: `${of.id.slice(-8).replace(/[^0-9]/g, '0')}-0000-8000-a000-${(revision + index + 1).toString(16).padStart(12, '0')}`,
        type,
        data,
        metadata: {
          schemaVersion: findEvent(type)?.definition.schemaVersion ?? 1,
          ...{ effectiveAt: at, recordedAt: at, commandId: ulidOf(index), commandDigest: '0'.repeat(64) },
          ...{ correlationId: ulidOf(index), causationId: null, legalBasis: [], rulebook: null },
          actor: { id: 'account-1', role: 'institution', division: of.division },
          reliedOn: [{ stream: `practitioner-${lead}`, revision: 4 }],
          ...{ division: of.division, institutions: [of.institution], practitioners: [lead], units: [] },
          refusal: refused,
        },
      }),
    )
    const { position: at } = await gateway.ledger.append(`assessment-${of.id}`, events, revision)
    position = String(at)
  }

  async function get(path: string, role: Role = 'auditor', division: string | null = null, more = {}) {
    const token = await gateway.token(role, division, `test-${role}`, 3600, own.institution)
    const headers = { authorization: token, 'fireledger-min-position': position, ...more }
    return await gateway.app.inject({ url: `/v1/${path}`, headers })
  }

  beforeAll(async () => {
    gateway = await givenGateway()
    await append(own, ownFacts)
    await append(other, otherFacts)
  })
  afterAll(() => gateway.close())

  const routes = [
    `assessments/${own.id}/trail`,
    `assessments/${own.id}/trail/links?evidence=${photo}`,
    `assessments/${own.id}/marks`,
    `assessments/${own.id}/export?format=json`,
    `assessments/${own.id}/export?format=xes`,
    `assessments/${own.id}/export?format=ocel`,
    `assessments/${own.id}/export?format=prov`,
  ]
  const overMany = [
    'process-view',
    'process-view/cases',
    'assessments/export?format=xes',
    'penalty-cases/export?format=ocel',
  ]

  it.each(roles)(
    '%s reads one assessment, and figures over many, only with read-cases and within its reach',
    async (role) => {
      const granted = (policy[role] as readonly string[]).includes('read-cases')
      const refused = role === 'public' ? 401 : 403
      for (const route of routes) {
        expect((await get(route, role, '320400')).statusCode, route).toBe(granted ? 200 : refused)
        expect((await get(route, role, '320500')).statusCode, route).toBe(granted ? 404 : refused)
      }
      for (const route of overMany) {
        expect((await get(route, role, '320400')).statusCode, route).toBe(granted ? 200 : refused)
      }
      if (!granted) return
      const seen = async (division: string) => {
        const { items } = (await get('process-view/cases', role, division)).json()
        const { cases } = (await get('process-view', role, division)).json()
        const xes = (await get('assessments/export?format=xes', role, division)).body
        expect([cases, xes.match(/<trace>/g)?.length ?? 0]).toEqual([items.length, items.length])
        return items.map(({ id }: { id: string }) => id)
      }
      expect(await seen('320400')).toEqual([own.id])
      expect(await seen('320500')).toEqual(role === 'institution' ? [] : [other.id])
      expect(await seen('320000')).toEqual(role === 'institution' ? [own.id] : [own.id, other.id])
    },
  )

  it('the trail is canonical, bears its digest, and holds against its schema', async () => {
    const answer = await get(`assessments/${own.id}/trail`)
    const trail = answer.json()
    expect(trailSchema.safeParse(trail).error).toBeUndefined()
    expect(answer.body === canonicalText(trail)).toBe(true)
    const digest = digestOfText(answer.body)
    expect(answer.headers.etag).toBe(`"${digest}"`)
    expect(answer.headers['content-digest']).toBe(
      `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
    )
    const again = await get(`assessments/${own.id}/trail`, 'assessor', '320402')
    expect(again.body === answer.body).toBe(true)
    expect((await get(`assessments/${own.id}/export?format=json`)).body === answer.body).toBe(true)
    const known = { 'if-none-match': String(answer.headers.etag) }
    expect((await get(`assessments/${own.id}/trail`, 'auditor', null, known)).statusCode).toBe(304)
    expect(trail).toMatchObject({
      refused: [{ code: 'signer-not-entitled' }],
      visits: [{ stage: 'S1', workingDays: 1 }, { stage: 'S4' }],
      steps: expect.arrayContaining([
        expect.objectContaining({ reliedOn: [{ stream: `practitioner-${lead}`, revision: 4 }] }),
      ]),
    })
  })

  it('the trail is told as of a day, and is none before it began', async () => {
    const trail = (await get(`assessments/${own.id}/trail?asOf=2026-02-04`)).json()
    expect(trail).toMatchObject({ revision: 4, reports: [], stage: 'S4' })
    expect(trail.visits[1]).toMatchObject({ workingDays: 1, overdue: false })
    expect((await get(`assessments/${own.id}/trail?asOf=2026-01-01`)).statusCode).toBe(404)
    expect((await get(`assessments/${own.id}/export?format=xes&asOf=2026-01-01`)).statusCode).toBe(404)
    expect((await get(`assessments/${ulidOf(999)}/trail`)).statusCode).toBe(404)
  })

  it('links lead from a sentence down and from an instrument up; one thing must be named', async () => {
    const links = async (query: string) => await get(`assessments/${own.id}/trail/links?${query}`)
    expect((await links('report=CZ-7&sentence=1')).json()).toMatchObject({
      findings: [{ id: finding }],
      evidence: [{ id: photo, place: '一层', takenAt: '2026-02-04T01:00:00.000Z' }],
      persons: [{ id: lead }],
      instruments: [{ id: 'PG-1' }],
    })
    expect((await links('instrument=PG-1')).json().sentences).toMatchObject([{ report: 'CZ-7', id: '1' }])
    const nobody = await links('person=nobody')
    expect(nobody.statusCode).toBe(404)
    expect(nobody.body).toContain('该评估的留痕中没有person=nobody')
    for (const wrong of ['', 'sentence=1', 'report=CZ-7', `evidence=${photo}&person=${lead}`, 'finding=']) {
      expect((await links(wrong)).statusCode, wrong).toBe(400)
    }
  })

  it('one person at two sites at once is marked, for whoever may see both', async () => {
    const codes = async (division: string | null, role: Role = 'auditor') =>
      (await get(`assessments/${own.id}/marks`, role, division))
        .json()
        .marks.map((each: { code: string }) => each.code)
    expect(await codes(null)).toEqual(['two-sites'])
    expect(await codes('320400')).toEqual([])
    expect(await codes('320400', 'institution')).toEqual([])
  })

  it('exports are files that other programs read', async () => {
    const xes = await get('assessments/export?format=xes')
    expect(xes.headers['content-disposition']).toContain('assessments.xes')
    expect(xes.body).toMatch(/^<\?xml .*<\/log>\n$/s)
    expect(xes.body.match(/<trace>/g)).toHaveLength(2)
    const ocel = (await get('assessments/export?format=ocel')).json()
    expect(ocel.events).toHaveLength(ownFacts.length + otherFacts.length)
    const prov = (await get(`assessments/${own.id}/export?format=prov`)).json()
    expect(Object.keys(prov.entity)).toContain(`fl:evidence/${photo}`)
    for (const wrong of [
      'penalty-cases/export?format=prov',
      'penalty-cases/export?format=json',
      `assessments/${own.id}/export`,
      'assessments/export?format=xes&from=soon',
    ]) {
      expect((await get(wrong)).statusCode, wrong).toBe(400)
    }
  })

  it('exports of many as trails and as PROV-JSON hold what each assessment alone gives', async () => {
    const ids = [own.id, other.id].sort()
    const trails = await Promise.all(ids.map(async (id) => (await get(`assessments/${id}/trail`)).body))
    const many = await get('assessments/export?format=json')
    expect(many.headers['content-disposition']).toContain('assessments.trail.json')
    expect(many.body).toBe(`[\n${trails.join(',\n')}\n]\n`)
    const { bundle } = (await get('assessments/export?format=prov')).json()
    for (const id of ids)
      expect(bundle[`fl:trail/${id}`]).toEqual((await get(`assessments/${id}/export?format=prov`)).json())
    expect(Object.keys(bundle)).toHaveLength(2)
    expect((await get('assessments/export?format=json&process=RECEIPT-PERMIT-1')).json()).toEqual([])
  })

  it('an export of many keeps to its filters', async () => {
    const cases = async (query: string) =>
      (await get(`assessments/export?format=xes&${query}`)).body.match(/<trace>/g)?.length ?? 0
    expect(await cases('from=2026-02-02&to=2026-02-02')).toBe(2)
    expect(await cases('from=2026-02-03')).toBe(0)
    expect(await cases(`institution=${other.institution}`)).toBe(1)
    expect(await cases('process=XF3005-EIGHT-2')).toBe(2)
    expect(await cases('process=XF3005-EIGHT-2@0')).toBe(2)
    expect(await cases('process=XF3005-EIGHT-2@1')).toBe(0)
    expect(await cases('process=RECEIPT-PERMIT-1')).toBe(0)
    expect(await cases('division=320500')).toBe(1)
  })

  it('the register tells and finds those of which a report became void', async () => {
    const found = async (query: string) =>
      (await get(`assessments?${query}`)).json().items.map(({ id }: { id: string }) => id)
    expect(await found('hasVoidedReport=true')).toEqual([])
    expect(await found('hasVoidedReport=false')).toEqual([own.id, other.id].sort())
    expect((await get('assessments?hasVoidedReport=perhaps')).statusCode).toBe(400)
    const at = '2026-02-06T01:00:00.000Z'
    const voided = { reportNumber: 'CZ-7', voidedBy: lead, reason: '缺页' }
    await append(own, [['ReportVoided', voided, at]], ownFacts.length - 1)
    expect(await found('hasVoidedReport=true')).toEqual([own.id])
    expect((await get(`assessments/${own.id}`)).json()).toMatchObject({ hasVoidedReport: true })
  })

  it('the process view leads from a path to its cases', async () => {
    const view = (await get('process-view?basis=activities')).json()
    expect(view).toMatchObject({ kind: 'assessment', cases: 2, pathCount: 2, today: '2026-03-02' })
    expect(view.gates.refused).toMatchObject([{ detail: 'signer-not-entitled', count: 1 }])
    expect(view.processes).toEqual([{ process: 'XF3005-EIGHT-2@0', cases: 2, open: 2 }])
    const path = view.paths.find(({ steps }: { steps: string[] }) => steps.includes('site-image'))
    const items = async (query: string) =>
      (await get(`process-view/cases?${query}`)).json().items.map(({ id }: { id: string }) => id)
    expect(await items(`basis=activities&path=${path.id}`)).toEqual([own.id])
    expect(await items('waiting=S4')).toEqual([own.id, other.id])
    expect(await items('gate=refused')).toEqual([own.id])
    expect(await items('gate=refused&stage=S1')).toEqual([])
    expect(await items('mark=skipped')).toEqual([])
    const first = (await get('process-view/cases?limit=1')).json()
    expect(first.items).toHaveLength(1)
    const second = (await get(`process-view/cases?limit=1&after=${first.nextCursor}`)).json()
    expect([second.items[0].id, second.nextCursor]).toEqual([other.id, null])
    expect((await get('process-view/cases?path=1')).statusCode).toBe(400)
  })

  it('the schemas are there for everyone', async () => {
    const schema = await gateway.app.inject('/v1/schemas/assessment-trail-1.json')
    expect(schema.json().properties).toHaveProperty('visits')
    const extension = await gateway.app.inject('/v1/schemas/fireledger.xesext')
    expect(extension.body).toContain('prefix="fireledger"')
  })
})
