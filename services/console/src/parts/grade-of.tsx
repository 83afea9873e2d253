import { useQuery } from '@tanstack/react-query'
import { client } from '../api/client.ts'
import { GradeBadge } from './grade-badge.tsx'

/** The grade of an institution today. */
export function GradeOf({ uscc, large = false }: { uscc: string; large?: boolean }) {
  const { data, isPending } = useQuery({
    queryKey: ['figures', 'grade', uscc],
    queryFn: ({ signal }) =>
      client.get<{ grade: string | null; illustrative?: boolean }>(
        `/institutions/${uscc}/credit`,
        {},
        { signal },
      ),
    staleTime: 60_000,
  })
  if (isPending) return <span aria-busy="true">…</span>
  return <GradeBadge grade={data?.grade ?? null} large={large} illustrative={data?.illustrative} />
}
