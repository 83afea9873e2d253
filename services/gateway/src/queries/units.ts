import { uscc } from '@fireledger/domain'
import { unitRegister } from '@fireledger/projections'
import { z } from 'zod'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const units: Register = {
  path: 'units',
  category: 'unit',
  title: { zh: '社会单位', en: 'Units' },
  projection: unitRegister,
  table: 'unit',
  key: 'id',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: null,
  filters: {
    uscc: { column: 'uscc', schema: uscc },
    kind: { column: 'kind', schema: code },
    status: { column: 'status', schema: z.enum(['open', 'closed']) },
    keyUnit: {
      column: 'key_unit',
      schema: z.enum(['true', 'false']).transform((value) => Number(value === 'true')),
    },
  },
  ranges: { registered: { column: 'registered_on', holds: 'days' } },
  searchable: ['name', 'uscc', 'address'],
  omit: ['contact_name'],
}
