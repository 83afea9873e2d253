import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { PersonOf } from '../../parts/person-of.tsx'
import type { Look as LookAt, Trail } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'

/** Opens what something rests on, and what rests on it; what is open already is no link. */
export function Look({ at, children }: { at: LookAt; children: ReactNode }) {
  const [parameters, setParameters] = useSearchParams()
  const here = parameters.get('look')
  if (here === at) return <strong>{children}</strong>
  const look = () =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before)
        after.set('look', at)
        return after
      },
      { state: { looked: here } },
    )
  return (
    <button type="button" className="link" onClick={look}>
      {children}
    </button>
  )
}

/** Somebody in an assessment: the roles there, and who it is; leads to all that hangs on that person. */
export function Member({ trail, id }: { trail: Trail; id: string | null }) {
  const words = useTrailWords(trail)
  if (id === null) return null
  const person = trail.persons.find((one) => one.id === id)
  const roles = person?.roles.map(words.role).join('、') ?? ''
  const isNamed = /^[0-9A-Z]{26}$|^officer-/.test(id)
  const who = (
    <>
      {isNamed && `${roles} `}
      <PersonOf id={id} plain institution={trail.institution} otherwise={roles} />
    </>
  )
  return <span className="member">{person ? <Look at={`person:${id}`}>{who}</Look> : who}</span>
}

/** An instrument by what it is called on its calibrations. */
export function Instrument({ trail, id }: { trail: Trail; id: string }) {
  const t = useAssessmentTexts()
  const name = trail.instruments.find((one) => one.id === id)?.calibrations.at(-1)?.name
  return <Look at={`instrument:${id}`}>{t('instrument', { id: name ? `${name} ${id}` : id })}</Look>
}
