/**
 * What is wrong with a field, in Chinese. Schemas speak English; each of their sentences is known here, and those of the
 * schema library by their form. What is not known is told by its kind alone, never half in English.
 */

const kinds: Readonly<Record<string, string>> = {
  invalid_type: '类型不符',
  invalid_value: '不在允许的取值内',
  invalid_format: '格式不符',
  too_big: '过大或过长',
  too_small: '过小、过短或为空',
  unrecognized_keys: '含有未知字段',
  invalid_union: '不符合任何一种允许的形式',
  not_multiple_of: '数值精度不符',
  'unknown-command': '没有这种命令',
  custom: '校验未通过',
}

const types: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  array: '列表',
  object: '对象',
  record: '对象',
  null: '空值（null）',
  undefined: '空缺',
  date: '日期',
  nan: '非数字',
}
const typeName = (type = '') => types[type.toLowerCase()] ?? type

const bounds: Readonly<Record<string, string>> = {
  '<=': '不超过',
  '<': '小于',
  '>=': '不少于',
  '>': '大于',
}

/** Sentences of our own schemas. */
const sentences: Readonly<Record<string, string>> = {
  'expected a calendar day, e.g. 2026-04-01': '应为日期，例如 2026-04-01',
  'expected a day from 1900 to 2999': '应为1900年至2999年间的日期，例如 2026-04-01',
  'expected an RFC 3339 date-time with offset, e.g. 2026-04-01T09:00:00+08:00':
    '应为带时区的时间（RFC 3339），例如 2026-04-01T09:00:00+08:00',
  'expected a day of the calendar, e.g. 2026-02-28, or an RFC 3339 date-time with offset, e.g. 2026-02-28T17:00:00+08:00':
    '应为日历上有的日期，例如 2026-02-28，或者带时区的时间（RFC 3339），例如 2026-02-28T17:00:00+08:00',
  'must not be empty': '不得为空',
  'must not contain control or invisible characters': '不得含有控制字符或者不可见字符',
  'must be one line': '只能是一行',
  'expected a SHA-256 in lower-case hex (64 digits)': '应为 SHA-256 摘要（64位小写十六进制）',
  'expected a SHA-256 as 64 lower-case hex digits': '应为 SHA-256 摘要（64位小写十六进制）',
  'expected a ULID (26 characters, Crockford base 32, upper case)': '应为 ULID 编号（26位大写字母和数字）',
  'expected 18 characters: digits and capitals without I, O, S, V, Z':
    '应为18位统一社会信用代码：数字和大写字母，不含 I、O、S、V、Z',
  'expected 17 digits and a digit or X': '应为17位数字加1位数字或者 X',
  'check character is wrong (GB 32100)': '校验码不符（GB 32100），请核对统一社会信用代码',
  'check character is wrong (GB 11643)': '校验码不符（GB 11643），请核对公民身份号码',
  'the birth date in it does not exist': '其中的出生日期不存在',
  'expected six digits': '应为六位数字',
  'no division has this code (GB/T 2260)': '没有这个行政区划代码（GB/T 2260）',
  'expected 6 to 30 digits or capitals, hyphens between them': '应为6至30位数字或者大写字母，可用连字符分隔',
  'expected 3 to 80 letters, digits or : . _ -': '应为3至80位字母、数字或者 : . _ -',
  'expected a telephone number': '应为电话号码',
  'expected an ISO 4217 code such as CNY': '应为 ISO 4217 货币代码，例如 CNY',
  'expected a work number such as officer-3204-017': '应为工号，例如 officer-3204-017',
  'expected a scheme name such as toronto-fire-code': '应为代码体系名称，例如 toronto-fire-code',
  'expected an item code such as QA2': '应为检查项代码，例如 QA2',
  'expected a violation code such as V13': '应为违法行为代码，例如 V13',
  'expected the code of a violation, e.g. V08': '应为违法行为代码，例如 V08',
  'no such violation in the fireledger table': '违法行为表中没有此代码',
  'no such check item in the fireledger table': '检查项表中没有此代码',
  'an identity or telephone number names the person; use a number of your own':
    '身份证号码、电话号码会指明本人，请用自编编号',
  'expected 3 to 120 letters, digits or : . _ / @ -': '应为3至120位字母、数字或者 : . _ / @ -',
  'expected capitals and digits joined by hyphens, e.g. CZ-DEFAULT-1':
    '应为以连字符相连的大写字母和数字，例如 CZ-DEFAULT-1',
  'expected <rulebook id>@<revision>': '应为“规则代码@版本”，例如 CZ-DEFAULT-1@0',
  'expected <process code>@<revision>': '应为“流程代码@版本”',
  'expected a code of 1 to 20 characters': '应为1至20位的代码',
  'expected a code such as XF3005-EIGHT-2': '应为流程代码，例如 XF3005-EIGHT-2',
  'expected a code such as control-room': '应为代码，例如 control-room',
  'expected a kind such as site-image': '应为种类代码，例如 site-image',
  'expected the code of a stage: a capital, then capitals and digits, at most 10':
    '应为阶段代码：大写字母开头，其后为大写字母和数字，最多10位',
  'expected a JSON Pointer into the content, e.g. /base': '应为规则内容中的位置，例如 /base',
  'expected capitals, digits and ( ) 〔 〕 . / -': '只能用大写字母、数字和 ( ) 〔 〕 . / -',
  'expected a media type such as image/jpeg': '应为媒体类型，例如 image/jpeg',
  'expected an id such as 4.2-1': '应为编号，例如 4.2-1',
  'each id must be unique': '编号不得重复',
  'earned must not exceed full': '得分不得超过满分',
  'the sample must not exceed the population': '样本数不得超过总数',
  'expected a code': '应为代码',
  'expected a whole number': '应为整数',
  'give at least two characters': '至少两个字',
  'expected `nextCursor` of the page before': '应为上一页给出的 nextCursor',
  'expected a position as the ledger gave it': '应为账本给出的位置',
  'expected every field inside `data`': '各字段应放在 data 之内，例如 {"data": {"division": "320400"}}',
  'expected `start`, or a cursor as a message gave it': '应为 start，或者消息给出的游标',
  'expected the id of a path': '应为路径编号',
  'expected <principal>.<yyyy-mm-dd>': '应为“用户.日期”，例如 reviewer-1.2026-04-01',
  'expected <category>-<id>, e.g. institution-91320402MA1WABCD1L':
    '应为“类别-编号”，例如 institution-91320402MA1WABCD1L',
  'no such event type; see /v1/catalogue': '没有这种事件，参见 /v1/catalogue',
  'give If-Match or If-None-Match, not both': 'If-Match 和 If-None-Match 只能给出一个',
  'expected If-Match: "<revision>", as ETag gave it': 'If-Match 应为 ETag 给出的版本',
  'expected 1 to 200 visible ASCII characters': '应为1至200个可见的 ASCII 字符',
  'Invalid UUID': '应为 UUID 编号',
  'Invalid input': '不符合任何一种允许的形式',
}

