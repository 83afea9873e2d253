import type { Title } from '@fireledger/domain'
import type { Command } from '@fireledger/event-store'
import { type EvidenceStore, mayBeSaid } from '@fireledger/evidence'
import { z } from 'zod'
import type { Principal } from '../policy.ts'
import { ProblemError } from '../problems.ts'
import type { Claims } from './claims.ts'

/** Looks at the files that a command says are in the store. @throws ProblemError `refused` */
export type RequireFiles = (command: Command, principal: Principal) => Promise<void>

/** What is not of this form is for the command's own schema to complain of. */
const withFile = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  file: z.object({ bytes: z.number(), mediaType: z.string() }),
})

/**
 * Evidence with a file is recorded only when the file is there, whole and as described: an event must not say so of
 * bytes that never came, or that somebody else sent.
 */
export function createFileCheck(evidence: EvidenceStore, claims: Claims): RequireFiles {
  return async ({ category, type, data }, principal) => {
    if (category.name !== 'assessment' || type !== 'RecordEvidence') return
    const named = withFile.safeParse(data)
    if (!named.success) return
    const { sha256, file } = named.data
    const stored = (await claims.mayName(principal, sha256)) ? await evidence.stat(sha256) : null
    if (!stored) {
      throw refused('evidence-file-missing', '/data/sha256', {
        zh: '证据库中没有您上传的该文件，请先 POST /v1/evidence 上传，再登记',
        en: 'the evidence store has no such file from you: upload it first, POST /v1/evidence',
      })
    }
    if (stored.bytes !== file.bytes) {
      throw refused('evidence-file-size-differs', '/data/file/bytes', {
        zh: `证据库中的文件为 ${stored.bytes} 字节`,
        en: `the file in the evidence store has ${stored.bytes} bytes`,
      })
    }
    if (!mayBeSaid(file.mediaType, stored.mediaType)) {
      throw refused('evidence-file-type-differs', '/data/file/mediaType', {
        zh: `证据库中的文件为 ${stored.mediaType}`,
        en: `the file in the evidence store is ${stored.mediaType}`,
      })
    }
  }
}

function refused(code: string, pointer: string, detail: Title): ProblemError {
  return new ProblemError('refused', detail, {
    code,
    legalBasis: ['O7:15', 'XF3005:7'],
    errors: [{ pointer, code, detail }],
  })
}
