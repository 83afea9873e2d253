import { identityNumber, person, ulid, uscc } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { digestOf, identityNumberOf, phoneOf, ulidOf, usccOf } from './identifiers.ts'
import { randomOf } from './random.ts'

describe('identifiers of the story', () => {
  it('pass the check digit of GB 32100 and never collide', () => {
    const codes = Array.from({ length: 3000 }, (_, serial) => usccOf('320411', serial))
    for (const code of codes) expect(uscc.parse(code)).toBe(code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('carry the birth day and the sex, pass GB 11643, and are of no division that exists', () => {
    const random = randomOf('identity')
    for (let turn = 0; turn < 500; turn++) {
      const number = identityNumberOf('1988-02-29', turn % 2 ? 'male' : 'female', random)
      expect(identityNumber.parse(number)).toBe(number)
      expect(number.slice(6, 14)).toBe('19880229')
      expect(Number(number.charAt(16)) % 2).toBe(turn % 2)
      expect(number).toMatch(/^32049/)
    }
  })

  it('are ULIDs of their moment', () => {
    const random = randomOf('ulid')
    const earlier = ulidOf('2024-05-06T01:00:00.000Z', random)
    const later = ulidOf('2024-05-06T01:00:00.001Z', random)
    expect(ulid.parse(earlier)).toBe(earlier)
    expect(earlier < later).toBe(true)
  })

  it('ring nobody, and stand for files that do not exist', () => {
    const random = randomOf('phone')
    const phone = phoneOf(random)
    expect(phone).toMatch(/^1000\d{7}$/)
    expect(person.safeParse({ subjectId: 'person-1', name: '王建国', phone }).success).toBe(true)
    expect(digestOf(random)).toMatch(/^[0-9a-f]{64}$/)
  })
})
