import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  assessment,
  identityCheckCharacter,
  inspection,
  institution,
  penaltyCase,
  practitioner,
  usccCheckCharacter,
} from '@fireledger/domain'
import { createMemoryEventStore, type EventStore, loadStream } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportReport, importFile } from './import-file.ts'
import type { ImportKind } from './mapping.ts'
import { naturalId } from './natural-id.ts'
import { loadMapping } from './shipped.ts'

/** One institution, its people, an inspection, a case and an assessment, each from a table in our own headings. */

const folder = mkdtempSync(join(tmpdir(), 'fireledger-own-tables-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const uscc = `91320402MA1WABCD1${usccCheckCharacter('91320402MA1WABCD1')}`
const identityNumber = `11010519491231002${identityCheckCharacter('11010519491231002')}`
const id = (of: string, key: string) => naturalId('fireledger-tables', of, key)

const tables: readonly (readonly [ImportKind, string])[] = [
  [
    'institutions',
    `机构名称,统一社会信用代码,机构类型,行政区划代码,办公地址,成立日期,法定代表人,法定代表人电话,登记日期
常州安信消防技术服务有限公司,${uscc},维护保养检测和安全评估,320402,常州市天宁区竹林西路19号,2019/5/6,王建国,0519-88888888,2020-01-08`,
  ],
  [
    'practitioners',
    `注册证书编号,姓名,身份证号,资格等级,有效期起,有效期止,行政区划代码,聘用单位,岗位
YJ320400001,张明,${identityNumber},一级注册消防工程师,2024-01-10,2027-01-09,320402,${uscc},技术负责人
YJ320400002,李华,,二级注册消防工程师,2024-02-01,2027-01-31,320402,${uscc},项目负责人
CZ320400003,赵强,,中级消防设施操作员,2023-03-01,,320402,${uscc},消防设施操作员`,
  ],
  [
    'units',
    `单位名称,单位地址,单位类型,建筑面积,行政区划代码
天宁购物中心,常州市天宁区延陵西路1号,商业综合体,52000,320402`,
  ],
  [
    'inspections',
    `检查编号,检查形式,检查方式,机构统一社会信用代码,单位名称,单位地址,行政区划代码,检查日期,检查人员,检查项,检查结果,备注,结束日期,检查结论
J2025-001,日常检查,服务单位实地核查,${uscc},天宁购物中心,常州市天宁区延陵西路1号,320402,2025-03-05,officer-3204-001、officer-3204-002,QA3,合格,,2025-03-06,发现一项不合格
J2025-001,日常检查,服务单位实地核查,${uscc},天宁购物中心,常州市天宁区延陵西路1号,320402,2025-03-05,officer-3204-001、officer-3204-002,QB5,不合格,未张贴标识,2025-03-06,发现一项不合格`,
  ],
  [
    'penalty-cases',
    `案件编号,行政区划代码,机构统一社会信用代码,注册证书编号,违法行为代码,违法日期,立案日期,告知日期,决定日期,决定书文号,送达日期,罚款金额（元）,缴款日期,执法人员
C2025-009,320402,${uscc},,V11,2025-03-05,2025-03-10,2025-03-20,2025-04-02,常消罚〔2025〕9号,2025-04-03,3000,2025-04-10,officer-3204-001、officer-3204-002
C2025-009,320402,${uscc},,V08,2025-03-05,2025-03-10,2025-03-20,2025-04-02,常消罚〔2025〕9号,2025-04-03,"6,000",2025-04-10,officer-3204-001、officer-3204-002`,
  ],
  [
    'assessments',
    `评估编号,行政区划代码,机构统一社会信用代码,单位名称,单位地址,技术负责人证书编号,项目负责人证书编号,步骤,阶段,证据种类,证据名称,文件摘要,人员证书编号,时间
${['request', 'conflict-check', 'capacity-check', 'signed-contract', 'system-entry']
  .map(
    (kind, index) =>
      `P2025-01,320402,${uscc},天宁购物中心,常州市天宁区延陵西路1号,YJ320400001,YJ320400002,证据,S1,${kind},${kind},${String(index).repeat(64)},YJ320400002,2025-06-0${index + 1} 09:00`,
  )
  .join('\n')}
P2025-01,320402,${uscc},天宁购物中心,常州市天宁区延陵西路1号,YJ320400001,YJ320400002,证据,S1,made-up,x,${'a'.repeat(64)},YJ320400002,2025-06-07 09:00`,
  ],
]

describe('tables in our own headings', () => {
  const ledger: EventStore = createMemoryEventStore()
  const reports = new Map<ImportKind, ImportReport>()
  const sealed: string[] = []

  async function load(what: ImportKind, text: string, into = ledger) {
    const file = join(folder, `${what}.csv`)
    writeFileSync(file, text)
    return importFile({
      what,
      file,
      mapping: loadMapping(what),
      ledger: into,
      now: () => '2026-03-02T04:00:00.000Z',
      seal: (_schema, data) =>
        JSON.parse(JSON.stringify(data), (_key, value) => {
          if (!value || typeof value !== 'object' || !('subjectId' in value)) return value
          sealed.push(value.name)
          return { subjectId: value.subjectId, sealed: 'c2VhbGVk' }
        }),
      rejectsPath: join(folder, `${what}.rejects.csv`),
    })
  }

  beforeAll(async () => {
    for (const [what, text] of tables) reports.set(what, await load(what, text))
  })

  it('register the institution and its people, employed on their day', async () => {
    expect(reports.get('institutions')?.rejects).toBe(0)
    expect(reports.get('practitioners')).toMatchObject({ rejects: 0, streams: { practitioner: 3 } })
    expect((await loadStream(ledger, institution, uscc)).state).toMatchObject({ status: 'registered' })
    const lead = await loadStream(ledger, practitioner, id('practitioner', 'YJ320400001'))
    expect(lead.state).toMatchObject({
      employments: [{ employer: uscc, role: 'technical-lead', from: '2024-01-10' }],
    })
    expect(sealed.filter((name, index) => sealed.indexOf(name) === index)).toEqual([
      '王建国',
      '张明',
      '李华',
      '赵强',
    ])
  })

  it('tell successive legal representatives apart by their number', async () => {
    const body = '91320402MA1WABCD2'
    const other = body + usccCheckCharacter(body)
    const row = (number: string, name: string) =>
      `和平消防,${other},${number},安全评估,320402,常州市天宁区和平路1号,2019/5/6,${name},2020-01-08`
    const heading =
      '机构名称,统一社会信用代码,法定代表人编号,机构类型,行政区划代码,办公地址,成立日期,法定代表人,登记日期'
    const persons: string[] = []
    for (const [number, name] of [
      ['2', '周立'],
      ['', '吴迪'],
    ] as const) {
      const fresh = createMemoryEventStore()
      await load('institutions', `${heading}\n${row(number, name)}`, fresh)
      const { events } = await loadStream(fresh, institution, other)
      const data = events[0]?.data as { legalRepresentative: { subjectId: string } } | undefined
      persons.push(data?.legalRepresentative.subjectId ?? '')
    }
    expect(persons).toEqual([`legal-representative-${other}-2`, `legal-representative-${other}`])
  })

  it('bring an inspection with its items', async () => {
    expect(reports.get('inspections')).toMatchObject({ rejects: 0 })
    const { state } = await loadStream(ledger, inspection, id('inspection', 'J2025-001'))
    expect(state).toMatchObject({
      status: 'concluded',
      officers: ['officer-3204-001', 'officer-3204-002'],
      plan: { institution: uscc, unit: id('unit', '天宁购物中心|常州市天宁区延陵西路1号') },
    })
  })

  it('bring a case with its decision and payments, within the law', async () => {
    expect(reports.get('penalty-cases')).toMatchObject({ rejects: 0, commands: { PayFine: { recorded: 2 } } })
    const { state } = await loadStream(ledger, penaltyCase, id('penaltyCase', 'C2025-009'))
    expect(state).toMatchObject({
      status: 'decided',
      payments: [{ amountFen: 300_000 }, { amountFen: 600_000 }],
    })
  })

  it('bring the steps of an assessment, and reject the one that its process does not have', async () => {
    expect(reports.get('assessments')).toMatchObject({
      rejects: 1,
      commands: { RecordEvidence: { recorded: 5 } },
    })
    const { state } = await loadStream(ledger, assessment, id('assessment', 'P2025-01'))
    expect(state).toMatchObject({ status: 'open', stage: 'S1' })
  })

  it('add nothing the second time', async () => {
    const head = await ledger.head()
    for (const [what, text] of tables) expect((await load(what, text)).events).toBe(0)
    expect(await ledger.head()).toBe(head)
  })
})
