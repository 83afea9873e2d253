import { pages } from '../pages/pages.ts'
import type { Visit } from './browser.test-kit.ts'

/** Who may see a page, and has the most to see there. */
const roleOf: Readonly<Record<string, string>> = {
  'rule-simulation': 'rule-maker',
  acts: 'case-handler',
  act: 'case-handler',
  operations: 'administrator',
}

export type PageVisit = {
  readonly key: string
  readonly role: string
  address(visit: Visit): Promise<string>
}

async function firstId({ context, base }: Visit, register: string, column: string): Promise<string> {
  const answer = await context.request.get(`${base}/v1/${register}?limit=1`)
  return (await answer.json()).items[0][column]
}

/** Addresses with something in them, for pages whose path or query names what they show. */
const addresses: Readonly<Record<string, (visit: Visit) => Promise<string>>> = {
  act: async () => '/acts/institutions/suspend',
  search: async () => '/search?q=常州',
  institution: async (visit) => `/institutions/${await firstId(visit, 'institutions', 'uscc')}`,
  assessment: async (visit) => `/assessments/${await firstId(visit, 'assessments', 'id')}`,
  event: async (visit) => `/events/unit-${await firstId(visit, 'units', 'id')}/0`,
}

/** Every page of the console, each with a role that may see it. */
export const pageVisits: readonly PageVisit[] = pages.map(({ key, path }) => ({
  key,
  role: roleOf[key] ?? 'auditor',
  address: addresses[key] ?? (async () => `/${path}`),
}))
