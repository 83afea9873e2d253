import type { LocalDate, Person } from '@fireledger/domain'
import { givenNames, middleCharacters, surnames } from './data/people-names.ts'
import { identityNumberOf, phoneOf } from './identifiers.ts'
import type { World } from './world.ts'

/**
 * A natural person, made anew from the name of the record whenever one is needed: the story keeps nobody in memory.
 * `age` in years on 1 January 2024.
 */
export function personOf(
  world: World,
  subjectId: string,
  [youngest, oldest]: readonly [number, number],
): Person {
  const random = world.random('person', subjectId)
  const sex = random.chance(0.74) ? 'male' : 'female'
  const given = random.pick(givenNames[sex])
  const middle = random.chance(0.72) ? random.pick(middleCharacters) : ''
  const pad = (value: number) => String(value).padStart(2, '0')
  const birthday: LocalDate = `${2023 - random.int(youngest, oldest)}-${pad(random.int(1, 12))}-${pad(random.int(1, 28))}`
  return {
    subjectId,
    name: `${random.pick(surnames)}${middle === given ? '' : middle}${given}`,
    identityNumber: identityNumberOf(birthday, sex, random),
    phone: phoneOf(random),
  }
}
