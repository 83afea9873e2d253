import { type AnyCategory, type CommandDefinition, citeLaw, instant } from '@fireledger/domain'
import { z } from 'zod'

/** How a command is documented in the API description. */

export const commandAnswer = z.object({
  eventIds: z.array(z.string()).meta({ description: 'events appended; empty when it was already so' }),
  position: z.string().nullable().meta({ description: 'opaque; for Fireledger-Min-Position' }),
  revision: z.int().meta({ description: 'of the stream afterwards' }),
  replayed: z.boolean().meta({ description: 'true when this very request had been handled before' }),
  advice: z
    .array(z.object({ code: z.string(), detail: z.string() }))
    .optional()
    .meta({ description: 'what to look at, though the command was accepted' }),
})

const commandHeaders = z.object({
  'idempotency-key': z.string().optional().meta({
    description:
      'your own id of this request: repeating it gives the first answer. What appended events, or a recorded attempt, is replayed for ever and everywhere; a refusal or “so already” without events by this gateway, for its last 100,000 of them. 400, 403, 409 and 412 are decided again. Take a new key once the ground of a refusal is gone.',
  }),
  'if-match': z.string().optional().meta({
    description:
      '`"<revision>"` or the whole tag as ETag gave it: refused with 412 when the stream has moved on',
  }),
  'if-none-match': z.string().optional().meta({ description: '`*`: the stream must not exist yet' }),
})

export function describeCommand(category: AnyCategory, type: string, definition: CommandDefinition) {
  return {
    operationId: `${category.name}.${type}`,
    tags: [category.path],
    summary: `${definition.title.zh} ${definition.title.en}`,
    description: [
      ...definition.legalBasis.map((basis) => `${citeLaw(basis).zh} · ${citeLaw(basis).en}`),
      `permission: \`${definition.permission}\``,
    ].join('\n\n'),
    params: z.object({ id: category.id }),
    headers: commandHeaders,
    body: z.strictObject({ data: definition.data, effectiveAt: instant.optional() }),
    response: { [definition.opens ? 201 : 200]: commandAnswer },
  }
}
