/** Why a live connection ended: the gateway's words, and those for what happens without it saying anything. */
const reasons = {
  1000: 'done',
  1008: 'misuse',
  1011: 'failed',
  1012: 'restart',
  1013: 'full',
  4000: 'silent',
  4001: 'token-expired',
  4002: 'unauthenticated',
  4004: 'future-cursor',
  4005: 'unresponsive',
  4008: 'slow-consumer',
} as const

export type CloseReason = (typeof reasons)[keyof typeof reasons] | 'unreachable'

/** The reason by the code of the close frame; without a frame (1006) by what was said before, or nothing came. */
export function closeReasonOf(code: number, said: string | null): CloseReason {
  const known = (reasons as Readonly<Record<number, CloseReason>>)[code]
  if (known) return known
  return Object.values<CloseReason>(reasons).find((reason) => reason === said) ?? 'unreachable'
}

/**
 * Whether trying again does not help: the reader has to sign in anew, the ledger is another one, or we misbehaved. An
 * expired token is no end where a new one can be had.
 */
export function isFinal(reason: CloseReason, renewable: boolean): boolean {
  if (reason === 'token-expired') return !renewable
  return ['unauthenticated', 'future-cursor', 'misuse'].includes(reason)
}
