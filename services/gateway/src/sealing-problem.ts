import { SubjectKeyDestroyedError, VaultUnavailableError } from '@fireledger/vault'
import { ProblemError } from './problems.ts'

/** What the vault refuses, as an answer; null for any other error. */
export function sealingProblem(error: unknown): ProblemError | null {
  if (error instanceof SubjectKeyDestroyedError) {
    return new ProblemError(
      'refused',
      {
        zh: '该主体的个人信息已依法删除，不能以原主体标识再次录入',
        en: 'the personal data of this subject were erased and cannot be recorded under the same subject id again',
      },
      { code: 'subject-erased', legalBasis: ['PIPL:47'] },
    )
  }
  if (error instanceof VaultUnavailableError) {
    return new ProblemError('unavailable', { zh: '密钥库暂不可用', en: 'the key vault is unavailable' })
  }
  return null
}
