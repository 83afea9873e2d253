import { institutionType, uscc } from '@fireledger/domain'
import { institutionRegister } from '@fireledger/projections'
import { z } from 'zod'
import type { Register } from './register.ts'

export const institutions: Register = {
  path: 'institutions',
  category: 'institution',
  title: { zh: '消防技术服务机构', en: 'Institutions' },
  projection: institutionRegister,
  table: 'institution',
  key: 'uscc',
  permission: 'read-public',
  divisionColumn: 'division',
  institutionColumn: 'uscc',
  standing: { table: 'institution_status_step', owner: 'uscc' },
  filters: {
    uscc: { column: 'uscc', schema: uscc },
    type: { column: 'type', schema: institutionType },
    status: {
      column: 'status',
      schema: z.enum(['registered', 'active', 'suspended', 'withdrawn', 'removed', 'banned']),
    },
    conditionsMet: {
      column: 'conditions_met',
      schema: z.enum(['true', 'false']).transform((value) => Number(value === 'true')),
    },
  },
  ranges: {
    registered: { column: 'registered_on', holds: 'days' },
    rectifyBy: { column: 'rectify_by', holds: 'days' },
  },
  searchable: ['name', 'uscc'],
  omit: ['legal_representative_name'],
  internal: ['person', 'details'],
  parts: { statuses: { table: 'institution_status_step', parent: 'uscc', order: 'from_at' } },
}
