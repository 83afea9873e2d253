import { findEvent, type LedgerEvent } from '@fireledger/domain'
import { holds, type Principal } from './policy.ts'
import type { RulebookMarks } from './rulebook-marks.ts'

/** What the public does not need to know of an event: who in the authority did it, and in which conversation. */
export type Audience = 'public' | 'official'

export function audienceOf(principal: Principal): Audience {
  return holds(principal, 'read-register') ? 'official' : 'public'
}

/** Data without what the public does not get of it. */
function publicData(type: string, data: unknown): unknown {
  const withheld = findEvent(type)?.definition.withheld ?? []
  return Object.fromEntries(Object.entries(data as object).filter(([key]) => !withheld.includes(key)))
}

/**
 * An event as the API answers it; `data` with its persons already shown or withheld. `metadata.illustrative` says whether
 * its numbers come from a rulebook whose numbers are a demonstration's; null: from none. The marks have learnt it.
 */
export function presentEvent(event: LedgerEvent, data: unknown, audience: Audience, marks: RulebookMarks) {
  const { metadata } = event
  const { effectiveAt, recordedAt, schemaVersion, legalBasis, rulebook } = metadata
  const { division, institutions, practitioners, units, refusal } = metadata
  return {
    id: event.id,
    type: event.type,
    title: findEvent(event.type)?.definition.title ?? null,
    stream: event.stream,
    category: event.category,
    streamId: event.streamId,
    revision: event.revision,
    position: String(event.position),
    effectiveAt,
    recordedAt,
    data: audience === 'public' ? publicData(event.type, data) : data,
    metadata: {
      schemaVersion,
      legalBasis,
      rulebook,
      illustrative: marks.of(event.data as object),
      division,
      institutions,
      practitioners,
      units,
      refusal,
      ...(audience === 'public'
        ? {}
        : {
            actor: metadata.actor,
            correlationId: metadata.correlationId,
            causationId: metadata.causationId,
            commandId: metadata.commandId,
            reliedOn: metadata.reliedOn,
          }),
    },
  }
}
