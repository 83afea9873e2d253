import { shippedRulebooks } from '@fireledger/domain'
import { createMemoryEventStore } from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import { marked, marksOf } from './rulebook-marks.ts'

const shipped = shippedRulebooks.find(({ id }) => id === 'BJ-2022-TRIAL')
if (!shipped) throw new Error('no such rulebook is shipped')
const { division, content } = shipped

async function givenLedger() {
  const ledger = createMemoryEventStore()
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  const draft = async (id: string, data: object) => {
    const metadata = { schemaVersion: 2, institutions: [], division: null, refusal: null }
    const event = { id: `event-${id}`, type: 'RulebookDrafted', data: bytes(data), metadata: bytes(metadata) }
    await ledger.append(`rulebook-${id}`, [event], -1)
  }
  const [first] = content.items
  const known = { ...content, publishedNumbers: [`/items/0/points`] }
  await draft('SHOWN-1', { division, content: known })
  await draft('OFFICIAL-1', { division, content: { ...content, illustrative: false, publishedNumbers: [] } })
  let reads = 0
  const reader = {
    ...ledger,
    readStream(...asked: Parameters<typeof ledger.readStream>) {
      reads++
      return ledger.readStream(...asked)
    },
  }
  return { marks: marksOf(reader), same: () => marksOf(reader), reads: () => reads, item: first?.code ?? '' }
}

describe('what is said of the numbers of a rulebook', () => {
  it('is read once for each reference, however many rows name it', async () => {
    const { marks, same, reads } = await givenLedger()
    const row = { rulebook: 'SHOWN-1@0', score: 70 }
    await marks.learn([row, row, { rulebook: 'OFFICIAL-1@0' }])
    await same().learn([row])
    expect(reads()).toBe(2)
    expect(marked(row, marks)).toEqual({ ...row, illustrative: true })
    expect(marks.of({ rulebook: 'OFFICIAL-1@0' })).toBe(false)
  })

  it('is that of the number shown: an item whose points are published is none of ours', async () => {
    const { marks, item } = await givenLedger()
    const entry = { rulebook: 'SHOWN-1@0', kind: 'adjustment', item }
    await marks.learn([entry])
    expect(marks.of(entry)).toBe(false)
    expect(marks.of({ ...entry, item: 'no such' })).toBe(true)
    expect(marks.of({ ...entry, kind: 'veto' })).toBe(true)
  })

  it('is true where one of two rulebooks is illustrative, before or after a change', async () => {
    const { marks } = await givenLedger()
    const change = { before: { rulebook: 'SHOWN-1@0' }, rulebook: 'OFFICIAL-1@0' }
    await marks.learn([change])
    expect(marks.of(change)).toBe(true)
    expect(marks.of({ rulebookBefore: 'SHOWN-1@0', rulebook: 'OFFICIAL-1@0' })).toBe(true)
  })

  it('is nothing where no rulebook is named, or none that there is', async () => {
    const { marks, reads } = await givenLedger()
    const row = { rulebook: 'GONE-1@0' }
    await marks.learn([row, { rulebook: 'an adoption’s own' }, { rulebook: null }, {}])
    expect(reads()).toBe(1)
    expect(marked(row, marks)).toBe(row)
    expect(marks.of({ rulebook: null })).toBeNull()
  })
})
