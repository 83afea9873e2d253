export const texts = {
  timeline: ['事件时间线', 'Timeline of events'],
  count: ['{{count}} 条事件', '{{count}} events'],
  printedSoFar: [
    '只打印了已读取的 {{count}} 条；要打印其余的，先在页面上向下读取。',
    'Only the {{count}} events read so far are printed: scroll down on the page first to print the others.',
  ],
  recordedLater: ['{{days}} 天后入账', 'recorded {{days}} d later'],
  recordedLaterHint: [
    '发生于 {{effective}}，入账于 {{recorded}}',
    'Held from {{effective}}, recorded {{recorded}}',
  ],
  refused: ['被拒绝', 'Refused'],
  nothing: ['没有事件', 'No events'],
  nothingHint: ['换一个日期范围或筛选条件试试。', 'Try another range of days or other filters.'],
} as const
