import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as xlsx from '@e965/xlsx'
import { institution, unit, usccCheckCharacter } from '@fireledger/domain'
import { createMemoryEventStore, decodeEvent, type EventStore, loadStream } from '@fireledger/event-store'
import { afterAll, describe, expect, it } from 'vitest'
import { type ImportOptions, importFile } from './import-file.ts'
import { parseMapping } from './mapping.ts'
import { naturalId } from './natural-id.ts'
import { loadMapping, shippedMappings } from './shipped.ts'

const folder = mkdtempSync(join(tmpdir(), 'fireledger-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rejectsPath = join(folder, 'rejects.csv')
let files = 0

function write(content: string | Uint8Array, ending = 'csv'): string {
  const path = join(folder, `${files++}.${ending}`)
  writeFileSync(path, content)
  return path
}

/** Seals as the vault does: same person, same bytes. */
function seal(_schema: unknown, data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), (_key, value) =>
    value && typeof value === 'object' && 'subjectId' in value
      ? { subjectId: value.subjectId, sealed: Buffer.from(JSON.stringify(value)).toString('base64url') }
      : value,
  )
}

function load(
  ledger: EventStore,
  what: ImportOptions['what'],
  file: string,
  more: Partial<ImportOptions> = {},
) {
  const now = () => '2026-03-02T04:00:00.000Z'
  return importFile({ what, file, mapping: loadMapping(what), ledger, now, seal, rejectsPath, ...more })
}

const rejects = () => readFileSync(rejectsPath, 'utf8').replace('\uFEFF', '').trim().split('\n').slice(1)

async function allEvents(ledger: EventStore) {
  const events = []
  for await (const page of ledger.readAll()) events.push(...page.map(decodeEvent))
  return events
}

const headings = '单位名称,单位地址,单位类型,建筑面积,行政区划代码,联系人,登记日期,重点单位'
const units = [
  headings,
  '天宁购物中心,常州市天宁区延陵西路1号,商业综合体,"52,000",320402,王建国,2019年5月6日,是',
  '红梅小学,常州市天宁区红梅西路2号,学校,8000,320402,,2020/9/1,否',
]
const mall = naturalId('fireledger-tables', 'unit', '天宁购物中心|常州市天宁区延陵西路1号')

