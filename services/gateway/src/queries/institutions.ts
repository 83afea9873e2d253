import { institutionType, uscc } from '@fireledger/domain'
import { institutionRegister } from '@fireledger/projections'
import { z } from 'zod'
import { code } from './filters.ts'
import type { Register } from './register.ts'

/** Whose level sets a number of inspections a year instead has none. */
const factor = z
  .string()
  .regex(/^[0-9]{1,3}(\.[0-9]{1,4})?$/, 'expected a number, e.g. 1.5')
  .transform(Number)

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
  graded: true,
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
    grade: { column: 'grade', of: 'graded', schema: code },
    samplingFactorMin: { column: 'sampling_factor', of: 'graded', atLeast: true, schema: factor },
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
