import {
  type AssessmentProcessEvent,
  type AssessmentProcessState,
  assessmentProcess,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Processes of assessment as drafted, where each is in force, and from which day. */

type State = { readonly process: AssessmentProcessState; readonly stamp: Stamp }

export const assessmentProcessRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'assessment-process-register',
  version: 2,
  categories: ['assessmentProcess'],
  tables: {
    assessment_process: {
      columns: {
        code: 'text',
        /** The area it may be adopted in. */
        division: 'text',
        /** draft · adopted · retired */
        status: 'text',
        /** Its Chinese title. */
        name: 'text',
        stage_count: 'integer',
        illustrative: 'boolean',
        /** Revision of the stream at which the content was drafted; assessments name it. */
        content_revision: 'integer',
        retired_from: 'text',
        details: 'json',
        ...stampColumns,
      },
      primaryKey: ['code'],
      indexes: [['division', 'status']],
      searchable: ['code', 'name'],
    },
    assessment_process_adoption: {
      columns: { code: 'text', number: 'integer', division: 'text', from_day: 'text' },
      primaryKey: ['code', 'number'],
      indexes: [['division', 'from_day']],
    },
  },
  keysOf: (event) => [event.streamId],
  initialState: { process: assessmentProcess.initialState, stamp: unstamped },
  evolve: (state, event) => ({
    process: assessmentProcess.evolve(state.process, occurred<AssessmentProcessEvent>(event)),
    stamp: stampOf(event),
  }),
  rows({ process, stamp }, key) {
    if (process.status === 'unknown') return {}
    const { content, division, status, contentRevision, retiredFrom, adoptions } = process
    return {
      assessment_process: [
        {
          code: key,
          division,
          status,
          name: content.title.zh,
          stage_count: content.stages.length,
          illustrative: content.illustrative,
          content_revision: contentRevision,
          retired_from: retiredFrom,
          details: { content },
          ...stampValues(stamp),
        },
      ],
      assessment_process_adoption: adoptions.map((adoption, index) => ({
        code: key,
        number: index + 1,
        division: adoption.division,
        from_day: adoption.from,
      })),
    }
  },
}
