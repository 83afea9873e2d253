import { creditGrades } from '@fireledger/projections'
import { z } from 'zod'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const creditAccounts: Register = {
  path: 'credit-accounts',
  category: 'creditAccount',
  title: { zh: '信用档案', en: 'Credit accounts' },
  projection: creditGrades,
  table: 'credit_account',
  key: 'subject',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: 'subject',
  filters: {
    subjectKind: { column: 'subject_kind', schema: z.enum(['institution', 'practitioner', 'unit']) },
    publishedGrade: { column: 'published_grade', schema: code },
  },
  omit: ['facts', 'residences'],
  parts: {
    steps: { table: 'credit_grade_step', parent: 'subject', order: 'from_day' },
    entries: { table: 'credit_entry', parent: 'subject', order: 'effective_on, event_id' },
    objections: { table: 'credit_objection', parent: 'subject', order: 'filed_on, entry, number' },
    publications: { table: 'credit_publication', parent: 'subject', order: 'as_of, event_id' },
  },
}
