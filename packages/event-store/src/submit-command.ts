import { findCommand, instant } from '@fireledger/domain'
import type { z } from 'zod'
import { type Command, type CommandDependencies, handleCommand, type Outcome } from './handle-command.ts'
import { type Invalid, invalidOf } from './invalid.ts'

export type Submission = Outcome | { readonly kind: 'invalid'; readonly errors: readonly Invalid[] }

export type SubmitDependencies = CommandDependencies & {
  /** Replaces every person in the data by its sealed form, or promises to; creates the subject's key when there is none. */
  readonly seal: (schema: z.ZodType, data: unknown) => unknown
}

/**
 * The one door into the ledger, for the gateway, the importers, the scenario and the clerk alike:
 * parse by the command's schema, seal the persons, then load, fold, decide, append.
 */
export async function submitCommand(command: Command, deps: SubmitDependencies): Promise<Submission> {
  const definition = findCommand(command.category, command.type)
  if (!definition) {
    return {
      kind: 'invalid',
      errors: [
        {
          pointer: '',
          code: 'unknown-command',
          message: `${command.type} is no command of ${command.category.name}`,
        },
      ],
    }
  }
  const id = command.category.id.safeParse(command.id)
  if (!id.success) return { kind: 'invalid', errors: invalidOf(id.error, '/id') }
  const parsed = definition.data.safeParse(command.data)
  if (!parsed.success) return { kind: 'invalid', errors: invalidOf(parsed.error, '/data') }
  const effectiveAt = instant.nullable().safeParse(command.effectiveAt)
  if (!effectiveAt.success) return { kind: 'invalid', errors: invalidOf(effectiveAt.error, '/effectiveAt') }
  const data = await deps.seal(definition.data, parsed.data)
  return handleCommand({ ...command, data, effectiveAt: effectiveAt.data }, deps)
}
