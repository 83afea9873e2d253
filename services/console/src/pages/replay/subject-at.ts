import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { endOf, type Moment } from './moments.ts'

export type CreditAt = {
  readonly score: number | null
  readonly grade: string | null
  readonly rulebook: string | null
  readonly illustrative: boolean
  readonly nextChange: { readonly on: string; readonly grade: string } | null
}

export type SubjectAt = {
  /** The register's row; null: not registered yet. */
  readonly row: Readonly<Record<string, unknown>> | null
  readonly credit: CreditAt | null
}

/** Register row and credit as of a moment, as known at another; nothing is asked of a time before it was registered. */
export function useSubjectAt(uscc: string, moment: Moment, isRegistered: boolean) {
  return useQuery({
    queryKey: ['subject-at', uscc, moment, isRegistered],
    queryFn: ({ signal }): Promise<SubjectAt> | SubjectAt =>
      isRegistered ? readSubjectAt(uscc, moment, signal) : { row: null, credit: null },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
}

async function readSubjectAt(uscc: string, { asOf, known }: Moment, signal: AbortSignal): Promise<SubjectAt> {
  const at = { asKnownAt: endOf(known) }
  const [{ data: row }, credit] = await Promise.all([
    client.record('institutions', uscc, { ...at, asOf: endOf(asOf) }, { signal }),
    client.get<CreditAt>(`/institutions/${uscc}/credit`, { ...at, asOf }, { signal }),
  ])
  return { row, credit }
}
