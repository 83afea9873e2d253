import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import {
  adopt,
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

const content = photo()
const sha256 = sha256Of(content)
const file = { bytes: content.length, mediaType: 'image/jpeg', name: '照片.jpg' }

describe('recording evidence with a file', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let assessor: string
  beforeEach(async () => {
    gateway = await givenGateway()
    assessor = await gateway.token('assessor')
    await engage(gateway)
  })
  afterEach(() => gateway.close())

  it('is accepted once the file is there', async () => {
    await upload(gateway, assessor, content)
    expect((await record(gateway, assessor, evidenceOf(sha256, file))).statusCode).toBe(200)
  })

  it('is accepted without a file, which is held elsewhere then', async () => {
    expect((await record(gateway, assessor, evidenceOf(sha256, null))).statusCode).toBe(200)
  })

  it.each([
    ['evidence-file-missing', '/data/sha256', sha256Of(photo(19)), file],
    ['evidence-file-size-differs', '/data/file/bytes', sha256, { ...file, bytes: 4999 }],
    ['evidence-file-type-differs', '/data/file/mediaType', sha256, { ...file, mediaType: 'image/png' }],
  ])('is refused with %s, which points at %s', async (code, pointer, hash, facts) => {
    await upload(gateway, assessor, content)
    const answer = await record(gateway, assessor, evidenceOf(hash, facts))
    expect(answer.statusCode).toBe(422)
    const { legalBasis, errors, ...problem } = answer.json()
    expect(problem).toMatchObject({ type: 'urn:fireledger:problem:refused', code })
    expect(errors).toMatchObject([{ pointer, code }])
    expect(legalBasis).not.toEqual([])
  })

  it('is refused to those who know the hash and never had the file', async () => {
    await upload(gateway, assessor, content)
    const other = '91320411MA1XLLKB82'
    const theirs = '01JD0000000000000000000399'
    await engage(gateway, theirs, other)
    const account = await gateway.token('institution', '320400', other)
    const refused = await record(gateway, account, evidenceOf(sha256, file), theirs)
    expect(refused.json()).toMatchObject({ status: 422, code: 'evidence-file-missing' })
    await upload(gateway, account, content)
    expect((await record(gateway, account, evidenceOf(sha256, file), theirs)).statusCode).toBe(200)
  })

  it('is open to a colleague who may see the file already', async () => {
    await upload(gateway, assessor, content)
    const first = await record(gateway, assessor, evidenceOf(sha256, file))
    const colleague = await gateway.token('institution', '320400', institution)
    const position = String(first.headers['fireledger-position'])
    await gateway.app.inject({
      url: `/v1/evidence/${sha256}`,
      headers: { authorization: colleague, 'fireledger-min-position': position },
    })
    const again = await record(gateway, colleague, evidenceOf(sha256, file, 2), assessmentId)
    expect(again.statusCode).toBe(200)
  })
})

describe('the gate of a stage whose process wants files', () => {
  const process = 'XF3005-EIGHT-3'
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let assessor: string
  beforeEach(async () => {
    gateway = await givenGateway()
    assessor = await gateway.token('assessor')
    await adopt(gateway, process)
    await engage(gateway, assessmentId, institution, `${process}@0`)
  })
  afterEach(() => gateway.close())

  /** What completing the first stage lacks of its first kind of evidence. */
  async function lacking(): Promise<{ code: string; en: string }[]> {
    const data = { stage: 'S1', completedBy: 'person-1' }
    const answer = await command(gateway, assessor, 'complete-stage', data)
    expect(answer.statusCode).toBe(422)
    const { errors } = answer.json() as { errors: { code: string; detail: { en: string } | string }[] }
    return errors
      .map(({ code, detail }) => ({ code, en: typeof detail === 'string' ? detail : detail.en }))
      .filter(({ en }) => en.includes('(request'))
  }
  const pathOf = (hash: string) =>
    join(gateway.directory, 'evidence', 'files', hash.slice(0, 2), hash.slice(2, 4), hash)

  it('does not take a hash for a file', async () => {
    expect((await record(gateway, assessor, evidenceOf(sha256, null))).statusCode).toBe(200)
    expect(await lacking()).toMatchObject([{ code: 'gate-evidence-file-missing' }])
  })

  it('takes a file that was sent, until it is gone or cut short in the store', async () => {
    await upload(gateway, assessor, content)
    await record(gateway, assessor, evidenceOf(sha256, file))
    expect(await lacking()).toEqual([])
    truncateSync(pathOf(sha256), 100)
    expect(await lacking()).toMatchObject([{ code: 'gate-evidence-file-missing' }])
    await upload(gateway, assessor, content)
    expect(await lacking()).toEqual([])
    rmSync(pathOf(sha256))
    const [told] = await lacking()
    expect(told?.en).toContain('is no longer in the evidence store; upload that very file again')
  })

  it('takes what is recorded as held elsewhere, with who keeps it and where', async () => {
    const heldElsewhere = { holder: '常州安信消防', place: '竹林西路19号档案室' }
    await record(gateway, assessor, { ...evidenceOf(sha256, null), heldElsewhere })
    expect(await lacking()).toEqual([])
    const files = await gateway.app.inject({
      url: `/v1/assessments/${assessmentId}/files`,
      headers: { authorization: assessor },
    })
    expect(files.json().items).toMatchObject([{ sha256, file: null, heldElsewhere, href: null }])
  })
})
