import { assessmentProcessRegister } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const assessmentProcesses: Register = {
  path: 'assessment-processes',
  category: 'assessmentProcess',
  title: { zh: '评估过程', en: 'Processes of assessment' },
  projection: assessmentProcessRegister,
  table: 'assessment_process',
  key: 'code',
  permission: 'read-public',
  divisionColumn: 'division',
  institutionColumn: null,
  filters: { status: { column: 'status', schema: code } },
  searchable: ['code', 'name'],
  parts: { adoptions: { table: 'assessment_process_adoption', parent: 'code', order: 'number' } },
}
