import { ulid, uscc } from '@fireledger/domain'
import { projectRegister } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const projects: Register = {
  path: 'projects',
  category: 'project',
  title: { zh: '技术服务项目', en: 'Projects' },
  projection: projectRegister,
  table: 'project',
  key: 'id',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    unit: { column: 'unit', schema: ulid },
    kind: { column: 'kind', schema: code },
    status: { column: 'status', schema: code },
    technicalLead: { column: 'technical_lead', schema: ulid },
    projectLead: { column: 'project_lead', schema: ulid },
  },
  ranges: {
    contracted: { column: 'contracted_on', holds: 'days' },
    entered: { column: 'entered_on', holds: 'days' },
  },
  searchable: ['contract_number', 'id'],
  parts: { conclusions: { table: 'project_conclusion', parent: 'project', order: 'issued_at, number' } },
}
