import { useSearchParams } from 'react-router'
import type { Moment } from './moments.ts'

const day = /^\d{4}-\d{2}-\d{2}$/

/** Subject and moment of the replay; they are the address, so that a link shows the same. */
export function useReplayAddress() {
  const [parameters, setParameters] = useSearchParams()
  const read = (name: string) => {
    const value = parameters.get(name)
    return value !== null && day.test(value) ? value : null
  }
  return {
    subject: parameters.get('subject'),
    asOf: read('asOf'),
    known: read('asKnownAt'),
    choose(subject: string | null) {
      setParameters((before) => {
        const after = new URLSearchParams(before)
        for (const name of ['asOf', 'asKnownAt']) after.delete(name)
        if (subject === null) after.delete('subject')
        else after.set('subject', subject)
        return after
      })
    },
    move({ asOf, known }: Moment) {
      // Each step of a replay would otherwise be a page to go back through.
      setParameters(
        (before) => {
          const after = new URLSearchParams(before)
          after.set('asOf', asOf)
          after.set('asKnownAt', known)
          return after
        },
        { replace: true },
      )
    },
  }
}
