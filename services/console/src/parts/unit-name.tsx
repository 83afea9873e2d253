import { useQuery } from '@tanstack/react-query'
import { client } from '../api/client.ts'

/** The name of a unit by its id. */
export function UnitName({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: ['unit-name', id],
    queryFn: async ({ signal }) => String((await client.record('units', id, {}, { signal })).data.name),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return data === undefined ? <span className="mono">{id}</span> : <span title={id}>{data}</span>
}