type Telling = (...found: string[]) => string
/** Sentences with something in them, ours and the library's. */
const forms: readonly (readonly [RegExp, Telling])[] = [
  [/^Invalid input: expected (\w+), received undefined$/, (type) => `缺少此字段，应为${typeName(type)}`],
  [
    /^Invalid input: expected (\w+), received (\w+)$/,
    (type, got) => `应为${typeName(type)}，收到的是${typeName(got)}`,
  ],
  [/^Invalid input: expected (.+)$/, (value = '') => `应为${value}`],
  [/^Invalid option: expected one of (.+)$/, (list = '') => `只能是其中之一：${list.replaceAll('|', '、')}`],
  [/^expected one of (.+)$/, (list = '') => `只能是其中之一：${list}`],
  [/^there is no field (.+) here$/, (name = '') => `没有字段${name}`],
  [/^Unrecognized keys?: (.+)$/, (keys = '') => `没有字段${keys}`],
  [
    /^Too (?:big|small): expected \w+ to have ([<>]=?)(\d+) (\w+)$/,
    (sign = '', count = '', unit = '') =>
      `${unit.startsWith('item') ? '项数' : '字数'}应${bounds[sign]}${count}`,
  ],
  [
    /^Too (?:big|small): expected \w+ to be ([<>]=?)(\S+)$/,
    (sign = '', value = '') => `应${bounds[sign]}${value}`,
  ],
  [/^Invalid number: must be a multiple of (\S+)$/, (step = '') => `应为${step}的整数倍`],
  [/^must have at most (\d+) characters$/, (count = '') => `最多${count}个字`],
  [/^expected a moment from (\S+) to (\S+)$/, (from = '', to = '') => `应为${from}至${to}之间的时间`],
  [
    /^expected <instrument>:<article>, the instrument one of (.+)$/,
    (list = '') => `应为“法规:条”，法规为其中之一：${list}`,
  ],
  [/^(\w+) is no command of (\w+)$/, (type = '', category = '') => `${category}没有命令${type}`],
]

/** The fault in Chinese, by what its schema says in English; `code` is the kind of fault. */
export function faultInChinese(code: string, message: string): string {
  const known = sentences[message]
  if (known !== undefined) return known
  for (const [form, tell] of forms) {
    const found = form.exec(message)
    if (found) return tell(...found.slice(1))
  }
  return kinds[code] ?? '不符合要求'
}
