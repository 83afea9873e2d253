import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type StandIn,
  startStandIn,
} from '../../../packages/event-store/src/eventstoredb/stand-in.test-kit.ts'
import { fireledger, type Part, startPart, temporaryFolder } from './running.test-kit.ts'

/** Gateway, projector and clerk as processes of their own over one cluster (its stand-in). */

const folder = temporaryFolder()
const parts: Part[] = []
let standIn: StandIn
let environment: Record<string, string>

beforeAll(async () => {
  standIn = await startStandIn()
  environment = {
    FIRELEDGER_LEDGER: standIn.address,
    FIRELEDGER_DATA_DIR: `${folder.path}/first`,
    FIRELEDGER_KEYS_DIR: `${folder.path}/keys`,
    FIRELEDGER_VAULT_KEY: randomBytes(32).toString('hex'),
    FIRELEDGER_TOKEN_SECRET: 'a token secret that all gateways share',
    FIRELEDGER_READY_BEHIND_MS: '500',
  }
})
afterAll(async () => {
  for (const part of parts) await part.kill()
  standIn.stop()
  folder.remove()
})

function run(args: readonly string[], more: Record<string, string> = {}): Part {
  const part = startPart(args, { ...environment, ...more })
  parts.push(part)
  return part
}

async function addressOf(gateway: Part): Promise<string> {
  await gateway.until(/Ctrl-C stops it\./)
  return (await gateway.until(/API +(http:\/\/[^/]+)/))[1] ?? ''
}

async function tokenOf(role: string): Promise<string> {
  const { stdout } = await fireledger(['token', '--role', role, '--division', '320400'], environment)
  return stdout.trim()
}

async function ready(base: string): Promise<{ ready: boolean; reasons: string[] }> {
  return (await fetch(`${base}/ready`)).json() as never
}

async function untilReady(base: string, wanted: boolean) {
  for (;;) {
    const answer = await ready(base)
    if (answer.ready === wanted) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const uscc = '91320402MA1WABCD1L'
const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-wang', name: '王建国', phone: '13800000000' },
}

async function post(base: string, token: string, path: string, data: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${base}/v1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ data }),
  })
  expect(response.ok, await response.clone().text()).toBe(true)
  return response.headers.get('fireledger-position') ?? ''
}

async function nameOf(base: string, token: string, position: string) {
  const headers = { authorization: `Bearer ${token}`, 'fireledger-min-position': position }
  const response = await fetch(`${base}/v1/institutions/${uscc}`, { headers })
  return { status: response.status, body: await response.text() }
}

describe('the parts of fireledger, apart', { timeout: 180_000 }, () => {
  it('two gateways serve one ledger, each from its own rows, and tell when its projector is behind', async () => {
    const first = run(['gateway'])
    const second = run(['gateway', '--projector'], { FIRELEDGER_DATA_DIR: `${folder.path}/second` })
    const [here, there] = await Promise.all([addressOf(first), addressOf(second)])
    const token = await tokenOf('registrar')

    const position = await post(here, token, `institutions/${uscc}/register`, profile)
    expect(await nameOf(there, token, position)).toMatchObject({ status: 200 })
    const { reasons } = await untilReady(here, false)
    expect(reasons[0]).toMatch(/the projector is behind .*or does not run/)
    await untilReady(there, true)

    const projector = run(['projector'])
    await untilReady(here, true)
    expect(await nameOf(here, token, position)).toMatchObject({
      status: 200,
      body: expect.stringContaining(profile.name),
    })

    await projector.kill()
    const later = await post(there, await tokenOf('case-handler'), `institutions/${uscc}/suspend`, {
      reason: '不具备从业条件',
      until: null,
    })
    await untilReady(here, false)
    const again = run(['projector'])
    await untilReady(here, true)
    expect((await nameOf(here, token, later)).status).toBe(200)

    for (const part of [again, second, first]) expect(await part.stop(), part.output()).toBe(0)
    const verified = await fireledger(['verify'], environment)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('Verified') })
  })

  it('projector and clerk answer for their health', async () => {
    const health = { FIRELEDGER_HEALTH_PORT: '0', FIRELEDGER_DATA_DIR: `${folder.path}/healthy` }
    for (const part of ['projector', 'clerk']) {
      const running = run([part], health)
      const base = `http://127.0.0.1:${(await running.until(/"port":(\d+)/))[1]}`
      expect((await fetch(`${base}/health`)).status).toBe(200)
      await untilReady(base, true)
      expect((await fetch(`${base}/elsewhere`)).status).toBe(404)
      expect(await running.stop(), running.output()).toBe(0)
    }
  })

  it('refuses a second process of a role in a data folder, and names the first', async () => {
    const place = { FIRELEDGER_DATA_DIR: `${folder.path}/taken`, FIRELEDGER_HEALTH_PORT: '0' }
    const ready = async (part: Part) =>
      untilReady(`http://127.0.0.1:${(await part.until(/"port":(\d+)/))[1]}`, true)
    const first = run(['clerk'], place)
    try {
      await ready(first)
      const second = await fireledger(['clerk'], { ...environment, ...place })
      expect(second.code).toBe(1)
      expect(second.stderr.trim()).toMatch(
        new RegExp(`^the clerk's place in \\S+ is in use by process ${first.pid}: stop it`),
      )
    } finally {
      await first.kill()
    }
    const third = run(['clerk'], place)
    // Also in the moment in which it begins to answer.
    await third.until(/"port":\d+/)
    expect(await third.stop(), third.output()).toBe(0)
  })

  it('hands the lease over at once when the active clerk is stopped in good order', async () => {
    const first = run(['clerk'], { FIRELEDGER_DATA_DIR: `${folder.path}/clerk-1` })
    await first.until(/this clerk is the active one/)
    const second = run(['clerk'], { FIRELEDGER_DATA_DIR: `${folder.path}/clerk-2` })
    await second.until(/another clerk is active/)
    expect(await first.stop()).toBe(0)
    const stoppedAt = performance.now()
    await second.until(/this clerk is the active one/)
    expect(performance.now() - stoppedAt).toBeLessThan(3000)
    expect(await second.stop()).toBe(0)
  })

  it.each(['gateway', 'projector', 'clerk'])(
    '%s says why it cannot run apart on an embedded ledger',
    async (part) => {
      const { code, stderr } = await fireledger([part], { FIRELEDGER_DATA_DIR: `${folder.path}/embedded` })
      expect(code).toBe(1)
      expect(stderr.trim()).toMatch(
        /^FIRELEDGER_LEDGER=embedded: one process holds an embedded ledger.*fireledger serve/,
      )
    },
  )

  it.each(['gateway', 'projector', 'clerk', 'serve'])(
    '%s makes no keys of its own beside a cluster, and says what to set',
    async (part) => {
      const root = `${folder.path}/${part}-alone`
      const alone = { FIRELEDGER_LEDGER: standIn.address, FIRELEDGER_DATA_DIR: root }
      const { code, stderr } = await fireledger([part], alone)
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /must share the keys.*FIRELEDGER_VAULT_KEY.*FIRELEDGER_KEYS.*FIRELEDGER_KEYS_DIR/,
      )
      expect(existsSync(root)).toBe(false)
      const { FIRELEDGER_VAULT_KEY: key = '' } = environment
      const half = await fireledger([part], { ...alone, FIRELEDGER_VAULT_KEY: key })
      expect(half.stderr).toMatch(/Set FIRELEDGER_KEYS\(_FILE\)/)
    },
  )
})
