import { createHash } from 'node:crypto'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * An identifier in the shape of a ULID, from what names the thing in the world: the same parts give the same id on
 * every machine, so that a file imported twice meets its own streams. The parts must not be personal data, which a
 * hash does not hide.
 */
export function naturalId(...parts: readonly string[]): string {
  // Lengths keep ['ab', 'c'] and ['a', 'bc'] apart.
  const hash = createHash('sha256').update(parts.map((part) => `${part.length}:${part}`).join(''))
  let bits = BigInt(`0x${hash.digest('hex').slice(0, 32)}`)
  let id = ''
  for (let place = 0; place < 26; place++) {
    id = crockford.charAt(Number(bits & 31n)) + id
    bits >>= 5n
  }
  return id
}
