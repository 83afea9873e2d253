import type { FoldProjection } from './projection.ts'

/** The register of units (served or inspected premises): one row each, as the ledger now has it. */
export const unitRegister: FoldProjection<null> = {
  kind: 'fold',
  name: 'unit-register',
  version: 1,
  categories: ['unit'],
  tables: {
    unit: {
      columns: {
        id: 'text',
        name: 'text',
        uscc: 'text',
        kind: 'text',
        area_square_metres: 'real',
        division: 'text',
        address: 'text',
        /** open · closed */
        status: 'text',
        registered_on: 'text',
        closed_on: 'text',
        /** 1 when it is a key unit by the latest fact; the intervals stand in `details`. */
        key_unit: 'integer',
        contact_name: 'text',
        /** The opened contact: subjectId, name, identityNumber, phone, withheld; null when there is none. */
        person: 'json',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['name'], ['uscc']],
      searchable: ['name', 'uscc', 'address', 'contact_name'],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
