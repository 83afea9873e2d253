import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import {
  assessmentId,
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
