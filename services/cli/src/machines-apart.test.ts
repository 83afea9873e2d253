import { randomBytes, randomInt } from 'node:crypto'
import { usccCheckCharacter } from '@fireledger/domain'
import { openPersonKeys, parseMasterKey } from '@fireledger/vault'
import { ulid } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type StandIn,
  startStandIn,
} from '../../../packages/event-store/src/eventstoredb/stand-in.test-kit.ts'
import {
  noPostgres,
  type Postgres,
  postgresBinaries,
  startPostgres,
} from '../../../packages/vault/src/postgres.test-kit.ts'
import { fireledger, type Part, startPart, temporaryFolder } from './running.test-kit.ts'

/** Machines that share nothing but the ledger and the database of the keys. */

const binaries = postgresBinaries()
const real = process.env.FIRELEDGER_TEST_ESDB

describe('two machines', { timeout: 480_000 }, () => {
  if (binaries === null) {
    it.skip(`are not tested: ${noPostgres}`, () => {})
    return
  }
  const folder = temporaryFolder()
  const parts: Part[] = []
  let standIn: StandIn | null = null
  let postgres: Postgres
  let environment: Record<string, string>

  beforeAll(async () => {
    if (!real) standIn = await startStandIn()
    postgres = await startPostgres(binaries)
    environment = {
      FIRELEDGER_LEDGER: real ?? standIn?.address ?? '',
      FIRELEDGER_KEYS: postgres.database(),
      FIRELEDGER_VAULT_KEY: randomBytes(32).toString('hex'),
      FIRELEDGER_TOKEN_SECRET: 'a token secret that all gateways share',
    }
    // A server that holds persons already, whose keys are elsewhere, is not opened without any.
    if (real) await keepSomeKey()
  })
  afterAll(async () => {
    for (const part of parts) await part.kill()
    standIn?.stop()
    await postgres?.remove()
    folder.remove()
  })

  async function keepSomeKey() {
    const { FIRELEDGER_KEYS: store = '', FIRELEDGER_VAULT_KEY: key = '' } = environment
    const keys = openPersonKeys({ path: `${folder.path}/keys.db`, masterKey: parseMasterKey(key), store })
    await keys.createKeys(['person-before'])
    await keys.close()
  }

  const of = (machine: string) => ({ ...environment, FIRELEDGER_DATA_DIR: `${folder.path}/${machine}` })

  async function startMachine(machine: string): Promise<{ base: string; part: Part }> {
    const part = startPart(['gateway', '--projector'], of(machine))
    parts.push(part)
    await part.until(/Ctrl-C stops it\./)
    const base = (await part.until(/API +(http:\/\/[^/]+)/))[1] ?? ''
    return { base, part }
  }

  const tokens = new Map<string, Promise<string>>()
  function tokenOf(role: string, division = '320400'): Promise<string> {
    const args = ['token', '--role', role, '--division', division]
    const token = tokens.get(role) ?? fireledger(args, of('tokens')).then(({ stdout }) => stdout.trim())
    tokens.set(role, token)
    return token
  }

  async function post(base: string, token: string, path: string, data: object, key = ulid()) {
    const response = await fetch(`${base}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ data }),
    })
    return {
      status: response.status,
      position: response.headers.get('fireledger-position') ?? '',
      body: await response.text(),
    }
  }

  /** As a reviewer sees it who says why; from rows that reach the position. */
  async function seen(base: string, uscc: string, position: string): Promise<string> {
    const query = `reveal=personal&purpose=${encodeURIComponent('核查责任')}`
    const headers = {
      authorization: `Bearer ${await tokenOf('reviewer')}`,
      'fireledger-min-position': position,
    }
    for (;;) {
      const answer = await (await fetch(`${base}/v1/institutions/${uscc}?${query}`, { headers })).text()
      // A projector that has only begun is waited for, as its gateway asks.
      if (!answer.includes('problem:behind')) return answer
    }
  }

  function newProfile() {
    const first17 = `91320402MA${String(randomInt(10_000_000)).padStart(7, '0')}`
    const uscc = first17 + usccCheckCharacter(first17)
    const subjectId = `person-${uscc.toLowerCase()}`
    return {
      uscc,
      subjectId,
      data: {
        name: '常州安信消防技术服务有限公司',
        type: 'maintenance',
        division: '320402',
        address: '常州市天宁区竹林西路19号',
        establishedOn: '2019-05-06',
        legalRepresentative: { subjectId, name: '欧阳建国', phone: '13800000000' },
      },
    }
  }

  it('read in clear, and with a purpose, whom the other registered; erased at one is gone at the other', async () => {
    const [here, there] = await Promise.all([startMachine('first'), startMachine('second')])
    const registrar = await tokenOf('registrar')
    const { uscc, subjectId, data } = newProfile()

    const registered = await post(here.base, registrar, `institutions/${uscc}/register`, data)
    expect(registered.status, registered.body).toBe(201)
    expect(await seen(there.base, uscc, registered.position)).toContain('欧阳建国')

    const erased = await post(
      here.base,
      await tokenOf('administrator', 'all'),
      `subject-keys/${subjectId}/destroy`,
      { division: '320402', reason: '本人申请', requestedOn: '2026-01-05' },
    )
    expect(erased.status, erased.body).toBeLessThan(300)
    for (const { base } of [here, there]) {
      const record = await seen(base, uscc, erased.position)
      expect(record).not.toContain('欧阳建国')
      expect(record).toContain('key-destroyed')
    }
    const again = await post(there.base, registrar, `institutions/${uscc}/change-particulars`, {
      legalRepresentative: data.legalRepresentative,
    })
    expect(again, again.body).not.toMatchObject({ status: 200 })
    expect(again.body).not.toContain('欧阳建国')

    // A machine that comes later takes over all keys but that one.
    const late = await startMachine('third')
    const other = newProfile()
    const second = await post(late.base, registrar, `institutions/${other.uscc}/register`, other.data)
    expect(await seen(here.base, other.uscc, second.position)).toContain('欧阳建国')
    expect(await seen(late.base, uscc, second.position)).toContain('key-destroyed')
    for (const { part } of [here, there, late]) expect(await part.stop(), part.output()).toBe(0)
    for (const machine of ['first', 'second', 'third']) {
      expect(await fireledger(['verify'], of(machine))).toMatchObject({ code: 0 })
    }
  })

  it('go on without the database with whom they know, and refuse new persons until it is back', async () => {
    const { base, part } = await startMachine('first')
    const registrar = await tokenOf('registrar')
    const known = newProfile()
    const { position } = await post(base, registrar, `institutions/${known.uscc}/register`, known.data)

    await postgres.stop()
    expect(await seen(base, known.uscc, position)).toContain('欧阳建国')
    const fresh = newProfile()
    const key = ulid()
    const refused = await post(base, registrar, `institutions/${fresh.uscc}/register`, fresh.data, key)
    expect(refused.status, refused.body).toBe(503)
    expect(JSON.parse(refused.body)).toMatchObject({ detail: expect.stringMatching(/密钥库/) })
    expect(await seen(base, fresh.uscc, position)).toContain('404')

    // Also when it starts while the database is away; a machine that has no keys at all does not.
    expect(await part.stop()).toBe(0)
    const restarted = await startMachine('first')
    expect(await seen(restarted.base, known.uscc, position)).toContain('欧阳建国')
    const { code, stderr } = await fireledger(['gateway'], of('fourth'))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/the key store does not answer/),
    })

    await postgres.start()
    const accepted = await post(
      restarted.base,
      registrar,
      `institutions/${fresh.uscc}/register`,
      fresh.data,
      key,
    )
    expect(accepted.status, accepted.body).toBe(201)
    expect(await seen(restarted.base, fresh.uscc, accepted.position)).toContain('欧阳建国')
    expect(await restarted.part.stop()).toBe(0)
  })
})
