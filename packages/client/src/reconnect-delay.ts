const firstMs = 250
const longestMs = 15_000

/**
 * How long to wait before connecting again after so many failures in a row: doubles, never longer than 15 s, and half
 * of it by chance, so that a restarted gateway does not meet all its clients in the same moment.
 */
export function reconnectDelayMs(failures: number, chance: number = Math.random()): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10))
  return Math.round(most / 2 + (most / 2) * chance)
}
