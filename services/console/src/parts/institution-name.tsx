import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../api/client.ts'
import { useDivisionLink } from '../shell/division.ts'

/** The name of an institution by its code, leading to its dossier; the code while the name is not known. */
export function InstitutionName({ uscc }: { uscc: string }) {
  const toDivision = useDivisionLink()
  const { data } = useQuery({
    queryKey: ['institution-name', uscc],
    queryFn: async ({ signal }) => {
      const { data: row } = await client.record('institutions', uscc, {}, { signal })
      return String(row.name)
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <Link to={toDivision(`/institutions/${uscc}`)} title={uscc}>
      {data ?? <span className="mono">{uscc}</span>}
    </Link>
  )
}
