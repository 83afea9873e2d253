import {
  declarableMediaTypes,
  EvidenceAlteredError,
  EvidenceCutShortError,
  EvidenceDigestError,
  EvidenceMissingError,
  EvidenceStoreFullError,
  EvidenceStoreUnavailableError,
  EvidenceTooLargeError,
  EvidenceTypeError,
} from '@fireledger/evidence'
import { ProblemError } from '../problems.ts'

/** What the evidence store says, as a problem; any other error as it is. */
export function evidenceProblem(error: unknown): unknown {
  if (error instanceof EvidenceTooLargeError) return tooLarge(error.maxBytes)
  if (error instanceof EvidenceTypeError) return wrongType(error.found, error.declared)
  if (error instanceof EvidenceMissingError) return fileNotHere()
  if (error instanceof EvidenceAlteredError) return fileAltered()
  if (error instanceof EvidenceDigestError) {
    return faulty('content-digest', 'digest', {
      zh: `收到内容的 SHA-256 为 ${error.sha256}，与摘要头不符，请重新上传`,
      en: `what arrived has the SHA-256 ${error.sha256}, not the one of the digest header: send it again`,
    })
  }
  if (error instanceof EvidenceCutShortError) {
    return faulty('content-length', 'length', {
      zh: `只收到 ${error.bytes} 字节，文件为空或未发完`,
      en: `${error.bytes} bytes arrived: the file is empty or was cut short`,
    })
  }
  if (error instanceof EvidenceStoreFullError) {
    return new ProblemError('storage-full', {
      zh: '证据库已满，未保存任何内容；请通知管理员，稍后重新上传',
      en: 'the evidence store is full and kept nothing: tell the administrator, send it again later',
    })
  }
  if (error instanceof EvidenceStoreUnavailableError) {
    return new ProblemError(
      'unavailable',
      { zh: '证据库暂不可用，请稍后重试', en: 'the evidence store is unavailable: try again' },
      { headers: { 'retry-after': '10' } },
    )
  }
  return error
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

/** Nothing of it is given out: whoever asked would take it for the evidence. */
export function fileAltered(): ProblemError {
  return new ProblemError(
    'altered',
    {
      zh: '证据库中的该文件与登记的 SHA-256 不符，未予提供；请告知管理员运行 fireledger verify，并由登记单位重新上传原文件',
      en: 'the file in the evidence store no longer has the SHA-256 that was recorded, and is not given out: tell the administrator to run `fireledger verify`; uploading the original file again puts it right',
    },
    { code: 'evidence-altered' },
  )
}

export function faulty(pointer: string, code: string, detail: { zh: string; en: string }): ProblemError {
  return new ProblemError('invalid', detail, { errors: [{ pointer, code, detail }] })
}
