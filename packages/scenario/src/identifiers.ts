import { type Instant, identityCheckCharacter, type LocalDate, usccCheckCharacter } from '@fireledger/domain'
import type { Random } from './random.ts'

/** Identifiers that pass every arithmetic check and belong to nobody. */

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID of that moment whose random part comes from the source. */
export function ulidOf(at: Instant, random: Random): string {
  let time = Date.parse(at)
  let head = ''
  for (let digit = 0; digit < 10; digit++) {
    head = crockford.charAt(time % 32) + head
    time = Math.floor(time / 32)
  }
  return head + random.text(crockford, 16)
}

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The check character of an organisation code from its first 8 characters (GB 11714-1997). */
function organisationCheckCharacter(first8: string): string {
  const sum = organisationWeights.reduce(
    (total, weight, index) => total + weight * organisationAlphabet.indexOf(first8.charAt(index)),
    0,
  )
  return '0123456789X0'.charAt(11 - (sum % 11))
}

/**
 * A unified social credit code: enterprise (91) of that division. The organisation code of every one begins with MAY0,
 * so that the made-up can be told, and ends with the serial number, so that no two are the same.
 */
export function usccOf(division: string, serial: number): string {
  const digits = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  let rest = serial
  let tail = ''
  for (let place = 0; place < 4; place++) {
    tail = digits.charAt(rest % digits.length) + tail
    rest = Math.floor(rest / digits.length)
  }
  const organisation = `MAY0${tail}`
  const check = organisationCheckCharacter(organisation)
  const first17 = `91${division}${organisation}${check}`
  return first17 + usccCheckCharacter(first17)
}

/** Divisions that GB/T 2260 has never assigned: such a number passes every check and is nobody's. */
const nobodysDivisions = ['320499', '320498', '320497', '320496']

/** An identity number with the birth day and sex in it, of a division that does not exist. */
export function identityNumberOf(birthday: LocalDate, sex: 'male' | 'female', random: Random): string {
  const order = random.int(0, 499) * 2 + (sex === 'male' ? 1 : 0)
  const first17 =
    random.pick(nobodysDivisions) + birthday.replaceAll('-', '') + String(order).padStart(3, '0')
  return first17 + identityCheckCharacter(first17)
}

/** Eleven digits in the form of a mobile number; no Chinese number begins with 1000, so nobody's telephone rings. */
export function phoneOf(random: Random): string {
  return `1000${random.text('0123456789', 7)}`
}

/** Stands for the digest of a document that exists only in the story. */
export function digestOf(random: Random): string {
  return random.text('0123456789abcdef', 64)
}
