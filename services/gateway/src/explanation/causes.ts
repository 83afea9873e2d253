import { dayOf, findCategory, findEvent, type LedgerEvent, type SubjectKind } from '@fireledger/domain'
import type { GatewayDependencies } from '../dependencies.ts'
import { maySee } from '../event-visibility.ts'
import type { Principal } from '../policy.ts'
import { readStream } from '../queries/past.ts'
import type { RecordTold } from './explanation.ts'

/** What a record of credit follows from: a decision, an inspection, whatever set it off, where the one who reads may see it. */

type Subject = { readonly id: string; readonly kind: SubjectKind }
type Told = Pick<RecordTold, 'decision' | 'cause'>

/** Each stream is read once, however many records follow from it. */
export function createCauseSearch(
  deps: GatewayDependencies,
  subject: Subject,
  principal: Principal,
): (causeEventId: string, factId: string) => Promise<Told> {
  const streams = new Map<string, Promise<readonly LedgerEvent[]>>()
  const read = (stream: string) => {
    const known = streams.get(stream) ?? readStream(stream, deps)
    streams.set(stream, known)
    return known
  }
  return async (causeEventId, factId) => {
    for (const stream of streamsOf(deps, subject, causeEventId, factId)) {
      const events = await read(stream)
      const cause = events.find(({ id }) => id === causeEventId)
      if (cause) return maySee(principal, cause) ? told(cause, events, principal, subject) : {}
    }
    return {}
  }
}

/** Where the event may lie: the histories of institutions know; else where the act was first recorded, or what is about them. */
function streamsOf(
  { readStore }: GatewayDependencies,
  { id, kind }: Subject,
  causeEventId: string,
  factId: string,
): Set<string> {
  const known =
    kind === 'institution'
      ? readStore.all<{ readonly stream: string }>(
          'SELECT stream FROM institution_history WHERE institution = ? AND event_id = ?',
          [id, causeEventId],
        )
      : []
  const [origin = ''] = factId.split('/')
  const cases = readStore.all<{ readonly penalty_case: string }>(
    'SELECT penalty_case FROM penalty_respondent WHERE respondent = ? AND respondent_kind = ? ORDER BY penalty_case',
    kind === 'institution' ? ['', ''] : [id, kind],
  )
  return new Set([
    ...known.map(({ stream }) => stream),
    ...(findCategory(origin.slice(0, origin.indexOf('-'))) ? [origin] : []),
    ...(kind === 'institution' ? [] : [`${kind}-${id}`]),
    ...cases.map((row) => `penaltyCase-${row.penalty_case}`),
  ])
}

function told(
  cause: LedgerEvent,
  events: readonly LedgerEvent[],
  principal: Principal,
  subject: Subject,
): Told {
  const decided = events.find(({ type }) => type === 'PenaltyDecided')
  if (decided && maySee(principal, decided)) {
    const { decisionNumber } = decided.data as { readonly decisionNumber: string | null }
    if (decisionNumber !== null) return { decision: decisionNumber }
  }
  const event = findEvent(cause.type)
  const category = findCategory(cause.category)
  if (!event || !category) return {}
  const { title } = event.definition
  // Of the subject's own record, the page has said whose it is.
  const source = cause.streamId === subject.id ? null : { title: category.title, id: cause.streamId }
  return { cause: { title, day: dayOf(cause.metadata.effectiveAt), source } }
}
