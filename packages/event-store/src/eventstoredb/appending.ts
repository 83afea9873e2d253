import {
  AppendOutcomeUnknownError,
  type AppendResult,
  LedgerUnavailableError,
  type NewEvent,
  type Position,
  WrongExpectedRevisionError,
} from '../event-store.ts'
import { AppendAttemptError } from './failures.ts'
import type { Link } from './link.ts'
import { withDeadline } from './patience.ts'

/** An append that is repeated, identically, until its outcome is known or patience is at its end. */

/** @param positionAt position of an event of the stream; null when it cannot be read yet. */
export async function appendUntilKnown(
  link: Link,
  stream: string,
  events: readonly NewEvent[],
  expected: number,
  positionAt: (stream: string, revision: number) => Promise<Position | null>,
): Promise<AppendResult> {
  const patience = link.patience()
  for (;;) {
    link.mustBeOpen()
    const used = link.current()
    let trouble: string
    try {
      const attempt = used.append(stream, events, expected)
      const appended = await withDeadline(attempt, link.deadlineMs, 'the server')
      // The answer to a retry comes without the position of the first write.
      const position = appended.position ?? (await positionAt(stream, appended.revision))
      if (position !== null) return { revision: appended.revision, position }
      trouble = `accepted, but revision ${appended.revision} cannot be read yet`
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw error
      const failure = failureOf(error, stream, expected)
      trouble = failure.reason
      if (failure.suspect) link.renew(used)
    }
    if (!(await patience.again(`append to ${stream}: ${trouble}`))) {
      throw new AppendOutcomeUnknownError(
        `append to ${stream}: ${trouble}; it may have happened: try it again`,
      )
    }
  }
}

/** What may be tried again; throws what is final. Anything unexpected may have happened after the write. */
function failureOf(error: unknown, stream: string, expected: number): { reason: string; suspect: boolean } {
  if (!(error instanceof AppendAttemptError)) return { reason: (error as Error).message, suspect: true }
  const { failure } = error
  switch (failure.kind) {
    case 'wrong-revision':
      throw new WrongExpectedRevisionError(stream, expected, failure.actual)
    case 'refused':
      throw new LedgerUnavailableError(`append to ${stream}: ${failure.reason}`, { cause: error })
    case 'unknown':
      return failure
  }
}
