import { rulebookRegister } from '@fireledger/projections'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const rulebooks: Register = {
  path: 'rulebooks',
  category: 'rulebook',
  title: { zh: '信用评分规则', en: 'Credit rulebooks' },
  projection: rulebookRegister,
  table: 'rulebook',
  key: 'id',
  permission: 'read-public',
  divisionColumn: 'division',
  institutionColumn: null,
  filters: { status: { column: 'status', schema: code }, method: { column: 'method', schema: code } },
  searchable: ['id', 'name'],
  parts: { adoptions: { table: 'rulebook_adoption', parent: 'rulebook', order: 'number' } },
}
