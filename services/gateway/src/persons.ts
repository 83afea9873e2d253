import type { OpenedPerson, SealedPerson } from '@fireledger/domain'
import { mask } from '@fireledger/vault'

/** Finds persons in whatever is about to be answered: sealed ones in events, opened ones in rows. */

type Replace = {
  sealed(person: SealedPerson): OpenedPerson
  opened(person: OpenedPerson): OpenedPerson
}

export function replacePersons(value: unknown, replace: Replace): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => replacePersons(item, replace))
  if ('subjectId' in value && 'sealed' in value) return replace.sealed(value as SealedPerson)
  if ('subjectId' in value && 'name' in value) return replace.opened(value as OpenedPerson)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replacePersons(inner, replace)]),
  )
}

/** Every person withheld. An erased person stays recognisable as erased. */
export function maskPersons(value: unknown): unknown {
  return replacePersons(value, {
    sealed: mask,
    opened: (person) => (person.withheld === undefined ? mask(person) : person),
  })
}
