/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8, as lower-case hex. Pure, so that a rule may state a digest and a browser
 * check it; for anything large the platform's own is faster.
 */
export function sha256OfText(text: string): string {
  const message = padded(utf8(text))
  const hash = Uint32Array.from(initialHash)
  const schedule = new Uint32Array(64)
  for (let at = 0; at < message.length; at += 64) compress(message.subarray(at, at + 64), hash, schedule)
  return [...hash].map((word) => word.toString(16).padStart(8, '0')).join('')
}

/** The first 32 bits of the fractional parts of a root of the first primes: square roots for the hash, cube roots for the rounds. */
function fractionBits(count: number, root: (n: number) => number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32))
}

const initialHash = fractionBits(8, Math.sqrt)
const rounds = fractionBits(64, Math.cbrt)

function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      )
  }
  return bytes
}

/** A one bit, zeros, and the length in bits as 64-bit big-endian number, to whole blocks of 64 bytes. */
function padded(bytes: readonly number[]): Uint8Array {
  const blocks = Math.ceil((bytes.length + 9) / 64)
  const message = new Uint8Array(blocks * 64)
  message.set(bytes)
  message[bytes.length] = 0x80
  const view = new DataView(message.buffer)
  view.setUint32(message.length - 8, Math.floor((bytes.length * 8) / 2 ** 32))
  view.setUint32(message.length - 4, (bytes.length * 8) % 2 ** 32)
  return message
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function compress(block: Uint8Array, hash: Uint32Array, schedule: Uint32Array): void {
  const view = new DataView(block.buffer, block.byteOffset, 64)
  const word = (index: number) => schedule[index] ?? 0
  for (let t = 0; t < 16; t++) schedule[t] = view.getUint32(t * 4)
  for (let t = 16; t < 64; t++) {
    const early = word(t - 15)
    const late = word(t - 2)
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    schedule[t] = word(t - 16) + s0 + word(t - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + s1 + choice + (rounds[t] ?? 0) + word(t)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + s0 + majority) | 0
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) hash[index] = (hash[index] ?? 0) + value
}
