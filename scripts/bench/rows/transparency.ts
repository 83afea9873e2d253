import type { Row } from '../frame.ts'

/** Told in its place until there is a tree to measure. */
export const transparencyRow: Row = {
  name: 'transparency',
  aim: '≥ 80 % of the hash limit; proof ≤ 15 µs',
  measurements: () => [
    {
      name: 'tree over the ledger',
      unit: 'leaves/s',
      sides: {},
      comparisons: [],
      skipped: ['not built: there is no transparency log in this version'],
      close: async () => {},
    },
  ],
}
