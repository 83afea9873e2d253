import { meritKind, ulid, uscc } from '@fireledger/domain'
import { meritRegister } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const merits: Register = {
  path: 'merits',
  category: 'merit',
  title: { zh: '良好行为', en: 'Merits' },
  projection: meritRegister,
  table: 'merit',
  key: 'id',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: 'institution',
  filters: {
    institution: { column: 'institution', schema: uscc },
    practitioner: { column: 'practitioner', schema: ulid },
    kind: { column: 'kind', schema: meritKind },
    status: { column: 'status', schema: code },
  },
  ranges: {
    done: { column: 'done_on', holds: 'days' },
    withdrawn: { column: 'withdrawn_on', holds: 'days' },
  },
  searchable: ['id'],
}
