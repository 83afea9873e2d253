import { describe, expect, it } from 'vitest'
import { divisionName, divisionsWithin } from './divisions.ts'

describe('divisions within a division', () => {
  const namesWithin = (code: string | null) => divisionsWithin(code).map(divisionName)

  it('are the provinces of the country, the cities of a province, the counties of a city', () => {
    expect(namesWithin(null)).toHaveLength(34)
    expect(namesWithin('320000')).toContain('常州市')
    expect(namesWithin('320400')).toEqual(['天宁区', '钟楼区', '新北区', '武进区', '金坛区', '溧阳市'])
    expect(divisionsWithin('320402')).toEqual([])
  })

  it('leave out rows that name nothing, and show what stands under them', () => {
    expect(namesWithin('110000')).toContain('东城区')
    expect(namesWithin('460000')).toContain('五指山市')
    for (const province of divisionsWithin(null)) expect(namesWithin(province)).not.toContain('市辖区')
  })
})
