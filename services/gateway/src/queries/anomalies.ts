import { anomalyCode, ulid, uscc } from '@fireledger/domain'
import { anomalyRegister } from '@fireledger/projections'
import { code, flag } from './filters.ts'
import type { Register } from './register.ts'

/** `inTime` is whether the explanation came by its last day. */
export const anomalies: Register = {
  path: 'anomalies',
  category: 'anomaly',
  title: { zh: '异常线索', en: 'Anomalies' },
  projection: anomalyRegister,
  table: 'anomaly',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    practitioner: { column: 'practitioner', schema: ulid },
    code: { column: 'code', schema: anomalyCode },
    status: { column: 'status', schema: code },
    inTime: { column: 'in_time', schema: flag },
    annulled: { column: 'annulled', schema: flag },
  },
  ranges: {
    detected: { column: 'detected_on', holds: 'days' },
    replyBy: { column: 'reply_by', holds: 'days' },
    settled: { column: 'settled_on', holds: 'days' },
  },
  searchable: ['code', 'id'],
}
