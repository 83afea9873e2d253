import {
  type Concerns,
  divisionContains,
  type Permission,
  permissions,
  type Visibility,
} from '@fireledger/domain'

/**
 * Who may do what. One table, default deny: a role holds exactly the permissions written here, within the division of
 * the principal. Reading is divided by what the records say of whom.
 */

/**
 * read-public: what the rules order to be published (registers, grades, rulebooks) · read-register: full registers and
 * their history · read-cases: inspections, penalty cases, assessments · read-personal: personal data, each read
 * recorded · read-operations: ledger status, who read whom, keys. Which event is what, the catalogue says.
 */
export const readPermissions = [
  'read-public',
  'read-register',
  'read-cases',
  'read-personal',
  'read-operations',
] as const
export type ReadPermission = (typeof readPermissions)[number]

export type AnyPermission = Permission | ReadPermission
export const allPermissions: readonly AnyPermission[] = [...permissions, ...readPermissions]

export const policy = {
  /** Anyone without a token. */
  public: ['read-public'],
  /** An institution's own account: only streams that concern its own USCC. */
  institution: [
    'read-public',
    'read-register',
    'read-cases',
    'declare',
    'object',
    'assess',
    'collect',
    'waive',
  ],
  'duty-officer': ['read-public', 'read-register', 'read-cases', 'read-operations'],
  /** On site beside an assessment: their own evidence and waivers, nobody's signature. */
  inspector: ['read-public', 'read-register', 'read-cases', 'declare', 'inspect', 'collect', 'waive'],
  registrar: ['read-public', 'read-register', 'read-personal', 'register', 'declare'],
  'case-handler': ['read-public', 'read-register', 'read-cases', 'read-personal', 'penalise'],
  'credit-officer': ['read-public', 'read-register', 'read-cases', 'score', 'object'],
  'rule-maker': ['read-public', 'read-register', 'legislate'],
  assessor: ['read-public', 'read-register', 'read-cases', 'assess', 'collect', 'waive'],
  /** Sees everything that happened, changes nothing. */
  auditor: ['read-public', 'read-register', 'read-cases', 'read-operations'],
  /** Reviews responsibility after a fire: needs the persons by name. */
  reviewer: ['read-public', 'read-register', 'read-cases', 'read-personal', 'read-operations'],
  administrator: ['read-public', 'read-operations', 'administer'],
  /** The process managers, when they run apart from the ledger. */
  clerk: ['read-public', 'read-register', 'read-cases', 'read-operations', 'inspect', 'penalise', 'score'],
} as const satisfies Record<string, readonly AnyPermission[]>

export type Role = keyof typeof policy
export const roles = Object.keys(policy) as [Role, ...Role[]]

export type Principal = {
  /** Who: the token's subject; `anonymous` without one. */
  readonly id: string
  readonly role: Role
  /** The division acted for (GB/T 2260); null for the whole country. */
  readonly division: string | null
  /** For the role `institution`: the only institution whose streams it may touch. */
  readonly uscc: string | null
  /** For the role `institution`: whose login it is, by practitioner id or subject id; null: nobody's in particular. */
  readonly person: string | null
  /** Seconds since 1970; null when it does not end. */
  readonly expiresAt: number | null
}

export const anonymous: Principal = {
  id: 'anonymous',
  role: 'public',
  division: null,
  uscc: null,
  person: null,
  expiresAt: null,
}

/** Whether the role holds the permission at all, wherever. */
export function holds(principal: Principal, permission: AnyPermission): boolean {
  return (policy[principal.role] as readonly AnyPermission[]).includes(permission)
}

type Scope = Pick<Concerns, 'division' | 'institutions'>

/**
 * Whether the principal may do this to something that concerns `scope`. What has no division applies everywhere:
 * everyone who holds the permission may read it, only a principal for the whole country may change it.
 */
export function allows(principal: Principal, permission: AnyPermission, scope: Scope): boolean {
  if (!holds(principal, permission)) return false
  if (permission === 'read-public') return true
  if (principal.role === 'institution') {
    if (principal.uscc === null || !scope.institutions.includes(principal.uscc)) return false
  }
  if (principal.division === null) return true
  if (scope.division === null) return permission.startsWith('read-')
  return divisionContains(principal.division, scope.division)
}

/** What reading an event takes: its visibility stands beside its definition in the catalogue. */
export const readPermissionOf: Readonly<Record<Visibility, ReadPermission>> = {
  public: 'read-public',
  register: 'read-register',
  cases: 'read-cases',
  operations: 'read-operations',
}
