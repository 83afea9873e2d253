/** Crockford's base 32. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID: 48 bits of the time in milliseconds, then 80 random bits, as 26 characters. */
export function newUlid(nowMs: number = Date.now()): string {
  let time = ''
  for (let rest = nowMs, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) {
    time = alphabet.charAt(rest % 32) + time
  }
  const random = crypto.getRandomValues(new Uint8Array(16))
  return time + Array.from(random, (byte) => alphabet.charAt(byte % 32)).join('')
}
