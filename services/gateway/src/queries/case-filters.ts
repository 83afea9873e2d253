import { processReference, uscc } from '@fireledger/domain'
import type { CaseKind } from '@fireledger/process-logs'
import { type CaseFilters, casesWhere } from '@fireledger/projections'
import type { Principal } from '../policy.ts'
import * as values from '../query-values.ts'
import { both, type Condition, scopeOf } from '../scope.ts'

/** Which cases a process view or an export is about. */

export const caseFilters = {
  process: processReference.optional().meta({
    description: 'code of a process, in any revision; `<code>@<revision>`: that one alone',
  }),
  division: values.division.optional(),
  institution: uscc.optional(),
  from: values.day.optional().meta({ description: 'begun on this day in China or later' }),
  to: values.day.optional().meta({ description: 'begun on this day in China or earlier' }),
}

/** Those of the filters that lie within the reader's reach. */
export function casesInReach(principal: Principal, kind: CaseKind, filters: CaseFilters): Condition {
  return both(
    casesWhere(kind, filters),
    scopeOf(principal, 'read-cases', { division: 'division', institution: 'institution' }),
  )
}
