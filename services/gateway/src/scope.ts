import { divisionPrefix } from '@fireledger/domain'
import { holds, type Principal, type ReadPermission } from './policy.ts'

/** The policy as a condition in SQL, so that a list holds what its reader may see and nothing has to be thrown away. */

export type Condition = { readonly sql: string; readonly parameters: readonly (string | number)[] }

export const everything: Condition = { sql: '1', parameters: [] }
export const nothing: Condition = { sql: '0', parameters: [] }

export type ScopeColumns = {
  readonly division: string
  /** The column that names the institution (USCC); null: an institution's own account sees none of these rows. */
  readonly institution: string | null
}

export function scopeOf(principal: Principal, permission: ReadPermission, columns: ScopeColumns): Condition {
  if (!holds(principal, permission)) return nothing
  if (permission === 'read-public') return everything
  const own = ownOnly(principal, columns)
  if (principal.division === null) return own
  return both(own, {
    sql: `(${columns.division} IS NULL OR ${within(columns.division)})`,
    parameters: prefixBounds(principal.division),
  })
}

function ownOnly(principal: Principal, columns: ScopeColumns): Condition {
  if (principal.role !== 'institution') return everything
  if (principal.uscc === null || columns.institution === null) return nothing
  return { sql: `${columns.institution} = ?`, parameters: [principal.uscc] }
}

export function inDivision(column: string, code: string): Condition {
  return { sql: within(column), parameters: prefixBounds(code) }
}

export function both(...conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || '1',
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}

export function either(...conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' OR ') || '0',
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}

function within(column: string): string {
  return `${column} >= ? AND ${column} < ?`
}

/** A range instead of LIKE, so that an index serves it: `3204` to `3204~`. */
function prefixBounds(code: string): [string, string] {
  const prefix = divisionPrefix(code)
  return [prefix, `${prefix}~`]
}
