import type { Dashboard } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** Figures of a division; asked for again when events come. */
export function useFigures(division: string | null, query: Readonly<Record<string, string>>, enabled = true) {
  return useQuery({
    queryKey: ['figures', 'dashboard', division, query],
    queryFn: ({ signal }) => client.dashboard({ division, ...query }, { signal }),
    enabled,
    placeholderData: (before) => before,
  })
}

const openCases = ['filed', 'notified', 'decided']

/** Of some of the statuses that were counted. */
export function sumOf(counts: Readonly<Record<string, number>>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (counts[name] ?? 0), 0)
}

export function openCasesOf({ penaltyCases }: Dashboard): number {
  return sumOf(penaltyCases, openCases)
}
