export const texts = {
  timeline: ['事件时间线', 'Timeline of events'],
  count: ['{{count}} 条事件', '{{count}} events'],
  loadedSoFar: ['已读取 {{count}} 条，继续向下读取', '{{count}} read so far, more below'],
  recordedLater: ['{{days}} 天后入账', 'recorded {{days}} d later'],
  recordedLaterHint: [
    '发生于 {{effective}}，入账于 {{recorded}}',
    'Held from {{effective}}, recorded {{recorded}}',
  ],
  refused: ['被拒绝', 'Refused'],
  nothing: ['没有事件', 'No events'],
  nothingHint: ['换一个日期范围或筛选条件试试。', 'Try another range of days or other filters.'],
} as const
