import { z } from 'zod'
import { code } from './filters.ts'
import type { Register } from './register.ts'

export const creditAccounts: Register = {
  path: 'credit-accounts',
  title: { zh: '信用档案', en: 'Credit accounts' },
  projection: 'credit-grades',
  table: 'credit_account',
  key: 'subject',
  permission: 'read-register',
  divisionColumn: 'division',
  institutionColumn: 'subject',
  filters: {
    subjectKind: { column: 'subject_kind', schema: z.enum(['institution', 'practitioner', 'unit']) },
    publishedGrade: { column: 'published_grade', schema: code },
  },
  parts: {
    steps: { table: 'credit_grade_step', parent: 'subject', order: 'from_day' },
    entries: { table: 'credit_entry', parent: 'subject', order: 'effective_on, entry' },
  },
}
