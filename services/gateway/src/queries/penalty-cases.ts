import { ulid, uscc } from '@fireledger/domain'
import { penaltyCases as penaltyCasesModel } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const penaltyCases: Register = {
  path: 'penalty-cases',
  category: 'penaltyCase',
  title: { zh: '行政处罚案件', en: 'Penalty cases' },
  projection: penaltyCasesModel,
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
  ranges: {
    filed: { column: 'filed_on', holds: 'days' },
    decided: { column: 'decided_on', holds: 'days' },
    payBy: { column: 'pay_by', holds: 'days' },
  },
  searchable: ['case_number', 'decision_number', 'violations', 'id'],
  parts: {
    respondents: {
      table: 'penalty_respondent',
      parent: 'penalty_case',
      order: 'respondent_kind, respondent',
    },
    lines: { table: 'penalty_line', parent: 'penalty_case', order: 'number' },
  },
}
