import { createInterface } from 'node:readline'
import { type EventStore, WrongExpectedRevisionError } from '../event-store.ts'
import { openEmbeddedLedger } from './embedded.ts'
import { type Attempt, eventsOfAttempt, type Go, type Line } from './kill-load.ts'

/** Appends as fast as it can until it is killed; says on standard output what it tries and what was acknowledged. */

const appenders = 8

/** Resolves when the line has left this process: from then on the test sees it, also after the kill. */
const say = (line: Line) =>
  new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()))

async function attempt(ledger: EventStore, given: Attempt): Promise<boolean> {
  try {
    const result = await ledger.append(given.stream, eventsOfAttempt(given), given.expected)
    say({
      kind: 'acknowledged',
      name: given.name,
      revision: result.revision,
      position: String(result.position),
    })
    return true
  } catch (error) {
    if (!(error instanceof WrongExpectedRevisionError)) throw error
    say({ kind: 'conflicted', name: given.name })
    return false
  }
}

/** Appender 0 and 1 fight for one stream, the others have one each. */
async function appendForEver(ledger: EventStore, round: number, appender: number) {
  const stream = `load-${Math.max(appender, 1)}`
  let revision = -1
  for await (const [last] of ledger.readStream(stream, { direction: 'backwards', limit: 1 })) {
    revision = last?.revision ?? -1
  }
  for (let number = 0; ; number++) {
    const given = {
      name: `${round}.${appender}.${number}`,
      stream,
      expected: revision,
      count: 1 + (number % 4),
    }
    // With a slow reader the line waits here; an event of an attempt that was never told would seem to be nobody's.
    await say({ kind: 'trying', attempt: given })
    if (await attempt(ledger, given)) revision += given.count
    else revision += 1
  }
}

async function run({ directory, round, unanswered }: Go) {
  const ledger = await openEmbeddedLedger(directory)
  await Promise.all(unanswered.map((given) => attempt(ledger, given)))
  await Promise.all(
    Array.from({ length: appenders }, (_, appender) => appendForEver(ledger, round, appender)),
  )
}

createInterface({ input: process.stdin }).once('line', (line) => {
  run(JSON.parse(line) as Go).catch((error) => say({ kind: 'failed', message: String(error) }))
})
say({ kind: 'warm' })
