import { z } from 'zod'
import { codeScheme, ownScheme } from './check-items.ts'
import type { LegalBasis } from './law.ts'
import type { Title } from './values.ts'

/**
 * Violations of fire technical services with their fines, as data: Order 7 ch. 5, Fire Protection Law art. 69,
 * Order 143. "以上" and "以下" include the number itself (O7:38). Amounts in fen.
 * The text of Order 143 was not at hand: the article named for V18 and V19 is to be confirmed.
 */

/** Who can be fined: the institution 机构, the engineer 注册消防工程师, or persons directly responsible 直接责任人员. */
export type Liable = 'institution' | 'engineer' | 'responsible-person'

export type FineRange = { readonly liable: Liable; readonly minFen: number; readonly maxFen: number }

export type Violation = {
  readonly code: string
  readonly title: Title
  readonly legalBasis: readonly [LegalBasis, ...LegalBasis[]]
  /**
   * known: fines per liable party · none: no fine of its own exists · unknown: the article's range is not in this
   * table, so a fine needs a statement of it.
   */
  readonly range: 'known' | 'none' | 'unknown'
  readonly fines: readonly FineRange[]
  /** Check items under which the violation is found. */
  readonly items: readonly string[]
}

const yuan = 100
function fine(liable: Liable, minYuan: number, maxYuan: number): FineRange {
  return { liable, minFen: minYuan * yuan, maxFen: maxYuan * yuan }
}

function violation(
  code: string,
  zh: string,
  en: string,
  legalBasis: readonly [LegalBasis, ...LegalBasis[]],
  range: Violation['range'],
  fines: readonly FineRange[],
  ...items: string[]
): Violation {
  return { code, title: { zh, en }, legalBasis, range, fines, items }
}

export const violations: readonly Violation[] = [
  violation(
    'V01',
    '冒用其他机构名义',
    'using another institution’s name',
    ['O7:26'],
    'known',
    [fine('institution', 20_000, 30_000)],
    'OD1',
  ),
  violation(
    'V02',
    '注册消防工程师同时在两个以上社会组织执业',
    'engineer practising in two or more organisations',
    ['O7:27(1)(1)', 'O7:27(2)'],
    'known',
    [fine('institution', 10_000, 20_000), fine('engineer', 5_000, 10_000)],
    'QB3',
  ),
  violation(
    'V03',
    '指派无相应资格从业人员',
    'unqualified staff sent',
    ['O7:27(1)(2)'],
    'known',
    [fine('institution', 10_000, 20_000)],
    'QA4',
  ),
  violation(
    'V04',
    '转包、分包',
    'sub-contracting',
    ['O7:27(1)(3)'],
    'known',
    [fine('institution', 10_000, 20_000)],
    'QB2',
  ),
  violation(
    'V05',
    '未设立技术负责人、未明确项目负责人',
    'no technical or project lead',
    ['O7:28(1)'],
    'known',
    [fine('institution', 0, 10_000)],
    'QB4',
  ),
  violation(
    'V06',
    '书面结论文件未签名、盖章',
    'conclusion unsigned or unsealed',
    ['O7:28(2)'],
    'known',
    [fine('institution', 0, 10_000)],
    'QB4',
  ),
  violation(
    'V07',
    '未签订服务合同',
    'no contract',
    ['O7:28(3)'],
    'known',
    [fine('institution', 0, 10_000)],
    'QB2',
  ),
  violation(
    'V08',
    '项目负责人或者操作员未到现场',
    'project lead or operator not on site',
    ['O7:28(4)'],
    'known',
    [fine('institution', 0, 10_000)],
    'OD4',
  ),
  violation(
    'V09',
    '未建立或者保管档案',
    'archives missing',
    ['O7:28(5)'],
    'known',
    [fine('institution', 0, 10_000)],
    'QC1',
  ),
  violation(
    'V10',
    '经营场所未公示',
    'office postings missing',
    ['O7:28(6)'],
    'known',
    [fine('institution', 0, 10_000)],
    'QB5',
  ),
  violation(
    'V11',
    '建筑未公示维护保养标识',
    'building notice missing',
    ['O7:30'],
    'known',
    [fine('institution', 0, 5_000)],
    'QB5',
  ),
  violation(
    'V12',
    '不具备从业条件从事服务',
    'practising without the conditions',
    ['FL:69(1)', 'O7:29'],
    'known',
    [
      fine('institution', 50_000, 100_000),
      fine('engineer', 10_000, 50_000),
      fine('responsible-person', 10_000, 50_000),
    ],
    'QA1',
  ),
  violation(
    'V13',
    '出具虚假文件',
    'false document',
    ['FL:69(1)', 'O7:29'],
    'known',
    [
      fine('institution', 50_000, 100_000),
      fine('engineer', 10_000, 50_000),
      fine('responsible-person', 10_000, 50_000),
    ],
    'QA2',
  ),
  violation(
    'V14',
    '不按照国家标准、行业标准开展服务',
    'not working to standards',
    ['FL:69(1)', 'O7:29'],
    'known',
    [fine('institution', 0, 50_000), fine('engineer', 0, 10_000), fine('responsible-person', 0, 10_000)],
    'QA3',
    'QB1',
  ),
  violation('V15', '出具失实文件', 'inaccurate document', ['FL:69(2)', 'O7:29'], 'none', [], 'QA2'),
  violation('V16', '泄露委托人商业秘密', 'leaking a client’s secrets', ['O7:18(4)'], 'unknown', []),
  violation(
    'V17',
    '消防设施火灾时未发挥作用致损失扩大',
    'facility failed in a fire and the loss grew',
    ['O7:32'],
    'unknown',
    [],
    'FB3',
  ),
  violation(
    'V18',
    '出租、出借、倒卖证书印章，以个人名义执业，签署虚假文件',
    'certificate or seal rented or sold, work in own name, false papers signed',
    ['O143:50'],
    'unknown',
    [],
    'QA5',
  ),
  violation(
    'V19',
    '以虚假聘用取得注册',
    'registration obtained with false employment',
    ['O143:50'],
    'unknown',
    [],
  ),
  violation(
    'V20',
    '信息系统数据不实或者缺失',
    'system data untrue or missing',
    ['NJ39:5'],
    'unknown',
    [],
    'QC2',
  ),
]

const byCode = new Map(violations.map((violation) => [violation.code, violation]))

export function findViolation(code: string): Violation | undefined {
  return byCode.get(code)
}

/** A violation by code. Codes of scheme `fireledger` must be in the table; those of other law are only shaped. */
export const violationReference = z
  .strictObject({
    scheme: codeScheme.default(ownScheme),
    code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}$/, 'expected a violation code such as V13'),
  })
  .refine((reference) => reference.scheme !== ownScheme || byCode.has(reference.code), {
    error: 'no such violation in the fireledger table',
    path: ['code'],
  })
