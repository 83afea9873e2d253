/** Our own attributes in XES, described once: the keys that are written, and the extension file that explains them. */

type Level = 'trace' | 'event' | 'meta'
type Described = {
  readonly level: Level
  readonly element: 'string' | 'int' | 'date'
  readonly zh: string
  readonly en: string
}

const described = {
  kind: {
    level: 'trace',
    element: 'string',
    zh: '案件类别',
    en: 'kind of case: assessment or penaltyCase',
  },
  process: { level: 'trace', element: 'string', zh: '过程', en: 'the process that the case follows' },
  division: { level: 'trace', element: 'string', zh: '行政区划', en: 'division, GB/T 2260' },
  institution: { level: 'trace', element: 'string', zh: '机构', en: 'institution, by its USCC' },
  unit: { level: 'trace', element: 'string', zh: '单位', en: 'unit, by its id' },
  stage: { level: 'event', element: 'string', zh: '阶段', en: 'stage of the process' },
  type: { level: 'event', element: 'string', zh: '事件类型', en: 'type of the event in the ledger' },
  step: { level: 'event', element: 'string', zh: '步骤类别', en: 'kind of step' },
  revision: { level: 'event', element: 'int', zh: '修订号', en: 'place in the stream, from 0' },
  recordedAt: { level: 'event', element: 'date', zh: '入账时间', en: 'when the ledger learnt it' },
  actor: { level: 'event', element: 'string', zh: '操作账号', en: 'account that entered it' },
  actorRole: { level: 'event', element: 'string', zh: '操作角色', en: 'role of that account' },
  refusal: {
    level: 'event',
    element: 'string',
    zh: '被拒原因',
    en: 'code of the rule that refused the attempt',
  },
  reliedOn: {
    level: 'event',
    element: 'string',
    zh: '依据的流及修订号',
    en: 'other streams that the decision read, <stream>@<revision>, joined by blanks',
  },
  marks: { level: 'event', element: 'string', zh: '异常标记', en: 'what is odd about it, joined by blanks' },
  related: {
    level: 'event',
    element: 'string',
    zh: '相关对象',
    en: 'a thing that the event is about; numbered: fireledger:related.0 …',
  },
  sentence: {
    level: 'event',
    element: 'string',
    zh: '报告语句',
    en: 'a sentence of the report that the event states; numbered: fireledger:sentence.0 …',
  },
  data: {
    level: 'event',
    element: 'string',
    zh: '事件数据',
    en: 'a field of the event’s data: fireledger:data.<field>',
  },
  objectType: { level: 'meta', element: 'string', zh: '对象类型', en: 'type of the related thing' },
  sentenceId: { level: 'meta', element: 'string', zh: '语句编号', en: 'id of the sentence in its report' },
  section: { level: 'meta', element: 'string', zh: '章节', en: 'section of the report' },
  findings: {
    level: 'meta',
    element: 'string',
    zh: '依据的检查结果',
    en: 'ids of the findings on which the sentence rests, joined by blanks',
  },
  qualifier: { level: 'meta', element: 'string', zh: '关系', en: 'what the thing is to the event' },
} as const satisfies Record<string, Described>

export type OwnKey = keyof typeof described

/** `fireledger:<name>` by name. */
export const ownKeys = Object.fromEntries(
  Object.keys(described).map((name) => [name, `fireledger:${name}`]),
) as Readonly<Record<OwnKey, string>>

export const xesAttributes = { uri: 'urn:fireledger:xes-extension:1', described } as const

/** The extension file (`.xesext`). */
export function xesExtensionText(): string {
  const levels: readonly Level[] = ['trace', 'event', 'meta']
  const parts = levels.map((level) => {
    const own = Object.entries<Described>(described).filter(([, each]) => each.level === level)
    const lines = own.map(
      ([name, { element, zh, en }]) =>
        `    <${element} key="${name}">\n      <alias mapping="ZH" name="${zh}"/>\n      <alias mapping="EN" name="${escaped(en)}"/>\n    </${element}>\n`,
    )
    return `  <${level}>\n${lines.join('')}  </${level}>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<xesextension name="Fireledger" prefix="fireledger" uri="${xesAttributes.uri}">
${parts.join('')}</xesextension>
`
}

function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
