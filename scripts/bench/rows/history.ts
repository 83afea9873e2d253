import { perSecond, quantile, type Row, type Side } from '../frame.ts'
import { startGateway } from '../gateway.ts'
import { materialOf } from '../material.ts'
import { readStoreOf } from '../read-models.ts'

type Asked = { readonly name: string; path(uscc: string): string }

const asked: readonly Asked[] = [
  { name: 'first page of an institution’s history', path: (uscc) => `institutions/${uscc}/history?limit=50` },
  {
    name: 'an institution as of a day',
    path: (uscc) => `institutions/${uscc}?asOf=2025-06-30&asKnownAt=2025-07-01T00:00:00%2B08:00`,
  },
]

/** Institutions of which something was known on that day. */
const registeredThen = `SELECT institution FROM institution_history
  WHERE stream = 'institution-' || institution AND revision = 0 AND recorded_at < '2025-06-01' ORDER BY institution`

/** Queries of one institution cost the same however large the ledger: each size is asked in turns. */
export const historyRow: Row = {
  name: 'history',
  aim: 'p99 ≤ 1.3 × between the smallest and the next larger ledger',
  async *measurements(options) {
    const sizes = options.sizes.slice(0, 2)
    const gateways = []
    for (const events of sizes) {
      const material = await materialOf(events, options.keepIn)
      const readStore = await readStoreOf(material)
      gateways.push({ events, gateway: await startGateway({ ledger: material.ledger, readStore }) })
    }
    try {
      const times = options.quick ? 10 : 1000
      for (const { name, path } of asked) {
        const sides: Record<string, Side> = {}
        for (const { events, gateway } of gateways) {
          const authorization = await gateway.token('auditor')
          const codes = gateway.readStore
            .all<{ institution: string }>(registeredThen)
            .map(({ institution }) => institution)
          let number = 0
          sides[`${events} events`] = async () => {
            const latenciesMs: number[] = []
            const { cpuMicroseconds } = await perSecond(times, async () => {
              for (let time = 0; time < times; time++) {
                // Another one each time, spread over all of them.
                number = (number + 7919) % codes.length
                const begin = performance.now()
                const url = `/v1/${path(codes[number] ?? '')}`
                const answer = await gateway.app.inject({ url, headers: { authorization } })
                latenciesMs.push(performance.now() - begin)
                if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`)
              }
            })
            return { value: quantile(latenciesMs, 0.99), cpuMicroseconds }
          }
        }
        const [small, large] = Object.keys(sides)
        yield {
          name: `${name}, p99 of ${times}`,
          unit: 'ms',
          warmsUp: true,
          sides,
          comparisons: small && large ? [{ of: large, to: small, atMost: 1.3 }] : [],
          close: async () => {},
        }
      }
    } finally {
      for (const { gateway } of gateways) await gateway.close()
    }
  },
}
