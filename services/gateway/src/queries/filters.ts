import { z } from 'zod'

/** A status, grade or code as the rows hold it. */
export const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,39}$/, 'expected a code')
