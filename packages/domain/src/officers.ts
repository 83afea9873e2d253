import { z } from 'zod'

/** An officer's work number, e.g. `officer-3204-017`; a number, never a name. */
export const officerId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{2,59}$/, 'expected a work number such as officer-3204-017')
  .meta({ description: 'work number of an officer' })

/** Acts of enforcement need at least two officers (APL art. 42). */
export const officersMin = 2
