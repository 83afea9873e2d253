import { ProblemError } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import type { Act } from './commands.ts'
import { emptyGroup, fieldsOf, missingIn } from './fields.ts'
import { newUlid } from './new-id.ts'
import { useSubmission, type Written } from './submission.ts'

/** Ids of these are not made up. */
const namedByPeople = ['institution', 'creditAccount', 'rulebook', 'assessmentProcess', 'subjectKey']

const uscc = /^[0-9A-Z]{18}$/
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/

/** Whether it can be an id of that category; a word of a name that is looked for is no record yet. */
function isWholeId(category: string, id: string): boolean {
  if (category === 'institution' || category === 'creditAccount') return uscc.test(id) || ulid.test(id)
  return namedByPeople.includes(category) ? /^[\w.-]{4,}$/.test(id) : ulid.test(id)
}

/** One act while it is written: what stands in its form, what is missing, and its sending. */
export function useWriting(act: Act, about: string | null) {
  const { command, category } = act
  const fields = fieldsOf(command.data)
  const makesId = command.opens && !namedByPeople.includes(category.name)
  const begin = (id: string) => ({
    id,
    data: emptyGroup(fields),
    effectiveAt: undefined,
    key: crypto.randomUUID(),
  })
  const [written, setWritten] = useState<Omit<Written, 'tag'>>(() =>
    begin(about ?? (makesId ? newUlid() : '')),
  )
  const [missing, setMissing] = useState<readonly string[]>([])
  const submission = useSubmission(act)
  const id = written.id.trim()
  const stream = `${category.name}-${id}`
  const seen = useRevision(stream, !command.opens && isWholeId(category.name, id))

  return {
    written,
    fields,
    makesId,
    missing,
    submission,
    id,
    stream,
    /** Revision of the record when the writing began; null: there is none to be seen, whatever it is. */
    seen: seen.data ?? null,
    /** Not known yet: what is sent now would go over what someone else wrote. */
    isLooking: seen.isFetching,
    /** Why the record could not be looked at. */
    lookFault: seen.isError && !seen.isFetching ? seen.error : null,
    lookAgain: () => void seen.refetch(),
    change(next: Partial<Written>) {
      submission.reset()
      setMissing([])
      // Another content is another request.
      setWritten({ ...written, ...next, key: crypto.randomUUID() })
    },
    /** Sends it as made on that revision of the record, unless something is missing. */
    send(revision: number | null) {
      const found = [...(id === '' ? ['/id'] : []), ...missingIn(fields, written.data, '/data')]
      setMissing(found)
      const tag = revision === null ? null : `"${revision}"`
      if (found.length === 0) submission.mutate({ ...written, id, tag })
    },
    beginAgain() {
      submission.reset()
      setWritten(begin(makesId ? newUlid() : command.opens ? '' : written.id))
    },
  }
}
export type Writing = ReturnType<typeof useWriting>

/** The revision of a stream when its act was begun; it is not asked for again while one writes. */
function useRevision(stream: string, enabled: boolean) {
  return useQuery({
    queryKey: ['tag', stream],
    queryFn: async ({ signal }) => {
      try {
        return (await client.stream(stream, { limit: 1, order: 'desc' }, { signal })).revision
      } catch (error) {
        // What the reader does not see has no revision to name; the gateway says so when the act is sent.
        if (error instanceof ProblemError && ['not-found', 'forbidden', 'invalid'].includes(error.kind))
          return null
        throw error
      }
    },
    enabled,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}
