import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCell } from './cells.ts'
import type { CellKind } from './mapping.ts'

const read = (text: string, kind: CellKind, format?: string, offset = '+08:00') =>
  readCell(text, kind, { format, offset })

describe('cells', () => {
  it.each([
    ['2024-03-05', undefined, '2024-03-05'],
    ['2024/3/5', undefined, '2024-03-05'],
    ['2024.3.5', undefined, '2024-03-05'],
    ['2024年3月5日', undefined, '2024-03-05'],
    ['20240305', undefined, '2024-03-05'],
    ['05/03/2024', 'dd/MM/yyyy', '2024-03-05'],
    ['3/5/2024', 'M/d/yyyy', '2024-03-05'],
    ['2024-03-04T20:00:00Z', undefined, '2024-03-05'],
  ])('%s (%s) is the day %s', (text, format, day) => {
    expect(read(text, 'day', format)).toBe(day)
  })

  it.each(['05/03/2024', '2023-02-29', '2024-13-01', '45000', 'soon'])('%s is no day', (text) => {
    expect(() => read(text, 'day')).toThrow(/day/)
  })

  it.each([
    ['2024-03-05', '2024-03-04T16:00:00.000Z'],
    ['2024-03-05 09:30', '2024-03-05T01:30:00.000Z'],
    ['2024/3/5 9:30:15', '2024-03-05T01:30:15.000Z'],
    ['2011-10-11 13:45:40.276000+02:00', '2011-10-11T11:45:40.276Z'],
    ['2006-07-24T00:00:00Z', '2006-07-24T00:00:00.000Z'],
    ['2006-07-24T00:00:00+0530', '2006-07-23T18:30:00.000Z'],
  ])('%s is the moment %s', (text, moment) => {
    expect(read(text, 'instant')).toBe(moment)
  })

  it('reads a moment by its form and offset', () => {
    expect(read('05.03.2024 09:30', 'instant', 'dd.MM.yyyy HH:mm', '+01:00')).toBe('2024-03-05T08:30:00.000Z')
    expect(() => read('2024-03-05 24:30', 'instant')).toThrow(/time of day/)
  })

  it.each([
    ['36.0', 3600],
    ['36', 3600],
    ['0.07', 7],
    ['1,234.50', 123450],
    ['¥ 20000', 2000000],
    ['20000元', 2000000],
    ['71.500', 7150],
  ])('%s is %i fen', (text, fen) => {
    expect(read(text, 'fen')).toBe(fen)
  })

  it('reads every amount exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (fen) => {
        expect(read((fen / 100).toFixed(2), 'fen')).toBe(fen)
      }),
    )
  })

  it.each([
    ['1.005', 'fen'],
    ['-5', 'fen'],
    ['1,23', 'fen'],
    ['twelve', 'number'],
    ['1e3', 'number'],
    ['1.5', 'integer'],
    ['maybe', 'boolean'],
  ] as const)('%s is no %s', (text, kind) => {
    expect(() => read(text, kind)).toThrow(/expected/)
  })

  it('knows yes and no in both languages', () => {
    expect(['是', 'Yes', '1', 'true'].map((text) => read(text, 'boolean'))).toEqual([true, true, true, true])
    expect(['否', 'No', '0', 'false'].map((text) => read(text, 'boolean'))).toEqual(Array(4).fill(false))
  })
})
