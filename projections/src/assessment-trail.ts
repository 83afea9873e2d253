import type { FoldProjection } from './projection.ts'

/** Assessments through their eight stages: evidence, findings, signatures and how long each stage took. */
export const assessmentTrail: FoldProjection<null> = {
  kind: 'fold',
  name: 'assessment-trail',
  version: 1,
  categories: ['assessment'],
  tables: {
    assessment: {
      columns: {
        id: 'text',
        division: 'text',
        institution: 'text',
        unit: 'text',
        project: 'text',
        status: 'text',
        /** S1 to S8. */
        stage: 'text',
        engaged_on: 'text',
        report_number: 'text',
        issued_on: 'text',
        archived_on: 'text',
        evidence: 'integer',
        findings: 'integer',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['institution'], ['unit'], ['stage']],
      searchable: ['report_number', 'id'],
    },
    assessment_stage: {
      columns: {
        assessment: 'text',
        /** Each entering of a stage counts, from 1. */
        number: 'integer',
        stage: 'text',
        entered_at: 'text',
        left_at: 'text',
        /** completed · returned · null while it lasts */
        outcome: 'text',
        days: 'real',
        details: 'json',
      },
      primaryKey: ['assessment', 'number'],
      indexes: [['stage', 'outcome']],
    },
    assessment_step: {
      columns: {
        assessment: 'text',
        revision: 'integer',
        /** evidence · finding · signature · waiver · report · delivery · follow-up */
        kind: 'text',
        type: 'text',
        stage: 'text',
        practitioner: 'text',
        effective_at: 'text',
        details: 'json',
      },
      primaryKey: ['assessment', 'revision'],
      indexes: [['practitioner', 'effective_at']],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
