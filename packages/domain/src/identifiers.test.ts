import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divisionFullName, divisionName } from './divisions.ts'
import {
  divisionCode,
  divisionContains,
  divisionPrefix,
  identityCheckCharacter,
  identityNumber,
  registrationNumber,
  uscc,
  usccCheckCharacter,
} from './identifiers.ts'

const good = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success

describe('unified social credit code', () => {
  it.each(['91350100M000100Y43', '9144030071526726XG', '914403001922038216'])('takes %s', (code) => {
    expect(good(uscc, code)).toBe(true)
  })

  it('refuses a wrong check character, letters that the standard leaves out, and other lengths', () => {
    for (const code of ['91350100M000100Y44', '91350100I000100Y43', '91350100M000100Y4', '']) {
      expect(good(uscc, code)).toBe(false)
    }
  })

  it('notices any single character that is misread', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
    const code = fc
      .array(fc.constantFrom(...alphabet), { minLength: 17, maxLength: 17 })
      .map((characters) => characters.join(''))
      .map((first17) => first17 + usccCheckCharacter(first17))
    fc.assert(
      fc.property(code, fc.nat(17), fc.constantFrom(...alphabet), (whole, at, other) => {
        fc.pre(whole.charAt(at) !== other)
        expect(good(uscc, whole)).toBe(true)
        expect(good(uscc, whole.slice(0, at) + other + whole.slice(at + 1))).toBe(false)
      }),
    )
  })
})

describe('identity number', () => {
  it('takes the example of the standard', () => {
    expect(good(identityNumber, '11010519491231002X')).toBe(true)
  })

  it('refuses a wrong check character and a birth date that never was', () => {
    expect(good(identityNumber, '110105194912310021')).toBe(false)
    const first17 = '11010519490231002'
    expect(good(identityNumber, first17 + identityCheckCharacter(first17))).toBe(false)
  })
})

describe('administrative division', () => {
  it.each([
    ['320000', '江苏省'],
    ['320400', '江苏省常州市'],
    ['320402', '江苏省常州市天宁区'],
    ['110105', '北京市朝阳区'],
    ['429004', '湖北省仙桃市'],
  ])('%s is %s', (code, name) => {
    expect(good(divisionCode, code)).toBe(true)
    expect(divisionFullName(code)).toBe(name)
  })

  it('takes a withdrawn code, with its name of then', () => {
    expect(good(divisionCode, '330103')).toBe(true)
    expect(divisionName('330103')).toBe('下城区')
  })

  it('refuses a code that no division has, however well it is shaped', () => {
    for (const code of ['320499', '990000', '100000', '32040', '3204020', '']) {
      expect(good(divisionCode, code)).toBe(false)
      expect(divisionName(code)).toBeNull()
    }
  })

  it('contains its subordinates and itself, nothing else', () => {
    expect(divisionPrefix('131000')).toBe('1310')
    expect(divisionContains('320000', '320402')).toBe(true)
    expect(divisionContains('320400', '320402')).toBe(true)
    expect(divisionContains('320402', '320402')).toBe(true)
    expect(divisionContains('320402', '320400')).toBe(false)
    expect(divisionContains('320400', '320500')).toBe(false)
    expect(divisionContains('131000', '130100')).toBe(false)
  })
})

describe('registration number', () => {
  it('takes digits and capitals with single hyphens', () => {
    for (const number of ['1320190001234', 'JS-2024-000123', '1904003008400001']) {
      expect(good(registrationNumber, number)).toBe(true)
    }
  })

  it('refuses other characters, doubled hyphens and short ones', () => {
    for (const number of [
      '12345',
      'JS--20240001',
      '-JS20240001',
      'js20240001',
      '注册20240001',
      'A'.repeat(40),
    ]) {
      expect(good(registrationNumber, number)).toBe(false)
    }
  })
})
