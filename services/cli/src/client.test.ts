import { createClient, type LedgerEventView, type LiveStatus, ProblemError } from '@fireledger/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { fireledger, type Server, start, temporaryFolder } from './running.test-kit.ts'

/** The client against the real program, which is killed and started again under it. */

const uscc = '91320402MA1WABCD1L'
const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', name: '王建国', phone: '13800000000' },
}

describe('the client', () => {
  const folder = temporaryFolder()
  const environment: Record<string, string> = { FIRELEDGER_DATA_DIR: folder.path }
  let server: Server
  let token: string
  beforeAll(async () => {
    server = await start(['--empty'], environment)
    environment.FIRELEDGER_PORT = new URL(server.base).port
    const registrar = ['token', '--role', 'registrar', '--division', 'all']
    token = (await fireledger(registrar, environment)).stdout.trim()
  })
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })
  const client = () =>
    createClient({ base: server.base, token, language: () => 'en', WebSocket: WebSocket as never })

  it('sends a command once however often it is repeated, and reads what it wrote', async () => {
    const register = {
      path: 'institutions',
      id: uscc,
      command: 'register',
      data: profile,
      idempotencyKey: 'k-1',
    }
    const first = await client().command({ ...register, ifMatch: 'none' })
    const again = await client().command({ ...register, ifMatch: 'none' })
    expect(again.data).toEqual({ ...first.data, replayed: true })
    const { data, etag } = await client().record(
      'institutions',
      uscc,
      {},
      { minPosition: first.data.position },
    )
    expect(data).toMatchObject({ uscc, name: profile.name })
    expect(etag).toMatch(/^"0\./)
  })

  it('throws the problem of an answer, with what is to blame and the articles', async () => {
    const failing = async (work: Promise<unknown>) => {
      const error = await work.catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(ProblemError)
      return error as ProblemError
    }
    const command = { path: 'institutions', id: uscc, command: 'register', data: { ...profile, name: '' } }
    const invalid = await failing(client().command(command))
    expect(invalid.kind).toBe('invalid')
    expect(invalid.problem.errors?.map(({ pointer }) => pointer)).toContain('/data/name')
    const refused = await failing(
      client().command({ ...command, data: { ...profile, name: '常州另一家有限公司' } }),
    )
    expect(refused.kind).toBe('refused')
    expect(refused.problem.legalBasis?.length).toBeGreaterThan(0)
    const stale = await failing(client().command({ ...command, data: profile, ifMatch: '"7"' }))
    expect(stale).toMatchObject({ kind: 'stale', problem: { revision: 0 } })
    const nowhere = createClient({ base: 'http://127.0.0.1:9', token })
    expect(await failing(nowhere.dashboard())).toMatchObject({ kind: 'unreachable' })
  })

  it('follows the cursors of a list to its end', async () => {
    for (let number = 0; number < 5; number++) {
      await client().command({
        path: 'units',
        id: `01JD000000000000000000000${number}`,
        command: 'register',
        data: { ...unit, name: `单位${number}` },
      })
    }
    const { asOf } = await client().events({ order: 'desc', limit: 1 })
    const names: unknown[] = []
    for await (const { name } of client().rows('units', { limit: 2 }, { minPosition: asOf })) names.push(name)
    expect(names).toEqual(['单位0', '单位1', '单位2', '单位3', '单位4'])
  })

  it('gets each event once and in order while the gateway is killed and started again', async () => {
    const seen: LedgerEventView[] = []
    const states: LiveStatus[] = []
    const waiting = new Set<() => void>()
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise<void>((resolve) => waiting.add(resolve))
    }
    const wake = () => {
      for (const resume of waiting) resume()
      waiting.clear()
    }
    const feed = client().live({
      after: 'start',
      onEvent: (event) => {
        seen.push(event)
        wake()
      },
      onStatus: (status) => {
        states.push(status)
        wake()
      },
    })
    await until(() => feed.status().state === 'live')
    for (let round = 0; round < 2; round++) {
      await server.kill()
      await until(() => feed.status().state === 'stale')
      server = await start(['--empty'], environment)
      // Written before the feed is back: it must be caught up on.
      await client().command({
        path: 'units',
        id: `01JD000000000000000000001${round}`,
        command: 'register',
        data: { ...unit, name: `停机后${round}` },
      })
      await until(
        () => feed.status().state === 'live' && seen.some(({ data }) => data.name === `停机后${round}`),
      )
    }
    feed.close()
    const held: string[] = []
    for (let after = '-1', atEnd = false; !atEnd; ) {
      const page = await client().events({ after, limit: 500 })
      held.push(...page.items.map(({ id }) => id))
      after = page.nextPosition
      atEnd = page.atEnd
    }
    expect(seen.map(({ id }) => id)).toEqual(held)
    expect(states.map(({ state }) => state)).toContain('catching-up')
    expect(states.filter(({ state }) => state === 'stale').every(({ reason }) => reason !== null)).toBe(true)
    // Processes start slowly on a loaded machine.
  }, 240_000)

  it('says why it was closed, and gives up only when trying again is no use', async () => {
    const ended = (options: { token?: string; after?: string }) =>
      new Promise<LiveStatus>((resolve) => {
        const own = createClient({ base: server.base, token, ...options, WebSocket: WebSocket as never })
        const feed = own.live({
          ...(options.after === undefined ? {} : { after: options.after }),
          onEvent: () => {},
          onStatus: (status) => {
            if (status.state !== 'ended') return
            resolve(status)
            feed.close()
          },
        })
      })
    expect(await ended({ token: 'no-token' })).toMatchObject({ reason: 'unauthenticated' })
    expect(await ended({ after: '999999999' })).toMatchObject({ reason: 'future-cursor' })
  })
})

const unit = {
  name: '单位',
  uscc: null,
  kind: 'hotel',
  areaSquareMetres: 1200,
  division: '320402',
  address: '常州市天宁区1号',
  contact: { subjectId: 'contact-1', name: '李四' },
}
