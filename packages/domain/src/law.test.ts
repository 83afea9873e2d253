import { describe, expect, it } from 'vitest'
import { citeLaw } from './law.ts'

describe('a citation', () => {
  it('names instrument and article in both languages', () => {
    expect(citeLaw('O7:26')).toEqual({
      zh: '社会消防技术服务管理规定（应急管理部令第7号）第26条',
      en: 'Fire technical services rule (MEM Order 7), art. 26',
    })
  })

  it('of an instrument as a whole names no article, where none is confirmed', () => {
    expect(citeLaw('N36:')).toEqual({
      zh: '信用修复管理办法（发改委令第36号）',
      en: 'Credit repair measures (NDRC Order 36)',
    })
  })

  it('of an instrument that is not listed, as a city’s rulebook may have it, is shown as it is written', () => {
    expect(citeLaw('京消规〔2022〕1号:8')).toEqual({ zh: '京消规〔2022〕1号:8', en: '京消规〔2022〕1号:8' })
    expect(citeLaw('O99:1').zh).toBe('O99:1')
    expect(citeLaw('toString:1').zh).toBe('toString:1')
  })
})
