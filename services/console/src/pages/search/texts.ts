export const texts = {
  title: ['搜索', 'Search'],
  titleOf: ['搜索“{{q}}”', 'Search for “{{q}}”'],
  about: [
    '按名称、信用代码、证书编号、合同号、案号、报告号查找您有权看到的名录。',
    'By name, credit code, registration, contract, case or report number, in the registers that you may see.',
  ],
  aboutNames: [
    '按名称、信用代码、证书编号、合同号、案号、报告号查找；按人名查找须先写明用途。',
    'By name, credit code, registration, contract, case or report number; for the name of a person say first why.',
  ],
  tooShort: ['请至少输入两个字', 'Give at least two characters'],
  tooShortHint: ['在上方搜索框输入后按回车。', 'Type above and press Enter.'],
  none: ['没有找到', 'Nothing found'],
  all: ['在名录中查看全部', 'See all in the register'],
} as const
