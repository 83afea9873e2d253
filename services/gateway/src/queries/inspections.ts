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
  ranges: { planned: 'planned_for', concluded: 'concluded_on', rectifyBy: 'rectify_by' },
  searchable: ['id', 'campaign'],
  parts: { items: { table: 'inspection_item', parent: 'inspection', order: 'scheme, code, occurrence' } },
}
