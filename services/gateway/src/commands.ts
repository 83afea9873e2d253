import {
  type AnyCategory,
  type CommandDefinition,
  type Concerns,
  categories,
  commandPath,
  divisionCode,
  divisionContains,
  externalCommands,
  instant,
} from '@fireledger/domain'
import {
  type Command,
  type CommandDependencies,
  foldStream,
  type OutcomeMemory,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Advice, adviceOn } from './advice.ts'
import { type commandAnswer, describeCommand } from './command-schema.ts'
import type { GatewayDependencies } from './dependencies.ts'
import type { RequireFiles } from './evidence/named-file-check.ts'
import { type Admissions, commandIdOf } from './idempotency.ts'
import { invalid, parseOrRefuse } from './invalid.ts'
import { mentionsSubject, type PrepareKeys } from './key-preparation.ts'
import { languageOf } from './language.ts'
import { allows, holds, type Principal } from './policy.ts'
import { entityTag, expectedRevisionOf, idempotencyKeyOf } from './preconditions.ts'
import { forbidden } from './principal.ts'
import { ProblemError, refused } from './problems.ts'
import { registers } from './queries/index.ts'
import { sealingProblem } from './sealing-problem.ts'

const envelope = z.strictObject({ data: z.unknown(), effectiveAt: instant.optional() })

/** What the command routes share besides what the gateway was given. */
export type CommandRouteDependencies = GatewayDependencies & {
  readonly prepareKeys: PrepareKeys
  readonly requireFiles: RequireFiles
  /** Of requests with a key: the others are nobody's retry. */
  readonly outcomes?: OutcomeMemory
}

/**
 * One route per command of the catalogue: `POST /v1/<streams>/<id>/<command>`. Nothing here knows any of them by name.
 */
export function registerCommands(
  app: FastifyInstance,
  deps: CommandRouteDependencies,
  admissions: Admissions,
): void {
  for (const category of categories) {
    for (const [type, definition] of externalCommands(category)) {
      app.post<{ Params: { id: string } }>(
        `/${category.path}/:id/${commandPath(category, type)}`,
        {
          schema: describeCommand(category, type, definition),
          // submitCommand parses, for every door into the ledger alike; here the schema only documents.
          validatorCompiler: () => (value) => ({ value }),
        },
        async (request, reply) => {
          const { principal } = request
          if (!holds(principal, definition.permission)) throw forbidden(principal, definition.permission)
          const key = idempotencyKeyOf(request.headers)
          const commandId = key === null ? deps.newId() : commandIdOf(principal.id, key)
          const command = toCommand(request, category, type, commandId)
          const advice = adviceOn(command, deps.vault, languageOf(request.headers['accept-language']))
          const submission =
            key === null
              ? await submit(command, definition, principal, withoutOutcomes(deps))
              : await submitOnce(command, definition, principal, deps, admissions)
          return { ...answer(request, reply, command, definition, submission), ...advised(advice) }
        },
      )
    }
  }
}

const advised = (advice: readonly Advice[]) => (advice.length === 0 ? {} : { advice: [...advice] })

function toCommand(
  request: FastifyRequest<{ Params: { id: string } }>,
  category: AnyCategory,
  type: string,
  commandId: string,
): Command {
  const { data, effectiveAt } = parseOrRefuse(envelope, request.body)
  const expectedRevision = expectedRevisionOf(request.headers)
  const { id, role, division, person } = request.principal
  return {
    category,
    type,
    id: request.params.id,
    data,
    effectiveAt: effectiveAt ?? null,
    commandId,
    correlationId: request.id,
    causationId: null,
    actor: { id, role, division, ...(role === 'institution' ? { person } : {}) },
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  }
}

async function submit(
  command: Command,
  definition: CommandDefinition,
  principal: Principal,
  deps: CommandRouteDependencies,
): Promise<Submission> {
  try {
    const authorise = (_: Command, concerns: Concerns | null) =>
      concerns === null || allows(principal, definition.permission, concerns)
    // Keys are neither made nor used, and nobody learns of an erasure, before it is known whose business this is.
    if (mentionsSubject(command.data) && !(await mayAddress(command, principal, deps.ledger, authorise))) {
      return { kind: 'forbidden' }
    }
    const looked = await deps.requireFiles(command, principal)
    await deps.prepareKeys(definition.data, command.data)
    const { ledger, now, vault, outcomes } = deps
    return await submitCommand(looked, {
      ledger,
      now,
      seal: vault.seal,
      ...(outcomes ? { outcomes } : {}),
      authorise,
    })
  } catch (error) {
    throw sealingProblem(error) ?? error
  }
}

