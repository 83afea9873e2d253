import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LedgerBusyError } from '../event-store.ts'
import { createAppendQueue } from './append-queue.ts'

const any = () => true

describe('appends that wait', () => {
  it('are taken in the order they came, whatever comes and goes between', () => {
    const steps = fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 20 })
    fc.assert(
      fc.property(steps, (numbers) => {
        const queue = createAppendQueue<{ bytes: number; number: number }>()
        let came = 0
        let gone = 0
        for (const count of numbers) {
          for (let n = 0; n < count; n++) queue.push({ bytes: 1, number: came++ })
          for (let n = 0; n < -count && gone < came; n++) expect(queue.takeIf(any)?.number).toBe(gone++)
          expect(queue.size()).toBe(came - gone)
        }
        expect(queue.takeAll().map(({ number }) => number)).toEqual(
          Array.from({ length: came - gone }, (_, index) => gone + index),
        )
        expect(queue.takeIf(any)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('are turned away by name when too many wait, and let in again when there is room', () => {
    const queue = createAppendQueue(2, 1000)
    queue.push({ bytes: 1 })
    queue.push({ bytes: 1 })
    expect(() => queue.push({ bytes: 1 })).toThrow(LedgerBusyError)
    queue.takeIf(any)
    queue.push({ bytes: 1 })
    expect(queue.size()).toBe(2)
  })

  it('are turned away when too many bytes wait, but one may wait however big', () => {
    const queue = createAppendQueue(10, 1000)
    queue.push({ bytes: 5000 })
    expect(() => queue.push({ bytes: 1 })).toThrow(LedgerBusyError)
    queue.takeIf(any)
    queue.push({ bytes: 1000 })
    expect(() => queue.push({ bytes: 1 })).toThrow(LedgerBusyError)
    expect(queue.takeIf(() => false)).toBeUndefined()
    expect(queue.size()).toBe(1)
  })
})
