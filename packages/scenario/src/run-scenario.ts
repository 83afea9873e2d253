import { addDays, dayOf, type Instant, type LocalDate, startOfDay } from '@fireledger/domain'
import type { Command, Submission } from '@fireledger/event-store'
import type { ScenarioCommand, Wave } from './wave.ts'

export type Progress = {
  /** Day of the story that has been reached. */
  readonly day: LocalDate
  /** Commands handled so far, those skipped on resuming not counted. */
  readonly commands: number
}

export type RunOptions = {
  /** Submits one command under the simulated clock. */
  readonly submit: (command: Command, now: Instant) => Promise<Submission>
  /** Called at the end of each simulated day: let whatever follows the ledger catch up under that clock. */
  readonly settle: (now: Instant) => Promise<void>
  readonly onProgress?: (progress: Progress) => void
  /** Most commands under way at once; 64 when absent. */
  readonly concurrency?: number
  /**
   * `recordedAt` of the last event of an unfinished run. Waves before it are known to be complete and are skipped; the
   * wave at that moment is submitted again, which its command ids make harmless.
   */
  readonly resumeAt?: Instant
  /** Stops between two waves. */
  readonly signal?: AbortSignal
}

export class UnexpectedOutcomeError extends Error {
  override readonly name = 'UnexpectedOutcomeError'
}

/** One minute before midnight: nothing of the story happens so late. */
function endOfDay(day: LocalDate): Instant {
  return new Date(Date.parse(startOfDay(addDays(day, 1))) - 60_000).toISOString()
}

/**
 * Submits the waves one after the other, the commands of a wave together.
 * @throws UnexpectedOutcomeError when a command comes to anything else than the story expects.
 */
export async function runScenario(
  waves: Iterable<Wave> | AsyncIterable<Wave>,
  options: RunOptions,
): Promise<Progress> {
  const { settle, onProgress, resumeAt, signal } = options
  let day: LocalDate | null = null
  let commands = 0
  async function passDaysUntil(next: LocalDate): Promise<void> {
    for (; day !== null && day < next; day = addDays(day, 1)) {
      const end = endOfDay(day)
      if (resumeAt === undefined || end >= resumeAt) await settle(end)
      onProgress?.({ day, commands })
    }
    day = next
  }
  for await (const wave of waves) {
    if (signal?.aborted) break
    await passDaysUntil(dayOf(wave.at))
    if (resumeAt !== undefined && wave.at < resumeAt) continue
    await submitWave(wave, options)
    commands += wave.commands.length
  }
  if (day === null) throw new Error('the scenario has no waves')
  const reached: LocalDate = day
  if (!signal?.aborted) await passDaysUntil(addDays(reached, 1))
  return { day: reached, commands }
}

/** All of the wave's commands, some at a time; after the first that comes out wrong no other is submitted. */
async function submitWave(wave: Wave, { submit, concurrency = 64 }: RunOptions): Promise<void> {
  const queue = wave.commands.values()
  const failures: unknown[] = []
  async function work(): Promise<void> {
    for (const scenarioCommand of queue) {
      const { expected, ...command } = scenarioCommand
      const submission = await submit(command, wave.at)
      const wrong = complaintAbout(submission, expected)
      if (wrong !== null) {
        throw new UnexpectedOutcomeError(`${describe(scenarioCommand, wave.at)}: ${wrong}`)
      }
      if (failures.length > 0) return
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, wave.commands.length) }, () =>
    work().catch((error: unknown) => failures.push(error)),
  )
  await Promise.all(workers)
  if (failures.length > 0) throw failures[0]
}

function complaintAbout(submission: Submission, expected: ScenarioCommand['expected']): string | null {
  const wanted = expected === 'accepted' ? 'accepted' : `refused ${expected.refused}`
  const actual = submission.kind === 'refused' ? `refused ${submission.refusal.code}` : submission.kind
  if (actual === wanted) return null
  const detail =
    submission.kind === 'refused'
      ? `: ${submission.refusal.message.en}`
      : submission.kind === 'invalid'
        ? `: ${submission.errors.map((error) => `${error.pointer} ${error.message}`).join('; ')}`
        : ''
  return `expected ${wanted}, was ${actual}${detail}`
}

function describe({ category, type, id, commandId }: ScenarioCommand, at: Instant): string {
  return `${type} of ${category.name}-${id} at ${at} (command ${commandId})`
}
