import { ulid, uscc } from '@fireledger/domain'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const inspections: Register = {
  path: 'inspections',
  title: { zh: '监督检查', en: 'Inspections' },
  projection: 'inspections',
  table: 'inspection',
  key: 'id',
  permission: 'read-cases',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    unit: { column: 'unit', schema: ulid },
    form: { column: 'form', schema: code },
    status: { column: 'status', schema: code },
    rectification: { column: 'rectification', schema: code },
  },
  ranges: { planned: 'planned_for', concluded: 'concluded_at', rectifyBy: 'rectify_by' },
  parts: { items: { table: 'inspection_item', parent: 'inspection', order: 'number' } },
}
