import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256OfText } from './sha256.ts'

describe('SHA-256', () => {
  it('has the values of FIPS 180-4', () => {
    expect(sha256OfText('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(sha256OfText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('is what the platform computes, for any text of any length', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 })
    fc.assert(
      fc.property(text, (value) => {
        expect(sha256OfText(value)).toBe(createHash('sha256').update(value, 'utf8').digest('hex'))
      }),
    )
    for (let length = 50; length < 70; length++) {
      const value = `信😀${'a'.repeat(length - 7)}`
      expect(sha256OfText(value)).toBe(createHash('sha256').update(value, 'utf8').digest('hex'))
    }
  })
})
