import { categories, type LedgerEvent, type Visibility, visibilities, visibilityOf } from '@fireledger/domain'
import { allows, type Principal, type ReadPermission, readPermissionOf } from './policy.ts'
import { both, type Condition, either, scopeOf } from './scope.ts'

/**
 * Who may see which events: one rule, as a function over an event and as a condition over rows. The catalogue says of
 * each type who may see it; two things close it further. An attempt that was refused says more of a person or an
 * institution than facts do: it is for those who may see cases. What is published of institutions is not published of
 * practitioners, nor of units: it is for those who may see the registers.
 */

type Seen = Pick<LedgerEvent, 'type' | 'metadata'>

function atLeast(visibility: Visibility, floor: Visibility): Visibility {
  return visibilities.indexOf(visibility) < visibilities.indexOf(floor) ? floor : visibility
}

function permissionFor(type: string, refused: boolean, unpublished: boolean): ReadPermission {
  const declared = visibilityOf(type)
  return readPermissionOf[atLeast(declared, refused ? 'cases' : unpublished ? 'register' : 'public')]
}

export function maySee(principal: Principal, { type, metadata }: Seen): boolean {
  return allows(principal, permissionFor(type, metadata.refusal !== null, isUnpublished(metadata)), metadata)
}

/** Of a practitioner, or of a unit alone: what an institution does for a unit is the institution's. */
function isUnpublished({ institutions, practitioners, units }: Seen['metadata']): boolean {
  return practitioners.length > 0 || (units.length > 0 && institutions.length === 0)
}

const eventTypes = categories.flatMap((category) => Object.keys(category.events))

/**
 * For tables with the columns type, refused, division and institution. Where an event names practitioners besides an
 * institution, its type is not public; a row that names no institution may be of a practitioner or a unit.
 */
export function visibleEvents(principal: Principal): Condition {
  const columns = { division: 'division', institution: 'institution' }
  type Group = { permission: ReadPermission; refused: boolean; named: boolean; types: string[] }
  const byPermission = new Map<string, Group>()
  for (const named of [true, false]) {
    for (const refused of [false, true]) {
      for (const type of eventTypes) {
        const permission = permissionFor(type, refused, !named)
        const key = `${permission} ${refused} ${named}`
        const group = byPermission.get(key) ?? { permission, refused, named, types: [] }
        group.types.push(type)
        byPermission.set(key, group)
      }
    }
  }
  const parts = [...byPermission.values()].map(({ permission, refused, named, types }) =>
    both(
      {
        sql: `institution IS ${named ? 'NOT NULL' : 'NULL'} AND refused = ? AND type IN (${types.map(() => '?').join(', ')})`,
        parameters: [Number(refused), ...types],
      },
      scopeOf(principal, permission, columns),
    ),
  )
  return either(...parts)
}
