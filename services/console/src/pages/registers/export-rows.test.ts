import { describe, expect, it } from 'vitest'
import { toCsv } from './export-rows.ts'

describe('a register as CSV', () => {
  it('quotes what needs it, says that it is UTF-8, and lets no cell be a formula', () => {
    expect(
      toCsv([
        ['名称', '金额'],
        ['甲,"乙"', '-12.50'],
        ['=1+1', '@cmd'],
      ]),
    ).toBe('\ufeff名称,金额\r\n"甲,""乙""",-12.50\r\n\'=1+1,\'@cmd\r\n')
  })
})
