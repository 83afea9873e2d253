import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../api/client.ts'
import { useDivisionLink } from '../shell/division.ts'

/** The name of a unit by its id, leading to its row: who served it, and when. */
export function UnitName({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: ['unit-name', id],
    queryFn: async ({ signal }) => String((await client.record('units', id, {}, { signal })).data.name),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const toDivision = useDivisionLink()
  return (
    <Link to={toDivision(`/units?row=${id}`)} title={id}>
      {data ?? <span className="mono">{id}</span>}
    </Link>
  )
}
