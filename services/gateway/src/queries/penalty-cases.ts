import { ulid, uscc } from '@fireledger/domain'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const penaltyCases: Register = {
  path: 'penalty-cases',
  title: { zh: '行政处罚案件', en: 'Penalty cases' },
  projection: 'penalty-cases',
  table: 'penalty_case',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    inspection: { column: 'inspection', schema: ulid },
    status: { column: 'status', schema: code },
  },
  ranges: { filed: 'filed_on', decided: 'decided_on', payBy: 'pay_by' },
  searchable: ['violations', 'id'],
  parts: { parties: { table: 'penalty_party', parent: 'penalty_case', order: 'number' } },
}
