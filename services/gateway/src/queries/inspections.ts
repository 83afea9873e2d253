import { ulid, uscc } from '@fireledger/domain'
import { inspections as inspectionsModel } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const inspections: Register = {
  path: 'inspections',
  category: 'inspection',
  title: { zh: '监督检查', en: 'Inspections' },
  projection: inspectionsModel,
  table: 'inspection',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    unit: { column: 'unit', schema: ulid },
    inspected: { column: 'inspected', schema: code },
    scheme: { column: 'scheme', schema: code },
    form: { column: 'form', schema: code },
    status: { column: 'status', schema: code },
    rectification: { column: 'rectification', schema: code },
  },
  ranges: {
    planned: { column: 'planned_for', holds: 'days' },
    concluded: { column: 'concluded_on', holds: 'days' },
    rectifyBy: { column: 'rectify_by', holds: 'days' },
  },
  searchable: ['id', 'campaign'],
  parts: { items: { table: 'inspection_item', parent: 'inspection', order: 'scheme, code, occurrence' } },
}
