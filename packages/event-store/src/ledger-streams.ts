import { categories } from '@fireledger/domain'
import type { EventFilter, EventStore, ReadAllOptions, SubscribeOptions } from './event-store.ts'

/**
 * A cluster may hold more than the ledger: leases of our own services, streams of other programs. Whoever reads "all"
 * means the ledger: the streams of the catalogue's categories. Single streams are read and written as they are named.
 * Positions of what is passed over are gaps like any other; `head` is the end of everything.
 */
export function onlyLedgerStreams(store: EventStore): EventStore {
  return {
    ...store,
    readAll: (options: ReadAllOptions = {}) => store.readAll({ ...options, filter: narrow(options.filter) }),
    subscribeToAll: (options: SubscribeOptions) =>
      store.subscribeToAll({ ...options, filter: narrow(options.filter) }),
  }
}

const ledgerCategories = categories.map(({ name }) => name)

/** Another program may have events of the same type: types alone do not tell the ledger from it. */
function narrow(filter: EventFilter = {}): EventFilter {
  return filter.categories ? filter : { ...filter, categories: ledgerCategories }
}
