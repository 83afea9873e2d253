import type { Catalogue, CatalogueEvent } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from './client.ts'

/** Every category, event and command with titles, articles and schemas; changes only with a new gateway. */
export function useCatalogue() {
  return useQuery({
    queryKey: ['catalogue'],
    queryFn: ({ signal }) => client.catalogue({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function findEventType(catalogue: Catalogue, type: string): CatalogueEvent | undefined {
  return catalogue.categories.flatMap(({ events }) => events).find((event) => event.type === type)
}
