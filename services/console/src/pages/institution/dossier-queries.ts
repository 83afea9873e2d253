import type { BothLanguages } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import type { AsOf } from '../../parts/as-of-bar.tsx'
import { revealing, usePurpose } from '../../session/purpose.ts'

export type Outcome = {
  readonly code: string
  readonly met: boolean
  readonly required: string
  readonly found: string
}

export type InstitutionRecord = {
  readonly uscc: string
  readonly name: string
  readonly type: string
  readonly division: string
  readonly address: string
  readonly establishedOn: string | null
  readonly registeredOn: string | null
  readonly status: string | null
  readonly statusSince: string | null
  readonly suspendedUntil: string | null
  readonly rectifyBy: string | null
  readonly person?: unknown
  readonly details?: {
    readonly verified?: { readonly on: string; readonly outcomes: readonly Outcome[] } | null
  }
  readonly statuses?: readonly {
    readonly fromAt: string
    readonly toAt: string | null
    readonly status: string
  }[]
}

export type CreditLine = {
  readonly eventId: string
  readonly item: string
  readonly title: BothLanguages
  readonly points: number
  readonly counted: number
  readonly validUntil: string | null
  readonly legalBasis: readonly string[]
  readonly why: BothLanguages
}

/** An act that outweighs any score; it stands until it is lifted. */
export type CreditVeto = {
  readonly eventId: string
  readonly code: string
  readonly title: BothLanguages
  readonly effectiveOn: string
  readonly legalBasis: readonly string[]
  /** First day of a repair; null: never. */
  readonly liftableFrom: string | null
  readonly disputed?: true
}

/** What follows from a grade. */
export type Consequences = {
  /** Times the ordinary sampling ratio; null: so many inspections a year instead. */
  readonly samplingFactor: number | null
  readonly inspectionsPerYear: number | null
  readonly measures: readonly (BothLanguages & { readonly code: string | null })[]
}

export type CreditView = {
  readonly day: string
  readonly score: number | null
  readonly grade: string | null
  readonly rulebook: string | null
  readonly base?: number
  readonly disputed?: boolean
  readonly illustrative?: boolean
  readonly lines?: readonly CreditLine[]
  readonly vetoes?: readonly CreditVeto[]
  readonly consequences?: Consequences | null
  readonly warnings?: readonly { readonly kind: string; readonly message: BothLanguages }[]
  readonly nextChange?: {
    readonly on: string
    readonly score: number | null
    readonly grade: string | null
  } | null
}

export function useInstitution(uscc: string, clocks: AsOf) {
  const { purpose } = usePurpose()
  const query = { ...queryOf(clocks), ...revealing(purpose) }
  return useQuery({
    queryKey: ['figures', 'institution', uscc, query],
    queryFn: async ({ signal }) =>
      (await client.record<InstitutionRecord>('institutions', uscc, query, { signal })).data,
  })
}

export function useCredit(uscc: string, clocks: AsOf) {
  return useQuery({
    queryKey: ['figures', 'credit', uscc, clocks.asOf, clocks.asKnownAt],
    queryFn: ({ signal }) =>
      client.get<CreditView>(`/institutions/${uscc}/credit`, queryOf(clocks), { signal }),
  })
}

export function queryOf({ asOf, asKnownAt }: AsOf) {
  return { asOf, asKnownAt }
}
