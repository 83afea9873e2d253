import type { FoldProjection } from './projection.ts'

/**
 * Credit of institutions, practitioners and units as step functions over days, so that a query asks for any day
 * without a clock, and what led to each step.
 */
export const creditGrades: FoldProjection<null> = {
  kind: 'fold',
  name: 'credit-grades',
  version: 1,
  categories: ['creditAccount'],
  tables: {
    credit_account: {
      columns: {
        /** USCC, practitioner or unit id. */
        subject: 'text',
        subject_kind: 'text',
        division: 'text',
        rulebook: 'text',
        /** Last grade formally published, and for which year. */
        published_grade: 'text',
        published_on: 'text',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['subject'],
      indexes: [['division'], ['published_grade']],
    },
    credit_grade_step: {
      columns: {
        subject: 'text',
        /** The step holds from this day up to, but not including, `to_day`; null: until further notice. */
        from_day: 'text',
        to_day: 'text',
        division: 'text',
        score: 'real',
        level: 'text',
        grade: 'text',
        rulebook: 'text',
        /** Explanation, line by line, adding up to the score. */
        lines: 'json',
      },
      primaryKey: ['subject', 'from_day'],
      indexes: [['division', 'from_day'], ['grade']],
    },
    credit_entry: {
      columns: {
        subject: 'text',
        entry: 'text',
        code: 'text',
        points: 'real',
        effective_on: 'text',
        valid_until: 'text',
        /** active · reversed */
        status: 'text',
        details: 'json',
      },
      primaryKey: ['subject', 'entry'],
      indexes: [['code']],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
