import { permissions } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { allows, allPermissions, type Principal, policy, type Role, roles } from './policy.ts'

/** The table once more, written by hand: a change of policy has to be made twice, on purpose. */
const expected: Record<Role, string> = {
  //                register declare inspect penalise score object legislate assess collect waive administer | public register cases personal operations
  public: '...........|+....',
  institution: '.+...+.+++.|+++..',
  'duty-officer': '...........|+++.+',
  inspector: '.++.....++.|+++..',
  registrar: '++.........|++.+.',
  'case-handler': '...+.......|++++.',
  'credit-officer': '....++.....|+++..',
  'rule-maker': '......+....|++...',
  assessor: '.......+++.|+++..',
  auditor: '...........|+++.+',
  reviewer: '...........|+++++',
  administrator: '..........+|+...+',
  clerk: '..+++......|+++.+',
}

const own = '91320402MA1WABCD1L'
const inside = { division: '320402', institutions: [own] }
const outside = { division: '320500', institutions: [own] }
const everywhere = { division: null, institutions: [own] }

function principal(role: Role, division: string | null): Principal {
  return {
    id: 'test',
    role,
    division,
    uscc: role === 'institution' ? own : null,
    person: null,
    expiresAt: null,
  }
}

const cells = roles.flatMap((role) =>
  allPermissions.map((permission, index) => ({
    role,
    permission,
    granted: expected[role].replace('|', '')[index] === '+',
  })),
)

describe('the policy', () => {
  it('knows every role and every permission', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(policy))
    expect(allPermissions.slice(0, permissions.length)).toEqual(permissions)
    expect(cells).toHaveLength(13 * 16)
  })

  it.each(cells)('$role, $permission: $granted within its division', ({ role, permission, granted }) => {
    expect(allows(principal(role, '320400'), permission, inside)).toBe(granted)
    expect(allows(principal(role, null), permission, inside)).toBe(granted)
  })

  it.each(cells)('$role, $permission: nothing but the public outside it', ({ role, permission, granted }) => {
    expect(allows(principal(role, '320400'), permission, outside)).toBe(
      granted && permission === 'read-public',
    )
  })

  it.each(cells)('$role, $permission: read but not changed where it applies everywhere', (cell) => {
    const { role, permission, granted } = cell
    const reading = permission.startsWith('read-')
    expect(allows(principal(role, '320400'), permission, everywhere)).toBe(granted && reading)
    expect(allows(principal(role, null), permission, everywhere)).toBe(granted)
  })

  it.each(allPermissions)('keeps an institution’s account to its own streams: %s', (permission) => {
    const other = { division: '320402', institutions: ['91320411MA1XLLKB82'] }
    const account = principal('institution', '320400')
    expect(allows(account, permission, other)).toBe(permission === 'read-public')
    expect(allows({ ...account, uscc: null }, permission, inside)).toBe(permission === 'read-public')
  })
})
