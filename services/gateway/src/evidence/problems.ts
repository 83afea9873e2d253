import { declarableMediaTypes } from '@fireledger/evidence'
import { ProblemError } from '../problems.ts'

type StoreError = Error & {
  maxBytes?: number
  found?: string
  declared?: string | null
  sha256?: string
  bytes?: number
}

/** What the evidence store says, as a problem; any other error as it is. */
export function evidenceProblem(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { maxBytes = 0, found = '', declared = null, sha256 = '', bytes = 0 }: StoreError = error
  switch (error.name) {
    case 'EvidenceTooLargeError':
      return tooLarge(maxBytes)
    case 'EvidenceTypeError':
      return wrongType(found, declared)
    case 'EvidenceDigestError':
      return faulty('content-digest', 'digest', {
        zh: `收到内容的 SHA-256 为 ${sha256}，与摘要头不符，请重新上传`,
        en: `what arrived has the SHA-256 ${sha256}, not the one of the digest header: send it again`,
      })
    case 'EvidenceCutShortError':
      return faulty('content-length', 'length', {
        zh: `只收到 ${bytes} 字节，文件为空或未发完`,
        en: `${bytes} bytes arrived: the file is empty or was cut short`,
      })
    case 'EvidenceStoreFullError':
      return new ProblemError('storage-full', {
        zh: '证据库已满，未保存任何内容；请通知管理员，稍后重新上传',
        en: 'the evidence store is full and kept nothing: tell the administrator, send it again later',
      })
    case 'EvidenceStoreUnavailableError':
      return new ProblemError(
        'unavailable',
        {
          zh: '证据库暂不可用，未保存任何内容，请稍后重试',
          en: 'the evidence store is unavailable and kept nothing: try again',
        },
        { headers: { 'retry-after': '10' } },
      )
    case 'EvidenceMissingError':
      return fileNotHere()
    default:
      return error
  }
}

export function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(
    'body-too-large',
    { zh: `文件超过上限 ${maxBytes} 字节`, en: `the file has more than ${maxBytes} bytes` },
    { members: { maxBytes } },
  )
}

/** `found` null: the declared type alone is reason enough. */
export function wrongType(found: string | null, declared: string | null): ProblemError {
  const allowed = declarableMediaTypes
  const said = declared === null ? '' : `声明为 ${declared}，`
  const saidEn = declared === null ? '' : `declared as ${declared}; `
  const is = found === null ? '' : `内容为 ${found}，`
  const isEn = found === null ? '' : `the content is ${found}; `
  return new ProblemError(
    'media-type',
    {
      zh: `${said}${is}不能作为证据文件。请直接发送文件内容，类型为下列之一：${allowed.join('、')}；不确定时用 application/octet-stream`,
      en: `${saidEn}${isEn}not taken as evidence. Send the file itself as one of ${allowed.join(', ')}, or as application/octet-stream when in doubt`,
    },
    { code: 'evidence-type', members: { found, declared, allowed } },
  )
}

export function fileNotHere(): ProblemError {
  return new ProblemError(
    'not-found',
    {
      zh: '该文件已登记，但不在证据库中：由登记单位另行保存，或已丢失（见 fireledger verify）',
      en: 'the file is named, and not in the evidence store: it is held elsewhere, or lost (see fireledger verify)',
    },
    { code: 'evidence-file-missing' },
  )
}

export function faulty(pointer: string, code: string, detail: { zh: string; en: string }): ProblemError {
  return new ProblemError('invalid', detail, { errors: [{ pointer, code, detail }] })
}
