import { openWritableReadStore, readModels } from '@fireledger/projections'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fireledger, type Server, start, temporaryFolder } from './running.test-kit.ts'

/** What an operator can have done with the read models of a running server. */

const folder = temporaryFolder()
const environment = { FIRELEDGER_DATA_DIR: folder.path }
const uscc = '91320402MA1WABCD1L'
let server: Server
const tokens: Record<string, string> = {}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Body = any

async function send(role: string, method: string, path: string, data?: object) {
  const response = await fetch(`${server.base}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify({ data: data ?? {} }) } : {}),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

async function projection(name: string): Promise<Body> {
  const { body } = await send('administrator', 'GET', 'ledger')
  return body.projections.find((each: Body) => each.name === name)
}

beforeAll(async () => {
  server = await start(['--empty'], environment)
  for (const role of ['registrar', 'administrator', 'duty-officer']) {
    const { stdout } = await fireledger(['token', '--role', role, '--division', '320400'], environment)
    tokens[role] = stdout.trim()
  }
  const registered = await send('registrar', 'POST', `institutions/${uscc}/register`, {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-wang', name: '王建国' },
  })
  expect(registered.status).toBe(201)
})

afterAll(async () => {
  await server?.kill()
  folder.remove()
})

describe('read models of a running server', () => {
  it('are rebuilt when the administrator asks, and found equal row for row', async () => {
    const { status } = await send('administrator', 'POST', 'projections/institution-register/rebuild')
    expect(status).toBe(202)
    await expect
      .poll(() => projection('institution-register'), { timeout: 20_000 })
      .toMatchObject({ status: 'running', lastRebuild: { equal: true, failedReason: null } })
  })

  it('are left alone by those who only watch, and when there is none of the name', async () => {
    const watched = await send('duty-officer', 'POST', 'projections/institution-register/rebuild')
    expect(watched.status).toBe(403)
    expect((await send('duty-officer', 'POST', 'projections/institution-register/retry')).status).toBe(403)
    expect((await send('administrator', 'POST', 'projections/no-such/rebuild')).status).toBe(404)
    expect((await send('administrator', 'POST', 'projections/no-such/retry')).status).toBe(404)
  })

  it('try again after they stopped, when asked to', async () => {
    const database = openWritableReadStore(`${folder.path}/read.db`, readModels)
    database
      .prepare("UPDATE projection_status SET status = 'failed', failed_reason = ? WHERE name = ?")
      .run('no column for that', 'unit-register')
    database.close()
    expect(await projection('unit-register')).toMatchObject({
      status: 'failed',
      failedReason: 'no column for that',
    })
    expect((await send('administrator', 'POST', 'projections/unit-register/retry')).status).toBe(202)
    await expect
      .poll(() => projection('unit-register'), { timeout: 20_000 })
      .toMatchObject({ status: 'running', failedReason: null })
  })

  it('are not begun beside a rebuild that is alive; one that was killed is not shown and blocks nobody', async () => {
    const marked = (toldAtMs: number) => {
      const progress = { eventsDone: 1, eventsTotal: 2, eventsPerSecond: 1, secondsLeft: 1, toldAtMs }
      const database = openWritableReadStore(`${folder.path}/read.db`, readModels)
      database
        .prepare("UPDATE projection_status SET status = 'rebuilding', rebuild = ? WHERE name = ?")
        .run(JSON.stringify({ ...progress, owner: 'another' }), 'practitioner-register')
      database.close()
    }
    const path = 'projections/practitioner-register/rebuild'
    marked(Date.now())
    expect(await projection('practitioner-register')).toMatchObject({ status: 'rebuilding' })
    expect((await send('administrator', 'POST', path)).status).toBe(409)
    marked(Date.now() - 60_000)
    expect(await projection('practitioner-register')).toMatchObject({ status: 'running', rebuild: null })
    expect((await send('administrator', 'POST', path)).status).toBe(202)
    await expect
      .poll(() => projection('practitioner-register'), { timeout: 20_000 })
      .toMatchObject({ status: 'running', lastRebuild: { equal: true, failedReason: null } })
  })
})
