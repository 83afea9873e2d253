import { z } from 'zod'
import { isDivision } from './divisions.ts'

/** Identifiers that others issue, checked by their own arithmetic, not only by their shape. */

const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** The check character of a unified social credit code from its first 17 characters (GB 32100-2015, 4.2.5). */
export function usccCheckCharacter(first17: string): string {
  const sum = usccWeights.reduce(
    (total, weight, index) => total + weight * usccAlphabet.indexOf(first17.charAt(index)),
    0,
  )
  return usccAlphabet.charAt((31 - (sum % 31)) % 31)
}

/** Unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters, the last one computed. */
export const uscc = z
  .string()
  .regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/, 'expected 18 characters: digits and capitals without I, O, S, V, Z')
  .refine(
    (code) => usccCheckCharacter(code.slice(0, 17)) === code.charAt(17),
    'check character is wrong (GB 32100)',
  )
  .meta({ description: 'unified social credit code, GB 32100-2015' })

const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** The check character of an identity number from its first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2). */
export function identityCheckCharacter(first17: string): string {
  const sum = identityWeights.reduce(
    (total, weight, index) => total + weight * Number(first17.charAt(index)),
    0,
  )
  return '10X98765432'.charAt(sum % 11)
}

function isRealDay(yyyymmdd: string): boolean {
  const day = `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6, 8)}`
  const at = Date.parse(`${day}T00:00:00.000Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) && day >= '1900-01-01'
}

/** Citizen identity number 公民身份号码 (GB 11643-1999): 17 digits and a check character, with a real birth date. */
export const identityNumber = z
  .string()
  .regex(/^[1-9][0-9]{16}[0-9X]$/, 'expected 17 digits and a digit or X')
  .refine((number) => isRealDay(number.slice(6, 14)), 'the birth date in it does not exist')
  .refine(
    (number) => identityCheckCharacter(number.slice(0, 17)) === number.charAt(17),
    'check character is wrong (GB 11643)',
  )

/**
 * Administrative division 行政区划代码 (GB/T 2260), six digits; `320400` is Changzhou, `320402` a district of it. Withdrawn codes
 * of the table are good too: a fact of 2020 bears the code of 2020.
 */
export const divisionCode = z
  .string()
  .regex(/^[1-9][0-9]{5}$/, 'expected six digits')
  .refine(isDivision, 'no division has this code (GB/T 2260)')
  .meta({ description: 'administrative division, GB/T 2260' })

/** Number of a registration certificate or an operator's certificate, as printed on it: capitals, digits and hyphens. */
export const registrationNumber = z
  .string()
  .regex(/^[0-9A-Z](-?[0-9A-Z]){5,29}$/, 'expected 6 to 30 digits or capitals, hyphens between them')

/**
 * The prefix that a division shares with all its subordinates: `320000` → `32`, `320400` → `3204`,
 * `320402` → `320402`.
 */
export function divisionPrefix(code: string): string {
  return code.replace(/(00){1,2}$/, '')
}

/** Whether `inner` is `outer` or lies within it. */
export function divisionContains(outer: string, inner: string): boolean {
  return inner.startsWith(divisionPrefix(outer))
}
