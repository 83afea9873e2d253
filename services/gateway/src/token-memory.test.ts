import { describe, expect, it } from 'vitest'
import { anonymous, type Principal } from './policy.ts'
import { rememberTokens } from './token-memory.ts'

const end = Date.UTC(2026, 2, 2)
const inspector: Principal = { ...anonymous, id: 'inspector-1', role: 'inspector', expiresAt: end / 1000 }

function given(answers: (token: string) => Principal | null, max?: number) {
  const asked: string[] = []
  let clock = end - 60_000
  const verify = rememberTokens(
    async (token) => {
      asked.push(token)
      return answers(token)
    },
    () => new Date(clock).toISOString(),
    max,
  )
  return {
    verify,
    asked,
    passesTo(moment: number) {
      clock = moment
    },
  }
}

describe('tokens that are remembered', () => {
  it('are verified once', async () => {
    const { verify, asked } = given(() => inspector)
    expect(await verify('a')).toBe(inspector)
    expect(await verify('a')).toBe(inspector)
    expect(asked).toEqual(['a'])
  })

  it('end when they end, to the millisecond', async () => {
    let valid = true
    const { verify, asked, passesTo } = given(() => (valid ? inspector : null))
    await verify('a')
    passesTo(end - 1)
    expect(await verify('a')).toBe(inspector)
    expect(asked).toHaveLength(1)
    valid = false
    passesTo(end)
    expect(await verify('a')).toBeNull()
    expect(asked).toHaveLength(2)
  })

  it('are good ones only: a bad one is verified each time it is tried', async () => {
    const { verify, asked } = given(() => null)
    expect(await verify('bad')).toBeNull()
    expect(await verify('bad')).toBeNull()
    expect(asked).toEqual(['bad', 'bad'])
  })

  it('are so many and no more', async () => {
    const { verify, asked } = given(() => inspector, 2)
    for (const token of ['a', 'b', 'c', 'c', 'a']) await verify(token)
    expect(asked).toEqual(['a', 'b', 'c', 'a'])
  })
})
