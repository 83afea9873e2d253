import { ProblemError } from '@fireledger/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import type { Act } from './commands.ts'

export type Written = {
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
  readonly effectiveAt: string | undefined
  /** The tag of the record when the writing began; null: whatever it is now. */
  readonly tag: string | null
  /** One for one writing: sent twice, it is done once. */
  readonly key: string
}

/** Sends an act; what it changes is read anew. */
export function useSubmission(act: Act) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, data, effectiveAt, tag, key }: Written) =>
      await client.command({
        path: act.path,
        id,
        command: act.name,
        data,
        idempotencyKey: key,
        ifMatch: act.command.opens && act.category.name !== 'creditAccount' ? 'none' : tag,
        ...(effectiveAt === undefined ? {} : { effectiveAt }),
      }),
    onSuccess: () => queries.invalidateQueries(),
  })
}

/** What is wrong with which field, by JSON Pointer; empty when no field is to blame. */
export function faultsOf(error: unknown): Map<string, string> {
  if (!(error instanceof ProblemError)) return new Map()
  return new Map((error.problem.errors ?? []).map(({ pointer, detail }) => [pointer, detail]))
}

export function isConflict(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.kind === 'stale'
}
