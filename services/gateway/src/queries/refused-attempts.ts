import { refusedAttempts as refusedAttemptsModel } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const refusedAttempts: Register = {
  path: 'refused-attempts',
  category: null,
  title: { zh: '被拒绝的尝试', en: 'Refused attempts' },
  projection: refusedAttemptsModel,
  table: 'refused_attempt',
  key: 'position',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: null,
  filters: { code: { column: 'code', schema: code }, type: { column: 'type', schema: code } },
  ranges: { recorded: { column: 'recorded_at', holds: 'moments' } },
}
