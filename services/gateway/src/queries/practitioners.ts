import { uscc } from '@fireledger/domain'
import { practitionerRegister } from '@fireledger/projections'
import { z } from 'zod'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const practitioners: Register = {
  path: 'practitioners',
  category: 'practitioner',
  title: { zh: '从业人员', en: 'Practitioners' },
  projection: practitionerRegister,
  table: 'practitioner',
  key: 'id',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: 'employer',
  standing: { table: 'practitioner_status_step', owner: 'practitioner' },
  filters: {
    employer: { column: 'employer', schema: uscc },
    status: { column: 'status', schema: code },
    profession: { column: 'profession', schema: z.enum(['engineer', 'operator']) },
    qualification: { column: 'qualification', schema: code },
    registrationNumber: { column: 'registration_number', schema: z.string().min(1).max(60) },
  },
  ranges: {
    registered: { column: 'registered_on', holds: 'days' },
    validUntil: { column: 'valid_until', holds: 'days' },
  },
  searchable: ['registration_number'],
  omit: ['name'],
  parts: {
    statuses: { table: 'practitioner_status_step', parent: 'practitioner', order: 'from_at' },
    employments: { table: 'practitioner_employment', parent: 'practitioner', order: 'number' },
  },
}
