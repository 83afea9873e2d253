import { z } from 'zod'
import type { LegalBasis } from './law.ts'
import type { Title } from './values.ts'

/**
 * What an inspection checks, as data. PC, QA, QB, QC and FB items: Neijiang 2022 special inspection plan (NJ39).
 * OD1 and OD4: the two points of Order 7 art. 22 that the plan's list has no code for; the codes are ours.
 */

/** Whose list of codes an item or a violation comes from; `fireledger` is the one in these tables. */
export const codeScheme = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'expected a scheme name such as toronto-fire-code')
  .meta({ description: 'whose list the code comes from; only `fireledger` is checked against a table' })
export const ownScheme = 'fireledger'

/**
 * daily: service-quality sampling within a daily inspection · special: 专项检查, objects and inspectors drawn at random ·
 * back-check: 倒查 after a fire · complaint: verification of a complaint or transfer. Order 7 art. 21.
 */
export const inspectionForm = z.enum(['daily', 'special', 'back-check', 'complaint'])
export type InspectionForm = z.output<typeof inspectionForm>

/** How the plan treats a finding: condition of practice · strike hard 严厉打击 · punish 依法查处 · assist 帮扶 · fire back-check. */
export type ItemClass = 'condition' | 'strike-hard' | 'punish' | 'assist' | 'back-check'

export type CheckItem = {
  readonly code: string
  readonly class: ItemClass
  readonly title: Title
  readonly forms: readonly InspectionForm[]
  readonly legalBasis: readonly LegalBasis[]
}

function item(
  code: string,
  itemClass: ItemClass,
  lists: 'daily' | 'special' | 'both' | 'back-check' | 'complaint',
  zh: string,
  en: string,
  ...legalBasis: LegalBasis[]
): CheckItem {
  // A back-check uses both lists (O7:24); a complaint may be about anything on them (O7:21(4)).
  const forms: readonly InspectionForm[] = {
    daily: ['daily', 'back-check', 'complaint'] as const,
    special: ['special', 'back-check', 'complaint'] as const,
    both: ['daily', 'special', 'back-check', 'complaint'] as const,
    'back-check': ['back-check'] as const,
    complaint: ['complaint', 'back-check'] as const,
  }[lists]
  return { code, class: itemClass, title: { zh, en }, forms, legalBasis }
}

export const checkItems: readonly CheckItem[] = [
  item('PC1', 'condition', 'special', '企业法人资格', 'legal person', 'O7:23(1)', 'O7:5'),
  item('PC2', 'condition', 'special', '工作场所建筑面积', 'premises area', 'O7:23(1)', 'O7:5'),
  item('PC3', 'condition', 'special', '设备配备', 'equipment', 'O7:23(1)', 'O7:5'),
  item('PC4', 'condition', 'special', '注册消防工程师人数', 'registered fire engineers', 'O7:23(1)', 'O7:5'),
  item('PC5', 'condition', 'special', '消防设施操作员人数', 'fire facility operators', 'O7:23(1)', 'O7:5'),
  item(
    'PC6',
    'condition',
    'special',
    '质量管理和过程控制体系',
    'quality and process-control system',
    'O7:23(1)',
    'O7:5',
  ),
  item(
    'QA1',
    'strike-hard',
    'special',
    '不具备从业条件从事服务',
    'practising without the conditions',
    'O7:23(1)',
    'NJ39:5',
  ),
  item(
    'QA2',
    'strike-hard',
    'both',
    '出具虚假、失实文件',
    'false or inaccurate documents',
    'O7:22(5)',
    'O7:23(5)',
  ),
  item(
    'QA3',
    'strike-hard',
    'daily',
    '维护保养的消防设施不符合标准、不能正常运行或火灾时失效',
    'maintained facilities not to standard, not running, or failed in a fire',
    'O7:22(3)',
  ),
  item('QA4', 'strike-hard', 'both', '指派无相应资格人员', 'unqualified staff sent', 'O7:22(2)', 'O7:23(3)'),
  item(
    'QA5',
    'strike-hard',
    'complaint',
    '注册消防工程师涂改、倒卖、出租、出借证书印章，以个人名义执业，签署虚假、失实文件',
    'engineer alters, sells, rents or lends certificate or seal, works in own name, or signs false documents',
    'O143:31',
    'NJ39:5',
  ),
  item(
    'QB1',
    'punish',
    'daily',
    '不按照标准维护保养、检测',
    'not testing or maintaining to standard',
    'O7:22(3)',
  ),
  item(
    'QB2',
    'punish',
    'both',
    '未签订合同或者转包、分包',
    'no contract, or sub-contracting',
    'O7:22(7)',
    'O7:23(4)',
    'O7:23(7)',
  ),
  item(
    'QB3',
    'punish',
    'special',
    '注册消防工程师同时在两个以上社会组织执业',
    'engineer practising in two or more organisations',
    'O7:23(2)',
  ),
  item(
    'QB4',
    'punish',
    'both',
    '未设立技术负责人、未明确项目负责人，或者文件签名、盖章缺失',
    'no technical or project lead, or signature or seal missing',
    'O7:22(6)',
    'O7:23(6)',
  ),
  item(
    'QB5',
    'punish',
    'both',
    '未公示服务信息或者经营场所事项',
    'notice missing on the building or at the office',
    'O7:22(8)',
    'O7:23(8)',
  ),
  item('QC1', 'assist', 'special', '未建立或者保管档案', 'archives not built or kept', 'O7:23(9)'),
  item(
    'QC2',
    'assist',
    'complaint',
    '未如实录入信息系统或者未通过平台出具结论文件',
    'data not truthfully entered in the system, or conclusions not issued through it',
    'NJ39:5',
  ),
  item(
    'FB1',
    'back-check',
    'back-check',
    '服务单位发生亡人或者较大影响火灾',
    'fatal or high-impact fire at a client',
    'O7:24',
  ),
  item(
    'FB2',
    'back-check',
    'back-check',
    '对起火单位的服务质量',
    'quality of the service at the place of the fire',
    'O7:24',
  ),
  item(
    'FB3',
    'back-check',
    'back-check',
    '消防设施是否发挥作用，失效是否扩大损失或者涉嫌犯罪',
    'whether the facilities worked, and whether failure enlarged the loss or suggests a crime',
    'O7:24',
    'O7:32',
  ),
  item(
    'OD1',
    'punish',
    'daily',
    '冒用其他消防技术服务机构名义',
    'using another institution’s name',
    'O7:22(1)',
  ),
  item(
    'OD4',
    'punish',
    'daily',
    '项目负责人或者消防设施操作员未到现场',
    'project lead or operator not on site',
    'O7:22(4)',
  ),
]

const byCode = new Map(checkItems.map((item) => [item.code, item]))

/** The items that an inspection of this form checks unless it is planned otherwise. */
export function itemsOfForm(form: InspectionForm): readonly CheckItem[] {
  return checkItems.filter((item) => item.forms.includes(form))
}

/** One item of a list of codes. Codes of scheme `fireledger` must be in the table; others are only shaped. */
export const itemReference = z
  .strictObject({
    scheme: codeScheme.default(ownScheme),
    code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}$/, 'expected an item code such as QA2'),
  })
  .refine((item) => item.scheme !== ownScheme || byCode.has(item.code), {
    error: 'no such check item in the fireledger table',
    path: ['code'],
  })
export type ItemReference = z.output<typeof itemReference>
