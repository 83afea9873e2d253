import { creditWarningKind } from '@fireledger/domain'
import { creditGrades } from '@fireledger/projections'
import { z } from 'zod'
import { code, flag } from './filters.ts'
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
    warnings: { table: 'credit_warning', parent: 'subject', order: 'position' },
    gradeChanges: { table: 'credit_grade_change', parent: 'subject', order: 'position' },
  },
}

const told = {
  category: null,
  projection: creditGrades,
  key: 'position',
  divisionColumn: 'division',
} as const
const subjectKind = { column: 'subject_kind', schema: z.enum(['institution', 'practitioner', 'unit']) }

/** Warnings as the clerk raised them; those that stand have no `endedOn`. */
export const creditWarnings: Register = {
  ...told,
  path: 'credit-warnings',
  title: { zh: '信用预警', en: 'Credit warnings' },
  table: 'credit_warning',
  permission: 'read-register',
  institutionColumn: 'subject',
  filters: {
    subjectKind,
    subject: { column: 'subject', schema: code },
    kind: { column: 'kind', schema: creditWarningKind },
    standing: { column: 'standing', schema: flag },
  },
  ranges: { raised: { column: 'raised_on', holds: 'days' }, ended: { column: 'ended_on', holds: 'days' } },
}

/** Changes of grades as they were told. */
export const gradeChanges: Register = {
  ...told,
  path: 'grade-changes',
  title: { zh: '信用等级变动', en: 'Grade changes' },
  table: 'credit_grade_change',
  permission: 'read-register',
  institutionColumn: 'subject',
  filters: {
    subjectKind,
    subject: { column: 'subject', schema: code },
    grade: { column: 'grade', schema: code },
    direction: { column: 'direction', schema: z.enum(['up', 'down', 'other']) },
  },
  ranges: { on: { column: 'as_of', holds: 'days' } },
}

/**
 * Objections, those without a ruling among them; `overdue` says whose time had passed, `inTime` whether the ruling came by
 * its last day.
 */
export const creditObjections: Register = {
  ...told,
  path: 'credit-objections',
  title: { zh: '信用异议', en: 'Credit objections' },
  table: 'credit_objection',
  key: 'entry',
  permission: 'read-register',
  institutionColumn: 'subject',
  filters: {
    subject: { column: 'subject', schema: code },
    pending: { column: 'pending', schema: flag },
    overdue: { column: 'overdue', schema: flag },
    inTime: { column: 'in_time', schema: flag },
  },
  ranges: {
    filed: { column: 'filed_on', holds: 'days' },
    due: { column: 'due_on', holds: 'days' },
    decided: { column: 'decided_on', holds: 'days' },
  },
}
