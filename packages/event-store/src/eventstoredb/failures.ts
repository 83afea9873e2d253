/**
 * What the client's errors mean to the engine. They are told apart by the client's own `type` names, so that nothing
 * here needs the client itself.
 */

export type AppendFailure =
  | { readonly kind: 'wrong-revision'; readonly actual: number }
  /** The server said no, and will say no again: permission, size, tombstone. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may or may not have happened. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly suspect: boolean }

export class AppendAttemptError extends Error {
  override readonly name = 'AppendAttemptError'
  readonly failure: AppendFailure
  constructor(failure: AppendFailure) {
    super('reason' in failure ? failure.reason : failure.kind)
    this.failure = failure
  }
}

/** A read or subscription broke off; it can be taken up again after the last event seen. */
export class ReadBrokenError extends Error {
  override readonly name = 'ReadBrokenError'
  /** Whether the connection itself is to blame, so that the client would not mend it. */
  readonly suspect: boolean
  /** Something special: no host said which node to use; the server's certificate cannot be trusted; it has no TLS. */
  readonly kind: 'undiscovered' | 'untrusted' | 'in-clear' | null
  constructor(
    message: string,
    options: ErrorOptions & { readonly suspect?: boolean; readonly kind?: ReadBrokenError['kind'] } = {},
  ) {
    super(message, options)
    this.suspect = options.suspect ?? true
    this.kind = options.kind ?? null
  }
}

/** The server refuses for good: wrong user, no permission, tombstoned stream. */
export class ClusterRefusedError extends Error {
  override readonly name = 'ClusterRefusedError'
}

type ClientError = Error & {
  readonly type?: string
  readonly actualVersion?: bigint | 'no_stream'
  readonly maxAppendSize?: number
  readonly streamName?: string
}

/** After these the connection is well, or the client mends it and knows the leader it was told: it must stay. */
const connectionStays = ['not-leader', 'unavailable', 'cancelled', 'deadline-exceeded']

export function appendFailureOf(thrown: unknown, stream: string): AppendFailure {
  const error = thrown as ClientError
  switch (error?.type) {
    // Its message is empty: the revision is all it tells.
    case 'wrong-expected-version':
      return {
        kind: 'wrong-revision',
        actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1,
      }
    case 'stream-deleted':
      return { kind: 'refused', reason: tombstoned(stream) }
    case 'access-denied':
      return { kind: 'refused', reason: denied('write to the stream') }
    case 'maximum-append-size-exceeded':
      return {
        kind: 'refused',
        reason: `the events are larger than the server takes at once (${error.maxAppendSize} bytes)`,
      }
    case 'invalid-argument':
    case 'missing-required-metadata-property':
    case 'unsupported':
      return { kind: 'refused', reason: describe(thrown) }
    default:
      return {
        kind: 'unknown',
        reason: describe(thrown),
        suspect: !connectionStays.includes(error?.type ?? ''),
      }
  }
}

/** Whether a stream that does not exist was read: no fault, there is nothing to read. */
export function isNotFound(error: unknown): boolean {
  return (error as ClientError | null)?.type === 'stream-not-found'
}

/** A failure of a read or subscription in our terms: to be taken up again, or final. */
export function readFailureOf(thrown: unknown): ReadBrokenError | ClusterRefusedError {
  if (thrown instanceof ReadBrokenError || thrown instanceof ClusterRefusedError) return thrown
  const error = thrown as ClientError
  if (error?.type === 'access-denied') return new ClusterRefusedError(denied('read it'), { cause: thrown })
  if (error?.type === 'stream-deleted') {
    return new ClusterRefusedError(tombstoned(error.streamName ?? ''), { cause: thrown })
  }
  const suspect = !connectionStays.includes(error?.type ?? '')
  return new ReadBrokenError(describe(thrown), { cause: thrown, suspect, kind: kindOf(thrown) })
}

function kindOf(thrown: unknown): ReadBrokenError['kind'] {
  if (isUndiscovered(thrown)) return 'undiscovered'
  const message = (thrown as Error | null)?.message ?? ''
  if (inClear.test(message)) return 'in-clear'
  return untrusted.test(message) ? 'untrusted' : null
}

/** What OpenSSL says when the other side answers in clear. */
const inClear = /wrong version number|packet length too long/i
/** What OpenSSL and Node say of certificates. */
const untrusted = /certificate|altnames|self-signed|SSL routines/i

function isUndiscovered(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('Failed to discover')
}

function denied(what: string): string {
  return `the server denies access: check user and password, and that the user may ${what}`
}

function tombstoned(stream: string): string {
  return `stream ${stream} was tombstoned: a ledger stream must never be`
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  // The client keeps to itself why no host would do.
  if (isUndiscovered(thrown)) {
    return 'no host leads to a node: check the hosts, the CA file, and that the cluster has a leader'
  }
  const { type } = thrown as ClientError
  return [type, thrown.message].filter((part) => part !== undefined && part !== '').join(': ') || thrown.name
}
