import { complaintEvents, uscc } from '@fireledger/domain'
import { complaintRegister } from '@fireledger/projections'
import { code, flag } from './filters.ts'
import type { Register } from './register.ts'

const { channel } = complaintEvents.ComplaintReceived.data.shape
const { outcome } = complaintEvents.ComplaintDecided.data.shape

/** `inTime` is whether the finding came by its last day; `overdue`, that it was told that it had not. */
export const complaints: Register = {
  path: 'complaints',
  category: 'complaint',
  title: { zh: '投诉举报', en: 'Complaints' },
  projection: complaintRegister,
  table: 'complaint',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    channel: { column: 'channel', schema: channel },
    status: { column: 'status', schema: code },
    outcome: { column: 'outcome', schema: outcome },
    inTime: { column: 'in_time', schema: flag },
    overdue: { column: 'overdue', schema: flag },
  },
  ranges: {
    received: { column: 'received_on', holds: 'days' },
    due: { column: 'due_on', holds: 'days' },
    decided: { column: 'decided_on', holds: 'days' },
  },
  searchable: ['number', 'id'],
}