function withoutOutcomes({ outcomes: _, ...deps }: CommandRouteDependencies): CommandRouteDependencies {
  return deps
}

type Authorise = NonNullable<CommandDependencies['authorise']>

/**
 * Whether the command may be put to what is there; where nothing is, in the division that it names. What it makes of
 * the stream is authorised once more when it is decided.
 */
async function mayAddress(
  command: Command,
  principal: Principal,
  ledger: GatewayDependencies['ledger'],
  authorise: Authorise,
): Promise<boolean> {
  const { category, data } = command
  const id = category.id.safeParse(command.id)
  if (!id.success) return true
  const { state, revision } = await foldStream(ledger, category, id.data)
  if (revision >= 0) return authorise(command, category.concerns(state, id.data))
  const named = z.object({ division: divisionCode }).safeParse(data)
  if (!named.success || principal.division === null) return true
  return divisionContains(principal.division, named.data.division)
}

async function submitOnce(
  command: Command,
  definition: CommandDefinition,
  principal: Principal,
  deps: CommandRouteDependencies,
  admissions: Admissions,
): Promise<Submission> {
  const stream = `${command.category.name}-${command.id}`
  const admission = admissions.enter(command.commandId, stream)
  if (admission === 'other-stream') return { kind: 'reused' }
  if (admission === 'in-flight') {
    throw new ProblemError(
      'in-flight',
      {
        zh: '使用同一 Idempotency-Key 的请求尚在处理，请稍后重试',
        en: 'a request with this Idempotency-Key is still being handled: try again in a moment',
      },
      { headers: { 'retry-after': '1' } },
    )
  }
  let handled = false
  try {
    const submission = await submit(command, definition, principal, deps)
    handled = 'position' in submission && submission.position !== null
    return submission
  } finally {
    admissions.leave(command.commandId, stream, handled)
  }
}

const withRecord = new Set(registers.map(({ path }) => path))

/** Where the outcome can be read: the record, or the stream of what has no register. */
function locationOf({ category, id }: Command): string {
  const place = encodeURIComponent(id)
  return withRecord.has(category.path)
    ? `/v1/${category.path}/${place}`
    : `/v1/streams/${category.name}-${place}`
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  command: Command,
  definition: CommandDefinition,
  submission: Submission,
): z.input<typeof commandAnswer> {
  if (submission.kind !== 'accepted') throw problemOfSubmission(submission, request, definition)
  const { eventIds, position, revision, replayed } = submission
  reply.code(definition.opens && eventIds.length > 0 ? 201 : 200)
  reply.header('location', locationOf(command))
  if (revision >= 0) reply.header('etag', entityTag(revision))
  if (position !== null) reply.header('fireledger-position', String(position))
  if (replayed) reply.header('idempotency-replayed', 'true')
  return {
    eventIds: [...eventIds],
    position: position === null ? null : String(position),
    revision,
    replayed,
  }
}

function problemOfSubmission(
  submission: Exclude<Submission, { kind: 'accepted' }>,
  request: FastifyRequest,
  { permission }: CommandDefinition,
): ProblemError {
  switch (submission.kind) {
    case 'invalid':
      return invalid(submission.errors)
    case 'forbidden':
      return forbidden(request.principal, permission)
    case 'conflict':
      return new ProblemError(
        'stale',
        {
          zh: `该记录现为版本 ${submission.actual}，请重新读取后再决定`,
          en: `the stream is at revision ${submission.actual}: read it again and decide again`,
        },
        {
          members: { revision: submission.actual },
          ...(submission.actual < 0 ? {} : { headers: { etag: entityTag(submission.actual) } }),
        },
      )
    case 'reused':
      return new ProblemError('reused', {
        zh: '该 Idempotency-Key 已用于内容不同的请求；新请求请换用新键，重试请原样重发',
        en: 'this Idempotency-Key was used for another request: take a new key for a new request, or repeat the first one unchanged',
      })
    case 'refused': {
      return refused(submission.refusal, {
        ...(submission.position === null ? {} : { 'fireledger-position': String(submission.position) }),
        ...(submission.replayed ? { 'idempotency-replayed': 'true' } : {}),
      })
    }
  }
}
