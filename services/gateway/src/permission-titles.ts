import type { Title } from '@fireledger/domain'

/** What permissions are called where one is missing; one that is not here is called by its code. */
const titles: Readonly<Record<string, Title>> = {
  register: { zh: '登记管理', en: 'keep the registers' },
  declare: { zh: '机构申报', en: 'declare for an institution' },
  inspect: { zh: '监督检查', en: 'inspect' },
  penalise: { zh: '行政处罚', en: 'handle penalty cases' },
  score: { zh: '信用计分', en: 'keep credit accounts' },
  object: { zh: '提出信用异议', en: 'object to credit entries' },
  legislate: { zh: '制定规则', en: 'make rulebooks' },
  assess: { zh: '安全评估', en: 'assess' },
  collect: { zh: '采集评估证据', en: 'collect evidence of assessments' },
  waive: { zh: '豁免评估要求', en: 'waive what a gate asks' },
  administer: { zh: '系统管理', en: 'administer keys and access' },
  'read-public': { zh: '查看公开信息', en: 'read what is public' },
  'read-register': { zh: '查看登记信息', en: 'read the registers' },
  'read-cases': { zh: '查看检查、案件和评估', en: 'read inspections, cases and assessments' },
  'read-personal': { zh: '查看个人信息', en: 'read personal data' },
  'read-operations': { zh: '查看系统运行', en: 'read the ledger’s running' },
}

/** `信用计分（score）` · `keep credit accounts (score)` */
export function permissionTitle(permission: string): Title {
  const title = titles[permission]
  if (!title) return { zh: permission, en: permission }
  return { zh: `${title.zh}（${permission}）`, en: `${title.en} (${permission})` }
}
