import { anomaly } from './anomaly.ts'
import { assessment } from './assessment.ts'
import { assessmentProcess } from './assessment-process.ts'
import type { AnyCategory, CommandDefinition, EventDefinition, Visibility } from './category.ts'
import { complaint } from './complaint.ts'
import { creditAccount } from './credit-account.ts'
import { inspection } from './inspection.ts'
import { institution } from './institution.ts'
import { merit } from './merit.ts'
import { penaltyCase } from './penalty-case.ts'
import { personalRead } from './personal-read.ts'
import { practitioner } from './practitioner.ts'
import { project } from './project.ts'
import { rulebook } from './rulebook.ts'
import { subjectKey } from './subject-key.ts'
import { unit } from './unit.ts'

/**
 * Everything the ledger can hold and be asked for. The codec, the gateway's routes, the API documents and the policy
 * all read this one list: a category added here is reachable, documented and authorised.
 */
export const categories: readonly AnyCategory[] = [
  unit,
  institution,
  practitioner,
  project,
  inspection,
  penaltyCase,
  complaint,
  anomaly,
  merit,
  creditAccount,
  rulebook,
  assessmentProcess,
  assessment,
  subjectKey,
  personalRead,
]

const byName = new Map(categories.map((category) => [category.name, category]))

export function findCategory(name: string): AnyCategory | undefined {
  return byName.get(name)
}

const eventsByType = new Map<string, { category: AnyCategory; definition: EventDefinition }>(
  categories.flatMap((category) =>
    Object.entries<EventDefinition>(category.events).map(([type, definition]) => [
      type,
      { category, definition },
    ]),
  ),
)

export function findEvent(type: string): { category: AnyCategory; definition: EventDefinition } | undefined {
  return eventsByType.get(type)
}

/** Who may read events of this type; what the catalogue does not know is for operations only. */
export function visibilityOf(eventType: string): Visibility {
  const found = eventsByType.get(eventType)
  return found ? (found.definition.visibility ?? found.category.visibility) : 'operations'
}

/** The commands of a category that may be asked from outside. */
export function externalCommands(category: AnyCategory): [type: string, definition: CommandDefinition][] {
  return Object.entries<CommandDefinition>(category.commands).filter(([, { internal }]) => !internal)
}

export function findCommand(category: AnyCategory, type: string): CommandDefinition | undefined {
  return Object.hasOwn(category.commands, type) ? category.commands[type] : undefined
}

/**
 * The last path segment of a command's route: its type in kebab-case, without the category's own name at the end.
 * `RegisterInstitution` → `register`, `VerifyPracticeConditions` → `verify-practice-conditions`.
 */
export function commandPath(category: AnyCategory, type: string): string {
  const kebab = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
  const suffix = `-${kebab(category.name)}`
  const path = kebab(type)
  return path.endsWith(suffix) ? path.slice(0, -suffix.length) : path
}
