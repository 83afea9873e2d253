import type { ByteRange } from '@fireledger/evidence'

/**
 * What a `Range` header asks of a content of so many bytes (RFC 9110, 14): `whole` when there is none, or none that has
 * to be followed (several ranges, another unit, no valid one); `beyond` when it asks for nothing that is there.
 */
export function rangeIn(header: string | undefined, bytes: number): ByteRange | 'whole' | 'beyond' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), bytes)
    return length === 0 ? 'beyond' : { first: bytes - length, last: bytes - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return 'whole'
  if (Number(first) >= bytes) return 'beyond'
  return { first: Number(first), last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
}
