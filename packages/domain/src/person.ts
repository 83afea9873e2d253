import { z } from 'zod'
import { identityNumber } from './identifiers.ts'
import { text } from './values.ts'

/**
 * Personal data travel in one shape only, so that nothing personal can slip into the ledger unencrypted:
 * a command carries a `person`; the vault seals it under the subject's own key before any rule sees it;
 * events and states hold the `sealedPerson`. Destroying the key erases the person and leaves every proof valid.
 */

/** Identity numbers of 18 and of 15 digits, mobile and fixed telephone numbers, by their shape alone. */
const personalShapes = [
  /(?<![A-Za-z0-9])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])(?:86)?1[3-9]\d{9}(?![A-Za-z0-9])/,
  /^0\d{2,3}\d{7,8}$/,
]

/** Also when it is broken up, `138-0000-0000`, or stands behind a word, `person-13800000000`. */
function looksPersonal(id: string): boolean {
  const joined = id.replace(/(?<=\d)[:._-](?=\d)/g, '')
  return personalShapes.some((shape) => shape.test(id) || shape.test(joined))
}

/**
 * Whom a personal record is about; the name of the key that seals it. It stands in the ledger in clear and outlives the
 * key, so it must not say itself who the person is.
 */
export const subjectId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{2,79}$/, 'expected 3 to 80 letters, digits or : . _ -')
  .refine(
    (id) => !looksPersonal(id),
    'an identity or telephone number names the person; use a number of your own',
  )

/** Personal data in clear, as a command brings it. The identity number is checked by GB 11643. */
export const person = z
  .strictObject({
    subjectId,
    name: text(60),
    identityNumber: identityNumber.optional(),
    phone: z
      .string()
      .regex(/^\+?[0-9][0-9 -]{5,19}$/, 'expected a telephone number')
      .optional(),
  })
  .meta({
    personal: true,
    description: 'personal data; encrypted under the subject’s key before it is stored',
  })
export type Person = z.output<typeof person>

/** Personal data as they stand in the ledger. */
export const sealedPerson = z.strictObject({
  subjectId,
  sealed: z.string().max(4000).meta({ description: 'AES-256-GCM, base64url' }),
})
export type SealedPerson = z.output<typeof sealedPerson>

/** Personal data as a reader gets them: every field null when withheld, and why. */
export type OpenedPerson =
  | (Person & { readonly withheld?: undefined })
  | {
      readonly subjectId: string
      readonly name: null
      readonly identityNumber: null
      readonly phone: null
      readonly withheld: 'key-destroyed' | 'key-missing' | 'masked'
    }

/** A command's data after sealing: every person replaced by its sealed form, all else as it was. */
export type Sealed<T> = T extends Person
  ? SealedPerson
  : T extends readonly (infer Item)[]
    ? Sealed<Item>[]
    : T extends object
      ? { [Key in keyof T]: Sealed<T[Key]> }
      : T
