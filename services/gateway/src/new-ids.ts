import { webcrypto } from 'node:crypto'
import { monotonicFactory } from 'ulid'

/** Random words asked for at once: each question to the system costs as much as a hundred words. */
const wordsAtOnce = 1024

/** Fresh ULIDs, each after the one before it. */
export function createNewId(): () => string {
  const words = new Uint32Array(wordsAtOnce)
  let next = words.length
  const ulid = monotonicFactory(() => {
    if (next === words.length) {
      webcrypto.getRandomValues(words)
      next = 0
    }
    // Below one, as the factory wants it; a word has more bits than the five of a character.
    return (words[next++] ?? 0) / 2 ** 32
  })
  return () => ulid()
}
