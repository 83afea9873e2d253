import type { FoldProjection } from './projection.ts'

/** The register of practitioners and where each worked over time. */
export const practitionerRegister: FoldProjection<null> = {
  kind: 'fold',
  name: 'practitioner-register',
  version: 1,
  categories: ['practitioner'],
  tables: {
    practitioner: {
      columns: {
        id: 'text',
        name: 'text',
        /** engineer · operator */
        profession: 'text',
        grade: 'text',
        certificate_number: 'text',
        division: 'text',
        status: 'text',
        status_since: 'text',
        registered_on: 'text',
        valid_until: 'text',
        /** USCC of the employer by the latest fact; null when none. */
        employer: 'text',
        person: 'json',
        details: 'json',
        revision: 'integer',
        position: 'integer',
        recorded_at: 'text',
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['employer'], ['name'], ['certificate_number'], ['valid_until']],
      searchable: ['name', 'certificate_number'],
    },
    practitioner_employment: {
      columns: {
        practitioner: 'text',
        /** USCC. */
        institution: 'text',
        from_day: 'text',
        /** First day on which it no longer holds; null while it lasts. */
        to_day: 'text',
        role: 'text',
        details: 'json',
      },
      primaryKey: ['practitioner', 'institution', 'from_day'],
      indexes: [['institution', 'from_day']],
    },
  },
  keysOf: () => [],
  initialState: null,
  evolve: (state) => state,
  rows: () => ({}),
}
