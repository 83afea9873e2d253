import type { FoldProjection } from './projection.ts'

/** Penalty cases from filing to closing, with the fine of each liable party. */
export const penaltyCases: FoldProjection<null> = {
  kind: 'fold',
  name: 'penalty-cases',
  version: 1,
  categories: ['penaltyCase'],
  tables: {
    penalty_case: {
      columns: {
        id: 'text',
        division: 'text',
        institution: 'text',
        inspection: 'text',
        status: 'text',
        filed_on: 'text',
        decided_on: 'text',
        closed_on: 'text',
        /** Codes of the alleged or established violations, joined by a blank. */
        violations: 'text',
        fine_fen: 'integer',
        paid_fen: 'integer',
        pay_by: 'text',
        exposed: 'integer',
        transferred: 'integer',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['institution', 'filed_on'], ['decided_on']],
      searchable: ['violations', 'id'],
    },
    penalty_party: {
      columns: {
        penalty_case: 'text',
        number: 'integer',
        party_kind: 'text',
        party: 'text',
        violation: 'text',
        fine_fen: 'integer',
        details: 'json',
      },
      primaryKey: ['penalty_case', 'number'],
      indexes: [['party'], ['violation']],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
