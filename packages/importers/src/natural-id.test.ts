import { ulid } from '@fireledger/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naturalId } from './natural-id.ts'

describe('natural id', () => {
  it('has the shape of a ULID and depends on its parts alone', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
        expect(ulid.safeParse(naturalId(...parts)).success).toBe(true)
        expect(naturalId(...parts)).toBe(naturalId(...parts))
      }),
    )
  })

  it('tells apart what only looks alike when joined', () => {
    expect(naturalId('ab', 'c')).not.toBe(naturalId('a', 'bc'))
    expect(naturalId('a|b')).not.toBe(naturalId('a', 'b'))
  })

  it('is the same for ever: streams already in a ledger are found by it', () => {
    expect(naturalId('toronto-fire-inspections', 'unit', 'Kingston|Hotel & Motel')).toMatchInlineSnapshot(
      `"0QGT4D2CD2D2A5XKTZS5N0D79C"`,
    )
  })
})
