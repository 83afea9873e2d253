/** Why a live connection is closed by the gateway; codes of RFC 6455, 7.4, and private ones from 4000. */
export const closeReasons = {
  restart: { code: 1012, zh: '服务重启，请以游标续接', en: 'restarting: connect again with the cursor' },
  full: { code: 1013, zh: '实时连接数已满，请稍后再试', en: 'too many live clients: try again later' },
  failed: {
    code: 1011,
    zh: '内部错误，请以游标续接',
    en: 'something broke here: connect again with the cursor',
  },
  misuse: { code: 1008, zh: '消息过多，或者无效消息过多', en: 'too many messages, or too many invalid ones' },
  silent: { code: 4000, zh: '连接后未订阅', en: 'nothing was subscribed in time' },
  'token-expired': {
    code: 4001,
    zh: '令牌已过期',
    en: 'the token has expired: connect again with a new one',
  },
  unauthenticated: { code: 4002, zh: '令牌无效', en: 'the token is invalid' },
  'future-cursor': {
    code: 4004,
    zh: '游标超出账本末尾，不属于本账本',
    en: 'the cursor lies beyond the end of this ledger: it is another ledger’s',
  },
  unresponsive: { code: 4005, zh: '心跳无响应', en: 'no answer to pings' },
  'slow-consumer': {
    code: 4008,
    zh: '接收过慢，缓冲已满，请以游标续接',
    en: 'events came faster than they were taken: connect again with the cursor',
  },
} as const

export type CloseReason = keyof typeof closeReasons
