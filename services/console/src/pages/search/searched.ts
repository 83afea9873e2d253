import { complaints } from '../registers/conduct-registers.tsx'
import type { Column, RegisterDefinition } from '../registers/register-definition.ts'
import {
  assessments,
  inspections,
  institutions,
  penaltyCases,
  practitioners,
  projects,
  units,
} from '../registers/registers.tsx'

/** A register as the search shows it: what names a row and leads to it, then what tells it from others. */
export type Searched = {
  readonly register: RegisterDefinition
  readonly permission: string
  /** Whether a stated purpose also finds people by name. */
  readonly hasPersons: boolean
  readonly columns: readonly Column[]
}

function searchedIn(
  register: RegisterDefinition,
  permission: string,
  keys: readonly Column['key'][],
  hasPersons = false,
): Searched {
  const chosen = keys.flatMap((key) => register.columns.filter((column) => column.key === key))
  return { register, permission, hasPersons, columns: chosen }
}

export const searched: readonly Searched[] = [
  searchedIn(institutions, 'read-public', ['name', 'uscc', 'status', 'address'], true),
  searchedIn(
    practitioners,
    'read-register',
    ['registrationNumber', 'person', 'qualification', 'status', 'employer'],
    true,
  ),
  searchedIn(units, 'read-register', ['name', 'kind', 'status', 'address']),
  searchedIn(projects, 'read-register', ['contractNumber', 'unit', 'institution', 'kind', 'status']),
  searchedIn(inspections, 'read-cases', ['plannedFor', 'subject', 'form', 'status', 'campaign']),
  searchedIn(penaltyCases, 'read-cases', ['caseNumber', 'institution', 'status', 'due', 'decisionNumber']),
  searchedIn(complaints, 'read-cases', ['number', 'institution', 'channel', 'status', 'outcome']),
  searchedIn(assessments, 'read-cases', ['reportNumber', 'subject', 'institution', 'status']),
]
