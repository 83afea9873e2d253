import type { FoldProjection } from './projection.ts'

/** Inspections with their items and the rectification that followed. */
export const inspections: FoldProjection<null> = {
  kind: 'fold',
  name: 'inspections',
  version: 1,
  categories: ['inspection'],
  tables: {
    inspection: {
      columns: {
        id: 'text',
        division: 'text',
        form: 'text',
        /** `institution` or `unit`, and its id. */
        subject_kind: 'text',
        subject: 'text',
        institution: 'text',
        unit: 'text',
        status: 'text',
        planned_for: 'text',
        started_at: 'text',
        concluded_at: 'text',
        items: 'integer',
        items_failed: 'integer',
        rectification: 'text',
        rectify_by: 'text',
        published_on: 'text',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['id'],
      indexes: [
        ['division', 'status'],
        ['institution', 'planned_for'],
        ['unit', 'planned_for'],
        ['rectification', 'rectify_by'],
      ],
    },
    inspection_item: {
      columns: {
        inspection: 'text',
        /** Order of recording, from 1. */
        number: 'integer',
        code: 'text',
        outcome: 'text',
        details: 'json',
      },
      primaryKey: ['inspection', 'number'],
      indexes: [['code', 'outcome']],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
