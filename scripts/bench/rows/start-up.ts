import { perSecond, type Row, type Side } from '../frame.ts'
import { startGateway } from '../gateway.ts'
import { materialOf } from '../material.ts'
import { readStoreOf } from '../read-models.ts'

/** From nothing to an address that answers, on a ledger and read store that are there. */
export const startUpRow: Row = {
  name: 'start-up',
  aim: 'seconds, also with 3 M events',
  async *measurements(options) {
    const sides: Record<string, Side> = {}
    for (const events of options.sizes) {
      const material = await materialOf(events, options.keepIn)
      const readStore = await readStoreOf(material)
      sides[`${events} events`] = async () => {
        const begin = performance.now()
        const { cpuMicroseconds } = await perSecond(1, async () => {
          const gateway = await startGateway({ ledger: material.ledger, readStore })
          await gateway.close()
        })
        return { value: performance.now() - begin, cpuMicroseconds }
      }
    }
    yield {
      name: 'gateway over an embedded ledger, opened, listening and closed again',
      unit: 'ms',
      sides,
      comparisons: [],
      close: async () => {},
    }
  },
}
