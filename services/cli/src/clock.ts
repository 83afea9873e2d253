import { steadyClock } from '@fireledger/event-store'

/** The one clock by which everything in this process records: gateway, clerk and importers alike. */
export const worldClock = steadyClock()
