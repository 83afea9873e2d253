export const texts = {
  title: ['账本中的一条事件', 'An event of the ledger'],
  ofStream: ['同一记录的前后事件', 'Before and after it on the same record'],
  event: ['事件详情', 'The event'],
  none: ['没有这条事件', 'There is no such event'],
  noneHint: [
    '版本号可能有误，或这条事件不向您的角色显示。',
    'The revision may be wrong, or your role does not see this event.',
  ],
} as const
