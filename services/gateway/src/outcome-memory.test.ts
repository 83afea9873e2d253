import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RememberedOutcome } from '@fireledger/event-store'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openOutcomeMemory } from './outcome-memory.ts'

const outcome = (revision: number): RememberedOutcome => ({
  digest: 'a'.repeat(64),
  outcome: { kind: 'accepted', revision },
})

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-outcomes-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'outcomes.db')
}

describe('the memory of outcomes without events', () => {
  it('keeps the first outcome, over a restart too', () => {
    const path = newFile()
    const first = openOutcomeMemory(path)
    first.remember('key-1', outcome(3))
    first.remember('key-1', outcome(4))
    first.close()
    const second = openOutcomeMemory(path)
    expect(second.find('key-1')).toEqual(outcome(3))
    expect(second.find('key-2')).toBeNull()
    second.close()
  })

  it('forgets the oldest when there are too many', () => {
    const memory = openOutcomeMemory(newFile(), 3)
    for (let n = 1; n <= 5; n++) memory.remember(`key-${n}`, outcome(n))
    expect([1, 2, 3, 4, 5].map((n) => memory.find(`key-${n}`) !== null)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
    memory.close()
  })
})
