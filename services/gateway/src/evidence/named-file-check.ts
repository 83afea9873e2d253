import type { Title } from '@fireledger/domain'
import type { Command, EventStore } from '@fireledger/event-store'
import { type EvidenceStore, mayBeSaid } from '@fireledger/evidence'
import { z } from 'zod'
import type { Principal } from '../policy.ts'
import { ProblemError } from '../problems.ts'
import type { Claims } from './claims.ts'
import { findLostFiles } from './lost-files.ts'
import { evidenceProblem } from './problems.ts'

/**
 * Looks into the store for a command that speaks of files, and gives it what its rules cannot see for themselves.
 * @throws ProblemError `refused`, `unavailable`
 */
export type RequireFiles = (command: Command, principal: Principal) => Promise<Command>

/** What is not of this form is for the command's own schema to complain of. */
const withFile = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  file: z.object({ bytes: z.number(), mediaType: z.string() }),
})

/**
 * Evidence with a file is recorded only when the file is there, whole and as described: an event must not say so of
 * bytes that never came, or that somebody else sent. A gate is told which files are gone again.
 */
export function createFileCheck(
  evidence: EvidenceStore,
  claims: Claims,
  ledger: Pick<EventStore, 'readStream'>,
): RequireFiles {
  const requireStored = createStoredCheck(evidence, claims)
  return async (command, principal) => {
    const { category, type, id } = command
    if (category.name !== 'assessment') return command
    if (type === 'RecordEvidence') await requireStored(command, principal)
    if (type !== 'CompleteStage' || !category.id.safeParse(id).success) return command
    try {
      return { ...command, lostFiles: await findLostFiles(evidence, ledger, category, id) }
    } catch (error) {
      throw evidenceProblem(error)
    }
  }
}

function createStoredCheck(evidence: EvidenceStore, claims: Claims) {
  return async ({ data }: Command, principal: Principal): Promise<void> => {
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
