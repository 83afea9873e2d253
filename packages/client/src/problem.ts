/** One field that is to blame: a JSON Pointer into the body (`/data/…`), `?name` of a query parameter, or a header. */
export type FieldFault = { readonly pointer: string; readonly code: string; readonly detail: string }

/** An article that a refusal rests on; `text` names it in the language of the answer. */
export type CitedLaw = { readonly basis: string; readonly text: string }

/** The body of every answer that is no success: a problem detail (RFC 9457). */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly traceId: string
  /** Which rule refused. */
  readonly code?: string
  readonly errors?: readonly FieldFault[]
  readonly legalBasis?: readonly CitedLaw[]
  /** Of a 412: the revision to look at. */
  readonly revision?: number
}

/**
 * An answer that is no success. `kind` is the stable slug of the problem type: `refused` (a rule says no), `stale`
 * (someone wrote first), `invalid`, `unauthenticated`, `forbidden`, `not-found`, `unavailable`, …; `unreachable` when
 * there was no answer at all.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly kind: string
  readonly problem: Problem
  /** How long to wait before the same request may succeed; null when waiting does not help. */
  readonly retryAfterMs: number | null
  constructor(problem: Problem, retryAfterMs: number | null, options?: ErrorOptions) {
    super(problem.detail, options)
    this.kind = problem.type.slice(problem.type.lastIndexOf(':') + 1)
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/** The problem of an answer, also of one that comes from something in between and is no problem detail. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return new ProblemError((await response.json()) as Problem, retryAfterMs)
  }
  const kind = response.status >= 500 ? 'unavailable' : 'unexpected'
  return new ProblemError(
    bare(kind, response.status, `${response.status} ${response.statusText}`, new URL(response.url).pathname),
    retryAfterMs,
  )
}

/** There was no answer: no network, no gateway, or it went away. */
export function unreachable(path: string, cause: unknown): ProblemError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new ProblemError(bare('unreachable', 0, detail, path), 1000, { cause })
}

function bare(kind: string, status: number, detail: string, instance: string): Problem {
  return { type: `urn:fireledger:problem:${kind}`, title: kind, status, detail, instance, traceId: '' }
}
