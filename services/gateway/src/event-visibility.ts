import { categories, type LedgerEvent } from '@fireledger/domain'
import { allows, holds, type Principal, type ReadPermission, readPermissionOf } from './policy.ts'
import { both, type Condition, either, scopeOf } from './scope.ts'

/** Who may see which events: one rule, as a function over an event and as a condition over rows. */

/** An attempt that was refused says more of a person or an institution than its category's facts do. */
function permissionFor(category: string, refused: boolean): ReadPermission {
  const permission = readPermissionOf(category)
  return refused && permission !== 'read-operations' ? 'read-cases' : permission
}

export function maySee(principal: Principal, event: Pick<LedgerEvent, 'category' | 'metadata'>): boolean {
  return allows(principal, permissionFor(event.category, event.metadata.refusal !== null), event.metadata)
}

/** Whether the principal may see any event of the category, wherever. */
export function maySeeCategory(principal: Principal, category: string): boolean {
  return holds(principal, readPermissionOf(category))
}

/** For tables with the columns category, refused, division and institution. */
export function visibleEvents(principal: Principal): Condition {
  const columns = { division: 'division', institution: 'institution' }
  const parts = categories.flatMap(({ name }) =>
    [false, true].map((refused) =>
      both(
        { sql: 'category = ? AND refused = ?', parameters: [name, Number(refused)] },
        scopeOf(principal, permissionFor(name, refused), columns),
      ),
    ),
  )
  return either(...parts)
}
