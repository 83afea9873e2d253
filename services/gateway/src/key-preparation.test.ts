import { person } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createKeyPreparation } from './key-preparation.ts'

describe('key preparation', () => {
  const schema = z.strictObject({ contact: person.optional(), reason: z.string() })
  const about = (subjectId: string) => ({ contact: { subjectId, name: '王建国' }, reason: '测试' })

  it('makes the keys of commands that arrive together in one commit', async () => {
    const commits: string[][] = []
    const prepare = createKeyPreparation({ createKeys: (ids) => void commits.push([...ids]) })
    await Promise.all(['p-01', 'p-02', 'p-02'].map((id) => prepare(schema, about(id))))
    await prepare(schema, about('p-03'))
    expect(commits).toEqual([['p-01', 'p-02'], ['p-03']])
  })

  it('makes none for what has no person, or does not parse', async () => {
    const prepare = createKeyPreparation({ createKeys: () => expect.unreachable() })
    await prepare(schema, { reason: '测试' })
    await prepare(schema, { ...about('p-01'), surprise: 1 })
  })

  it('lets no command suffer for another’s damaged key', async () => {
    const made = new Set<string>()
    const prepare = createKeyPreparation({
      createKeys(ids) {
        const wanted = [...ids]
        if (wanted.includes('p-damaged')) throw new Error('the stored key is damaged')
        for (const id of wanted) made.add(id)
      },
    })
    const outcomes = await Promise.allSettled(
      ['p-01', 'p-damaged', 'p-02'].map((id) => prepare(schema, about(id))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect([...made]).toEqual(['p-01', 'p-02'])
  })

  it('tells every command when the keys could not be made', async () => {
    const prepare = createKeyPreparation({
      createKeys: () => {
        throw new Error('disk full')
      },
    })
    const outcomes = await Promise.allSettled([
      prepare(schema, about('p-01')),
      prepare(schema, about('p-02')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
