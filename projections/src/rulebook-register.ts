import { type RulebookEvent, type RulebookState, rulebook } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Credit rulebooks as drafted, where and for whom each is in force, and from which day. */

type State = { readonly rulebook: RulebookState; readonly stamp: Stamp }

export const rulebookRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'rulebook-register',
  version: 1,
  categories: ['rulebook'],
  tables: {
    rulebook: {
      columns: {
        id: 'text',
        /** The area it may be adopted in. */
        division: 'text',
        /** draft · adopted · retired */
        status: 'text',
        /** Its Chinese title. */
        name: 'text',
        /** points · tiers */
        method: 'text',
        illustrative: 'boolean',
        /** Revision of the stream at which the content was drafted; credit decisions name it. */
        content_revision: 'integer',
        retired_from: 'text',
        details: 'json',
        ...stampColumns,
      },
      primaryKey: ['id'],
      indexes: [['division', 'status']],
      searchable: ['id', 'name'],
    },
    rulebook_adoption: {
      columns: {
        rulebook: 'text',
        number: 'integer',
        division: 'text',
        /** institution · practitioner · unit */
        subject_kind: 'text',
        from_day: 'text',
      },
      primaryKey: ['rulebook', 'number'],
      indexes: [['division', 'subject_kind', 'from_day']],
    },
  },
  keysOf: (event) => [event.streamId],
  initialState: { rulebook: rulebook.initialState, stamp: unstamped },
  evolve: (state, event) => ({
    rulebook: rulebook.evolve(state.rulebook, occurred<RulebookEvent>(event)),
    stamp: stampOf(event),
  }),
  rows({ rulebook, stamp }, key) {
    if (rulebook.status === 'unknown') return {}
    const { content, division, status, contentRevision, retiredFrom, adoptions } = rulebook
    return {
      rulebook: [
        {
          id: key,
          division,
          status,
          name: content.title.zh,
          method: content.method,
          illustrative: content.illustrative,
          content_revision: contentRevision,
          retired_from: retiredFrom,
          details: { content },
          ...stampValues(stamp),
        },
      ],
      rulebook_adoption: adoptions.map((adoption, index) => ({
        rulebook: key,
        number: index + 1,
        division: adoption.division,
        subject_kind: adoption.subjectKind,
        from_day: adoption.from,
      })),
    }
  },
}
