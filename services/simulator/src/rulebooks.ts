import { planSimulation, type RulebookState, rulebook, type SimulationRequest } from '@fireledger/domain'
import { decodeEvent, type EventReader, loadStream, type Position } from '@fireledger/event-store'

/** Rulebooks as the ledger has them. */

/** Every rulebook by id, from the events up to the position; `seen` is told each event's id. */
export async function readRulebooks(
  reader: EventReader,
  until: Position,
  seen: (eventId: string) => void,
): Promise<Map<string, RulebookState>> {
  const states = new Map<string, RulebookState>()
  for await (const page of reader.readAll({ filter: { categories: ['rulebook'] } })) {
    for (const stored of page) {
      if (stored.position > until) continue
      const { id, streamId, type, data, metadata } = decodeEvent(stored)
      const event = { id, type, data, effectiveAt: metadata.effectiveAt } as never
      states.set(streamId, rulebook.evolve(states.get(streamId) ?? rulebook.initialState, event))
      seen(id)
    }
  }
  return new Map([...states].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The plan for what is asked, or the refusal that drafting or adopting it would meet. */
export async function planOn(reader: Pick<EventReader, 'readStream'>, request: SimulationRequest) {
  const { state } = await loadStream(reader, rulebook, request.rulebook)
  return planSimulation(request, state as RulebookState)
}