describe('importing a table', () => {
  it('records each row at its own date, known since now', async () => {
    const ledger = createMemoryEventStore()
    const report = await load(ledger, 'units', write(units.join('\r\n')))
    expect(report).toMatchObject({ rows: 2, rejects: 0, streams: { unit: 2 }, events: 3, stopped: false })
    const { state, events } = await loadStream(ledger, unit, mall)
    expect(state).toMatchObject({
      details: { name: '天宁购物中心', kind: 'commercial-complex', areaSquareMetres: 52000 },
      keyUnit: [{ designated: true }],
    })
    expect(events[0]?.metadata).toMatchObject({
      effectiveAt: '2019-05-05T16:00:00.000Z',
      recordedAt: '2026-03-02T04:00:00.000Z',
      actor: { id: 'import' },
    })
    expect(existsSync(rejectsPath)).toBe(false)
  })

  it('adds nothing when it runs twice', async () => {
    const ledger = createMemoryEventStore()
    const file = write(units.join('\n'))
    await load(ledger, 'units', file)
    const before = await ledger.head()
    const again = await load(ledger, 'units', file)
    expect(again).toMatchObject({ events: 0, rejects: 0 })
    expect(again.commands.RegisterUnit).toEqual({ recorded: 0, alreadyThere: 2, unchanged: 0, rejected: 0 })
    expect(await ledger.head()).toBe(before)
  })

  it('rejects bad rows with line, column and reason, and takes the rest', async () => {
    const ledger = createMemoryEventStore()
    const bad = [
      ...units,
      '无类型单位,某路1号,宇宙飞船,100,320402,,2020-01-01,否',
      '面积不详,某路2号,学校,约一百,320402,,2020-01-01,否',
      '日期不存在,某路3号,学校,100,320402,,2020-02-30,否',
      '没有区划,某路4号,学校,100,,,2020-01-01,否',
      ',某路5号,学校,100,320402,,2020-01-01,否',
      '多一格,某路6号,学校,100,320402,,2020-01-01,否,多余',
      '=HYPERLINK(1),某路7号,=cmd,100,320402,,2020-01-01,否',
    ]
    const report = await load(ledger, 'units', write(bad.join('\n')))
    expect(report).toMatchObject({
      rows: 9,
      rowsRejected: 7,
      commands: { RegisterUnit: { recorded: 2, rejected: 5 } },
    })
    const lines = rejects()
    expect(lines.map((line) => line.split(',').slice(0, 2).join(' ')).sort()).toEqual(
      ['4 kind', '5 area', '6 registeredOn', '7 division', '8 unitName', '9 ', '10 kind'].sort(),
    )
    expect(lines.find((line) => line.startsWith('6,'))).toContain('there is no such day')
    expect(lines.find((line) => line.startsWith('7,'))).toContain('must not be blank')
    expect(lines.find((line) => line.startsWith('10,'))).toContain("'=cmd")
    expect(await allEvents(ledger)).toHaveLength(3)
  })

  it('counts what it rejects also when nothing of the table goes in', async () => {
    const ledger = createMemoryEventStore()
    const bad = [
      headings,
      '无类型单位,某路1号,宇宙飞船,100,320402,,2020-01-01,是',
      '又一单位,某路5号,学校,约一百,320402,,2020-01-01,是',
    ]
    const report = await load(ledger, 'units', write(bad.join('\n')))
    const none = { recorded: 0, alreadyThere: 0, unchanged: 0 }
    expect(report).toMatchObject({ rows: 2, rowsRejected: 2, events: 0 })
    expect(report.commands.RegisterUnit).toEqual({ ...none, rejected: 2 })
    expect(report.commands.DesignateKeyUnit).toMatchObject({ recorded: 0 })
  })

  it('reads workbooks, English headings and GB 18030 alike', async () => {
    const english = [
      ['Unit name', 'unit address', 'kind', 'area', 'Division', 'registered on'],
      [
        '天宁购物中心',
        '常州市天宁区延陵西路1号',
        'commercial complex',
        52000,
        '320402',
        new Date('2019-05-06'),
      ],
    ]
    const book = xlsx.utils.book_new()
    xlsx.utils.book_append_sheet(
      book,
      xlsx.utils.aoa_to_sheet(english, { cellDates: true, UTC: true }),
      'Tabelle1',
    )
    const bytes = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array
    const workbook = createMemoryEventStore()
    expect(await load(workbook, 'units', write(bytes, 'xlsx'))).toMatchObject({ rows: 1, rejects: 0 })
    const { state, events } = await loadStream(workbook, unit, mall)
    expect(state).toMatchObject({ details: { name: '天宁购物中心', areaSquareMetres: 52000 } })
    expect(events[0]?.metadata.effectiveAt).toBe('2019-05-05T16:00:00.000Z')
    // 单位名称,单位地址,单位类型,建筑面积,行政区划代码 / 红梅小学,常州,学校,1,320402
    const gbk = Buffer.from(
      'b5a5cebbc3fbb3c62cb5a5cebbb5d8d6b72cb5a5cebbc0e0d0cd2cbda8d6fec3e6bbfd2cd0d0d5fec7f8bbaeb4fac2eb0a' +
        'baecc3b7d0a1d1a72cb3a3d6dd2cd1a7d0a32c312c333230343032',
      'hex',
    )
    const old = createMemoryEventStore()
    expect(await load(old, 'units', write(gbk))).toMatchObject({ rows: 1, rejects: 0 })
    expect((await allEvents(old))[0]?.data).toMatchObject({
      name: '红梅小学',
      address: '常州',
      kind: 'school',
    })
  })

  it('does not trust a long number of a workbook', async () => {
    const rows = [headings.split(','), ['某单位', '某路', '学校', 1, 2 ** 68, '', '2020-01-01', '否']]
    const book = xlsx.utils.book_new()
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'Sheet1')
    const file = write(xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array, 'xlsx')
    expect(await load(createMemoryEventStore(), 'units', file)).toMatchObject({ rowsRejected: 1, events: 0 })
    expect(rejects()[0]).toContain('format the column as text')
  })

  it('says which columns are missing, and which there are', async () => {
    const file = write('单位名称,地点\n甲,乙')
    await expect(load(createMemoryEventStore(), 'units', file)).rejects.toThrow(/unitAddress.*单位名称, 地点/)
    const twice = write('单位名称,单位名称\n甲,乙')
    await expect(load(createMemoryEventStore(), 'units', twice)).rejects.toThrow(/stands twice/)
  })

  it('rejects a row that was imported before with other content', async () => {
    const ledger = createMemoryEventStore()
    await load(ledger, 'units', write(units.join('\n')))
    const changed = [headings, units[1]?.replace('52,000', '51,000')].join('\n')
    const report = await load(ledger, 'units', write(changed))
    expect(report).toMatchObject({
      events: 0,
      rejects: 1,
      commands: { DesignateKeyUnit: { alreadyThere: 1 } },
    })
    expect(rejects()[0]).toContain('changed')
  })

  it('lays a refusal of the rules to its row, with the law', async () => {
    const ledger = createMemoryEventStore()
    const code = `91320402MA1WABCD1`
    const uscc = `${code}${usccCheckCharacter(code)}`
    const head = '机构名称,统一社会信用代码,机构类型,行政区划代码,地址,成立日期,法定代表人'
    const file = write(`${head}\n甲公司,${uscc},安全评估,320402,某路1号,2019-05-06,李四`)
    expect(await load(ledger, 'institutions', file)).toMatchObject({ rejects: 0 })
    const mapping = { ...loadMapping('institutions'), source: 'another-source' }
    expect(await load(ledger, 'institutions', file, { mapping })).toMatchObject({ rejects: 1 })
    expect(rejects()[0]).toMatch(/^2,.*institution-already-registered.*O7:20/)
    const { events } = await loadStream(ledger, institution, uscc)
    expect(JSON.stringify(events.map(({ data }) => data))).not.toContain('李四')
  })

  it('stops between batches when it is told to, and goes on in another run', async () => {
    const many = Array.from(
      { length: 600 },
      (_, index) => `单位${index},某路${index}号,学校,1,320402,,2020-01-01,否`,
    )
    const file = write([headings, ...many].join('\n'))
    const ledger = createMemoryEventStore()
    const stop = new AbortController()
    const seen: number[] = []
    const first = await load(ledger, 'units', file, {
      signal: stop.signal,
      onProgress: ({ rowsDone }) => {
        seen.push(rowsDone)
        stop.abort()
      },
    })
    expect(first).toMatchObject({ stopped: true, events: 256 })
    expect(seen).toEqual([256])
    expect(await load(ledger, 'units', file)).toMatchObject({ stopped: false, events: 344 })
  })

  it('guards against the wrong file, an unknown parameter and a mapping with a mistake', async () => {
    const file = write(units.join('\n'))
    const ledger = createMemoryEventStore()
    await expect(load(ledger, 'institutions', file, { mapping: loadMapping('units') })).rejects.toThrow(
      /for units/,
    )
    await expect(load(ledger, 'units', file, { parameters: { city: '1' } })).rejects.toThrow(
      /no parameter city/,
    )
    expect(() => parseMapping({ what: 'units' })).toThrow(/not valid/)
    const wrong = loadMapping('units')
    const mapping = { ...wrong, streams: wrong.streams.map((stream) => ({ ...stream, category: 'planet' })) }
    await expect(load(ledger, 'units', file, { mapping })).rejects.toThrow(/planet/)
  })
})

describe('shipped mappings', () => {
  it.each(shippedMappings())('%s is valid', (name) => {
    expect(loadMapping(name).streams.length).toBeGreaterThan(0)
  })

  it('names those that there are when asked for another', () => {
    expect(() => loadMapping('nothing')).toThrow(/units/)
  })
})

describe('a broken line', () => {
  it('is given up alone, the lines around it go in', async () => {
    const file = write(
      [
        headings,
        '甲,"某路\n1号",学校,1,320402,,2020-01-01,否',
        '',
        '乙,"某路2号,学校,1,320402,,2020-01-01,否',
        '丙,某"路3号,学校,1,320402,,2020-01-01,否',
        '丁,某路4号,学校,1',
      ].join('\n'),
    )
    const ledger = createMemoryEventStore()
    expect(await load(ledger, 'units', file)).toMatchObject({ rows: 4, rowsRejected: 3 })
    expect(rejects().map((line) => line.split(',').slice(0, 2).join(' '))).toEqual(['5 ', '6 ', '7 division'])
    const names = (await allEvents(ledger)).map((event) => (event.data as { name: string }).name)
    expect(names).toEqual(['甲'])
  })
})
