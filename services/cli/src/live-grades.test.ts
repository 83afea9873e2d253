import { createClerk, createMemoryCheckpointStore } from '@fireledger/clerk'
import { shippedRulebooks } from '@fireledger/domain'
import { openEvidenceStore } from '@fireledger/evidence'
import {
  buildApp,
  createProjector,
  evidenceLocation,
  issueToken,
  loadConfig,
  verifyBuiltIn,
} from '@fireledger/gateway'
import { pino } from 'pino'
import { monotonicFactory } from 'ulid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LiveMessage, openLive, temporaryFolder } from './running.test-kit.ts'
import { openRows, openWriting } from './services.ts'

/** Cause, clerk, points, grade, message: through real sockets, on the embedded ledger, under a clock that can be set. */

const uscc = '91320402MA1WABCD1L'
const caseId = '01JD0000000000000000000011'
const secret = new TextEncoder().encode('a token secret for tests, long enough')
const silent = pino({ level: 'silent' })
const opening = { division: '320402', subjectKind: 'institution', rulebook: 'CZ-DEFAULT-1' }

async function givenCity(from: string) {
  const folder = temporaryFolder()
  let moment = new Date(from).toISOString()
  const now = () => moment
  const config = loadConfig({ FIRELEDGER_DATA_DIR: folder.path, FIRELEDGER_RATE_LIMIT_PER_MINUTE: '0' })
  const writing = await openWriting(config, silent)
  const rows = openRows(config, writing.folder)
  const app = await buildApp({
    config,
    ledger: writing.ledger,
    vault: { ...writing.keys, open: writing.keys.vault.open },
    readStore: rows.readStore,
    evidence: await openEvidenceStore(evidenceLocation(config)),
    projector: createProjector(rows.readStore),
    verifyToken: verifyBuiltIn(secret, () => new Date(now())),
    now,
    newId: monotonicFactory(),
    logger: silent,
    version: 'test',
  })
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  const stop = new AbortController()
  const clerk = createClerk({
    ledger: writing.ledger,
    submit: (command) => writing.submit(command, now()),
    now,
    checkpointStore: createMemoryCheckpointStore(),
    logger: silent,
  })
  const running = clerk.run(stop.signal)
  const token = (role: string, division: string | null = '320400') =>
    issueToken(secret, { subject: `test-${role}`, role, division, ttlSeconds: 3600 }, new Date(now()))
  return {
    base,
    token,
    /** The clock stands still but for this. */
    at(next: string) {
      moment = new Date(next).toISOString()
    },
    async ask(role: string, path: string, data: object, effectiveAt?: string) {
      const answer = await fetch(`${base}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token(role)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ data, ...(effectiveAt === undefined ? {} : { effectiveAt }) }),
      })
      const body = (await answer.json()) as { detail?: string }
      expect(body.detail).toBeUndefined()
    },
    async close() {
      stop.abort()
      await running
      // Connections of fetch are kept alive, also those that end meanwhile.
      const closing = setInterval(() => app.server.closeAllConnections(), 20)
      await app.close()
      clearInterval(closing)
      await rows.close()
      await writing.close()
      folder.remove()
    },
  }
}

type Told = {
  type: string
  position: string
  data: Record<string, unknown>
  metadata: { illustrative?: boolean | null }
}
const toldOf = (message: LiveMessage) => message.event as Told
const isChange = (message: LiveMessage) => message.type === 'event' && toldOf(message).type === 'GradeChanged'

describe('a changed grade on the live feed', () => {
  let city: Awaited<ReturnType<typeof givenCity>>
  beforeEach(async () => {
    // A fifth of a second before midnight, so that the clerk looks at the clock again and again.
    city = await givenCity('2026-02-03T23:59:59.800+08:00')
    const [shipped] = shippedRulebooks
    if (!shipped) throw new Error('no rulebook is shipped')
    const { id, division, content } = shipped
    await city.ask('rule-maker', `rulebooks/${id}/draft`, { division, content })
    const adoption = { division, subjectKind: 'institution', from: '2024-01-01' }
    await city.ask('rule-maker', `rulebooks/${id}/adopt`, adoption, '2023-12-20T09:00:00+08:00')
    const profile = {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区竹林西路19号',
      establishedOn: '2019-05-06',
      legalRepresentative: { subjectId: 'person-1', name: '王建国' },
    }
    await city.ask('registrar', `institutions/${uscc}/register`, profile, '2025-01-06T09:00:00+08:00')
  })
  afterEach(() => city.close())

  async function decidePenalty() {
    const respondent = { kind: 'institution', id: uscc }
    await city.ask('case-handler', `penalty-cases/${caseId}/file`, {
      division: '320402',
      respondents: [respondent],
      violations: [{ code: 'V03' }],
      officers: ['officer-3204-017', 'officer-3204-021'],
      actedOn: '2026-01-12',
    })
    await city.ask('case-handler', `penalty-cases/${caseId}/serve-penalty-notice`, { hearingRight: false })
    const lines = [{ respondent, violation: { code: 'V03' }, fineFen: 2_000_000 }]
    await city.ask('case-handler', `penalty-cases/${caseId}/decide-penalty`, { lines })
  }

  it('reaches who watches the institution and who watches the division, the public too, after its cause', async () => {
    const officer = await openLive(city.base, await city.token('duty-officer'), { institutions: [uscc] })
    const district = await openLive(city.base, await city.token('auditor'), { divisions: ['320402'] })
    const anyone = await openLive(city.base, undefined, { divisions: ['320400'] })
    const elsewhere = await openLive(city.base, undefined, { divisions: ['320500'] })
    for (const each of [officer, district, anyone, elsewhere])
      await each.until(({ type }) => type === 'caughtUp')
    await decidePenalty()
    const seen = await officer.until(isChange)
    expect(toldOf(seen).data).toMatchObject({
      before: { grade: 'BBB', score: 80 },
      grade: 'B',
      score: 70,
      direction: 'down',
    })
    const order = officer.messages.filter(({ type }) => type === 'event').map((each) => toldOf(each).type)
    for (const [earlier, later] of [
      ['PenaltyDecided', 'CreditAdjusted'],
      ['CreditAdjusted', 'GradeChanged'],
    ] as const)
      expect(order.indexOf(earlier)).toBeLessThan(order.indexOf(later))
    expect(toldOf(await district.until(isChange)).position).toBe(toldOf(seen).position)
    // The public learns the grade, not the facts, and not who did it.
    const open = toldOf(await anyone.until(isChange))
    expect(open.data).toMatchObject({ grade: 'B', before: { grade: 'BBB' } })
    expect(open.data).not.toHaveProperty('because')
    expect(open.metadata).not.toHaveProperty('causationId')
    const events = anyone.messages.filter(({ type }) => type === 'event').map((each) => toldOf(each).type)
    expect(events.filter((type) => type !== 'GradePublished')).toEqual(['GradeChanged'])
    expect(elsewhere.messages.some(isChange)).toBe(false)
    // Whoever hears of the grade hears that no authority has published its numbers.
    expect([seen.event, open].map((each) => (each as Told).metadata.illustrative)).toEqual([true, true])
    for (const each of [officer, district, anyone, elsewhere]) each.close()
  })

  it('is resumed by its cursor like any other message, over SSE as well', async () => {
    const anyone = await openLive(city.base, undefined, { after: 'start', institutions: [uscc] })
    await decidePenalty()
    const seen = await anyone.until(isChange)
    anyone.close()
    const before = String(BigInt(toldOf(seen).position) - 1n)
    const again = await openLive(city.base, undefined, { after: before, types: ['GradeChanged'] })
    expect((await again.until(isChange)).cursor).toBe(seen.cursor)
    again.close()
    const stop = new AbortController()
    const sse = await fetch(`${city.base}/v1/live/sse?institution=${uscc}&type=GradeChanged`, {
      headers: { 'last-event-id': before },
      signal: stop.signal,
    })
    let text = ''
    for await (const chunk of sse.body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('GradeChanged')) break
    }
    stop.abort()
    expect(text).toContain(`id: ${String(seen.cursor)}`)
    expect(text).toContain('"illustrative":true')
  })

  it('comes with the beginning of the day on which an entry has expired, when nothing else happens', async () => {
    const anyone = await openLive(city.base, undefined, { institutions: [uscc], types: ['GradeChanged'] })
    await anyone.until(({ type }) => type === 'caughtUp')
    const fine = { ...opening, item: 'L2', factId: 'case-1/V08', violation: 'V08', causeEventId: null }
    // Twelve months from 3 February 2025: it counts to the end of 3 February 2026.
    const filed = { ...fine, reason: '罚款20000元' }
    await city.ask('credit-officer', `credit-accounts/${uscc}/adjust`, filed, '2025-02-03T09:00:00+08:00')
    const down = await anyone.until(isChange)
    expect(toldOf(down).data).toMatchObject({ asOf: '2026-02-03', grade: 'B', direction: 'down' })
    city.at('2026-02-04T00:00:00+08:00')
    const up = await anyone.until((message) => isChange(message) && message.cursor !== down.cursor)
    expect(toldOf(up).data).toMatchObject({ asOf: '2026-02-04', grade: 'BBB', direction: 'up' })
    expect(BigInt(toldOf(up).position)).toBeGreaterThan(BigInt(toldOf(down).position))
    anyone.close()
  })
})
