import type { Actor } from '@fireledger/domain'
import type { Random } from './random.ts'

/** Those who act: officers of the brigades by work number, and the institutions' own accounts. */

export type Office = 'registrar' | 'inspector' | 'case-handler' | 'credit-officer' | 'rule-maker'

/** Work numbers of one brigade: 1–6 registrars, 7–24 inspectors, 25–30 case handlers, 31–33 credit, 34 rules. */
const numbers: Readonly<Record<Office, readonly [number, number]>> = {
  registrar: [1, 6],
  inspector: [7, 24],
  'case-handler': [25, 30],
  'credit-officer': [31, 33],
  'rule-maker': [34, 34],
}

export const cityDivision = '320400'

export function officerNumbers(office: Office, division: string): string[] {
  const [first, last] = numbers[office]
  return Array.from(
    { length: last - first + 1 },
    (_, place) => `officer-${division}-${String(first + place).padStart(3, '0')}`,
  )
}

/** One officer of the brigade, as the actor of a command. */
export function officer(office: Office, division: string, random: Random): Actor {
  return { id: random.pick(officerNumbers(office, division)), role: office, division }
}

/** The administrator of the whole country: what is asked of it no city may do by itself. */
export const nationalAdministrator: Actor = {
  id: 'officer-000000-035',
  role: 'administrator',
  division: null,
}

/** The institution's own account. */
export function ownAccount(institution: { readonly uscc: string; readonly division: string }): Actor {
  return { id: `institution-${institution.uscc}`, role: 'institution', division: institution.division }
}
