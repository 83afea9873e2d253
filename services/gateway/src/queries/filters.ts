import { z } from 'zod'

/** A status, grade or code as the rows hold it. */
export const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,39}$/, 'expected a code')

/** `true` or `1` · `false` or `0`, as the rows hold it. */
export const flag = z
  .enum(['true', 'false', '0', '1'])
  .transform((said) => (said === 'true' || said === '1' ? 1 : 0))
