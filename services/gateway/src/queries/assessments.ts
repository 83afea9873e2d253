import { ulid, uscc } from '@fireledger/domain'
import { assessmentTrail } from '@fireledger/projections'
import { code, flag } from './filters.ts'
import type { Register } from './register.ts'

export const assessments: Register = {
  path: 'assessments',
  category: 'assessment',
  title: { zh: '消防安全评估', en: 'Assessments' },
  projection: assessmentTrail,
  table: 'assessment',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    unit: { column: 'unit', schema: ulid },
    status: { column: 'status', schema: code },
    stage: { column: 'stage', schema: code },
    hasVoidedReport: { column: 'has_voided_report', schema: flag },
  },
  ranges: {
    engaged: { column: 'engaged_on', holds: 'days' },
    issued: { column: 'issued_on', holds: 'days' },
  },
  searchable: ['report_number', 'id'],
  parts: { stages: { table: 'assessment_stage', parent: 'assessment', order: 'number' } },
}
