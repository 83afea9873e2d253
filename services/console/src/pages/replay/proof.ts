import type { RegisterRow } from '@fireledger/client'
import { client } from '../../api/client.ts'
import { type Difference, differencesOf } from '../../parts/event-details/differences.ts'

/**
 * Whether what the gateway serves is what the events give: each record as it is served, beside the same record folded
 * anew from the ledger's events (any read with a clock is folded so, and reads no row).
 */

export type Proven = {
  readonly register: ProvenRegister
  readonly records: number
  readonly different: readonly { readonly id: string; readonly differences: readonly Difference[] }[]
}

type Asked = {
  readonly register: ProvenRegister
  readonly permission: string
  /** The parameter that names the institution; null: the record has its code as its id. */
  readonly by: 'institution' | 'employer' | null
}

export const provenRegisters = [
  'institutions',
  'credit-accounts',
  'practitioners',
  'projects',
  'inspections',
  'penalty-cases',
  'assessments',
  'complaints',
  'anomalies',
  'merits',
] as const
export type ProvenRegister = (typeof provenRegisters)[number]

const asked: readonly Asked[] = [
  { register: 'institutions', permission: 'read-public', by: null },
  { register: 'credit-accounts', permission: 'read-register', by: null },
  { register: 'practitioners', permission: 'read-register', by: 'employer' },
  { register: 'projects', permission: 'read-register', by: 'institution' },
  { register: 'inspections', permission: 'read-cases', by: 'institution' },
  { register: 'penalty-cases', permission: 'read-cases', by: 'institution' },
  { register: 'assessments', permission: 'read-cases', by: 'institution' },
  { register: 'complaints', permission: 'read-cases', by: 'institution' },
  { register: 'anomalies', permission: 'read-cases', by: 'institution' },
  { register: 'merits', permission: 'read-register', by: 'institution' },
]

/**
 * After everything: rows also tell what is recorded already and holds only from a later day on, and the browser's clock
 * may be wrong.
 */
const everKnown = '2999-01-01T00:00:00Z'

/** Compared at once; each takes two reads. */
const together = 4

/** `onDone`: how many records have been compared, of how many. */
export async function prove(
  uscc: string,
  permissions: readonly string[],
  onDone: (done: number, of: number) => void,
): Promise<Proven[]> {
  const found = []
  for (const { register, permission, by } of asked)
    if (permissions.includes(permission)) found.push({ register, ids: await idsOf(register, by, uscc) })
  const all = found.flatMap(({ register, ids }) => ids.map((id) => ({ register, id })))
  const compared: { register: ProvenRegister; id: string; differences: readonly Difference[] }[] = []
  for (let start = 0; start < all.length; start += together) {
    const some = all.slice(start, start + together)
    compared.push(
      ...(await Promise.all(some.map(async (one) => ({ ...one, differences: await compare(one) })))),
    )
    onDone(compared.length, all.length)
  }
  return found.map(({ register, ids }) => ({
    register,
    records: ids.length,
    different: compared.filter((one) => one.register === register && one.differences.length > 0),
  }))
}

async function idsOf(register: ProvenRegister, by: Asked['by'], uscc: string): Promise<string[]> {
  if (by === null) return [uscc]
  const ids: string[] = []
  for await (const row of client.rows<RegisterRow>(register, { [by]: uscc })) ids.push(String(row.id))
  return ids
}

async function compare({ register, id }: { register: ProvenRegister; id: string }): Promise<Difference[]> {
  const [served, folded] = await Promise.all([
    client.record(register, id),
    client.record(register, id, { asKnownAt: everKnown }),
  ])
  return differencesOf(served.data, folded.data)
}
