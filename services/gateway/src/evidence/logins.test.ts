import { decodeEvent } from '@fireledger/event-store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import {
  assessmentId,
  command,
  engage,
  evidenceOf,
  institution,
  photo,
  record,
  sha256Of,
  upload,
} from './given-assessment.test-kit.ts'

const inspector = 'officer-3204-017'
const content = photo()
const sha256 = sha256Of(content)

describe('who may do what in an assessment', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  beforeEach(async () => {
    gateway = await givenGateway()
    await engage(gateway)
  })
  afterEach(() => gateway.close())

  const account = (person?: string) =>
    gateway.token('institution', '320400', 'account-7', 3600, institution, person)
  /** The legal representative completes the first stage, which lacks everything. */
  async function completing(authorization: string): Promise<string[]> {
    const answer = await command(gateway, authorization, 'complete-stage', {
      stage: 'S1',
      completedBy: 'person-1',
    })
    expect(answer.statusCode).toBe(422)
    return answer.json().errors.map(({ code }: { code: string }) => code)
  }

  it('a member of an institution signs under their own login only; another attempt is recorded with the login', async () => {
    expect(await completing(await account('person-1'))).not.toContain('signature-another-login')
    expect(await completing(await account('person-2'))).toContain('signature-another-login')
    expect(await completing(await account())).toContain('signature-another-login')
    const events = []
    for await (const page of gateway.ledger.readStream(`assessment-${assessmentId}`))
      events.push(...page.map(decodeEvent))
    const attempts = events.filter(({ type }) => type === 'SignatureRefused')
    expect(attempts.map(({ metadata, data }) => ({ ...metadata.actor, ...(data as object) }))).toMatchObject([
      { id: 'account-7', role: 'institution', person: 'person-2', member: 'person-1' },
      { id: 'account-7', role: 'institution', person: null, obstacle: 'another-login' },
    ])
  })

  it('an officer records what others signed', async () => {
    expect(await completing(await gateway.token('assessor'))).not.toContain('signature-another-login')
  })

  it('an inspector uploads, records evidence and waives in the own name, and does nothing else', async () => {
    const authorization = await gateway.token('inspector', '320400', inspector)
    expect((await upload(gateway, authorization, content)).statusCode).toBe(201)
    const file = { bytes: content.length, mediaType: 'image/jpeg', name: '照片.jpg' }
    const evidence = { ...evidenceOf(sha256, file), recordedBy: inspector }
    expect((await record(gateway, authorization, evidence)).statusCode).toBe(200)
    const others = { ...evidenceOf(sha256, file, 2), recordedBy: 'officer-3204-018' }
    expect((await record(gateway, authorization, others)).json()).toMatchObject({
      ...{ status: 422, code: 'inspector-names-other' },
    })
    const waiver = { stage: 'S3', requirement: 'drawings', waivedBy: inspector, reason: '图纸已遗失' }
    expect((await command(gateway, authorization, 'waive-gate', waiver)).statusCode).toBe(200)
    const completion = { stage: 'S1', completedBy: inspector }
    expect((await command(gateway, authorization, 'complete-stage', completion)).statusCode).toBe(403)
    const elsewhere = await gateway.token('inspector', '320500', inspector)
    expect((await record(gateway, elsewhere, evidence)).statusCode).toBe(403)
  })

  it.each(['auditor', 'reviewer', 'duty-officer', 'registrar'])('%s uploads nothing', async (role) => {
    expect((await upload(gateway, await gateway.token(role), content)).statusCode).toBe(403)
  })
})
