import { categories, type LedgerEvent, type Visibility, visibilities, visibilityOf } from '@fireledger/domain'
import { allows, type Principal, type ReadPermission, readPermissionOf } from './policy.ts'
import { both, type Condition, either, scopeOf } from './scope.ts'

/**
 * Who may see which events: one rule, as a function over an event and as a condition over rows. The catalogue says of
 * each type who may see it; two things close it further. An attempt that was refused says more of a person or an
 * institution than facts do: it is for those who may see cases. What is published of institutions is not published of
 * practitioners: it is for those who may see the registers.
 */

type Seen = Pick<LedgerEvent, 'type' | 'metadata'>

function atLeast(visibility: Visibility, floor: Visibility): Visibility {
  return visibilities.indexOf(visibility) < visibilities.indexOf(floor) ? floor : visibility
}

function permissionFor(type: string, refused: boolean, personal: boolean): ReadPermission {
  const declared = visibilityOf(type)
  return readPermissionOf[atLeast(declared, refused ? 'cases' : personal ? 'register' : 'public')]
}

export function maySee(principal: Principal, { type, metadata }: Seen): boolean {
  const { refusal, practitioners } = metadata
  return allows(principal, permissionFor(type, refusal !== null, practitioners.length > 0), metadata)
}

const eventTypes = categories.flatMap((category) => Object.keys(category.events))

/**
 * For tables with the columns type, refused, division and institution. Rows are of institutions: where an event names
 * practitioners too, its type is not public.
 */
export function visibleEvents(principal: Principal): Condition {
  const columns = { division: 'division', institution: 'institution' }
  const byPermission = new Map<string, { permission: ReadPermission; refused: boolean; types: string[] }>()
  for (const refused of [false, true]) {
    for (const type of eventTypes) {
      const permission = permissionFor(type, refused, false)
      const key = `${permission} ${refused}`
      const group = byPermission.get(key) ?? { permission, refused, types: [] }
      group.types.push(type)
      byPermission.set(key, group)
    }
  }
  const parts = [...byPermission.values()].map(({ permission, refused, types }) =>
    both(
      {
        sql: `refused = ? AND type IN (${types.map(() => '?').join(', ')})`,
        parameters: [Number(refused), ...types],
      },
      scopeOf(principal, permission, columns),
    ),
  )
  return either(...parts)
}
