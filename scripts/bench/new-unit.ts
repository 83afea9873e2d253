import { encodeEvent, type NewEvent } from '../../packages/event-store/src/index.ts'
import { metadataOf, testUlid } from '../../projections/src/test-kit.ts'

let numbers = 0

/** A stream that is new and its first event, as the gateway would append it. */
export function newUnit(): [stream: string, event: NewEvent] {
  numbers += 1
  const stream = `unit-${testUlid(numbers * 1_000_000)}`
  const data = {
    name: '常州市新北锦汇大酒店',
    uscc: null,
    kind: 'hotel',
    areaSquareMetres: 20_229,
    division: '320411',
    address: '江苏省常州市新北区通江中路54号',
    contact: null,
  }
  const metadata = metadataOf({ stream, type: 'UnitRegistered', data, division: '320411' }, numbers)
  return [stream, encodeEvent({ id: crypto.randomUUID(), type: 'UnitRegistered', data, metadata })]
}
