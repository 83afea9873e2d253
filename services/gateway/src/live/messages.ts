import { z } from 'zod'
import { cursor, wish } from './wish.ts'

/** What a client may say on `/v1/live`; subprotocol `fireledger.v1+json`. */
export const subprotocol = 'fireledger.v1+json'

export const clientMessage = z.discriminatedUnion('type', [
  /** Who speaks; not needed when the Authorization header says so, or when public events are enough. */
  z.strictObject({ type: z.literal('hello'), token: z.string().max(8192).optional() }),
  /** Without `after` only what comes from now on. */
  z.strictObject({ type: z.literal('subscribe'), after: cursor.optional(), ...wish.shape }),
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({ type: z.literal('pong') }),
])
export type ClientMessage = z.output<typeof clientMessage>
