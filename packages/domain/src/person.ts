import { z } from 'zod'
import { identityNumber } from './identifiers.ts'
import { text } from './values.ts'

/**
 * Personal data travel in one shape only, so that nothing personal can slip into the ledger unencrypted:
 * a command carries a `person`; the vault seals it under the subject's own key before any rule sees it;
 * events and states hold the `sealedPerson`. Destroying the key erases the person and leaves every proof valid.
 */

/** Whom a personal record is about; the name of the key that seals it. */
export const subjectId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{2,79}$/, 'expected 3 to 80 letters, digits or : . _ -')

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
