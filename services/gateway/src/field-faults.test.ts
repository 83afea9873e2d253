import { type CommandDefinition, categories } from '@fireledger/domain'
import { invalidOf } from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { faultInChinese } from './field-faults.ts'
import { givenGateway, institutionProfile, uscc } from './test-kit.ts'

const commands = categories.flatMap((category) =>
  Object.entries<CommandDefinition>(category.commands).map(([type, { data }]) => ({ type, data })),
)

/** Values that no field takes, and some that are nearly right. */
const wrong: readonly unknown[] = [
  undefined,
  null,
  7,
  -1.5,
  true,
  '',
  '!',
  '\u0000',
  'x'.repeat(3000),
  '2026-13-01',
  '0001-01-01',
  [],
  [7],
  {},
]

/** Every fault that wrong values make in the data of a command, wherever they stand. */
function* faultsOf(schema: z.ZodObject): Generator<{ code: string; message: string }> {
  for (const value of wrong) {
    const data = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, value]))
    for (const each of [data, { ...data, surprise: 1 }]) {
      const { error } = schema.safeParse(each)
      if (error) yield* invalidOf(error, '/data')
    }
  }
}

describe('a field that does not parse', () => {
  it.each(commands)('of $type is told in Chinese, without an English sentence', ({ data }) => {
    for (const { code, message } of faultsOf(data)) {
      const told = faultInChinese(code, message)
      expect(told, message).toMatch(/\p{Script=Han}/u)
      expect(told, message).not.toMatch(/expected|received|must |invalid|too (big|small)|校验未通过/i)
    }
  })

  it.each([
    ['invalid_format', 'expected a calendar day, e.g. 2026-04-01', '应为日期，例如 2026-04-01'],
    ['invalid_type', 'Invalid input: expected string, received undefined', '缺少此字段，应为文本'],
    ['invalid_type', 'Invalid input: expected int, received string', '应为整数，收到的是文本'],
    ['invalid_value', 'Invalid option: expected one of "a"|"b"', '只能是其中之一："a"、"b"'],
    ['too_big', 'must have at most 500 characters', '最多500个字'],
    ['too_big', 'Too big: expected array to have <=20 items', '项数应不超过20'],
    ['custom', 'something nobody wrote yet', '校验未通过'],
  ])('%s %s: %s', (code, message, told) => {
    expect(faultInChinese(code, message)).toBe(told)
  })

  it('shows the right form of a wrong date, in the language of the answer', async () => {
    const gateway = await givenGateway()
    const ask = async (language: string, establishedOn: string) => {
      const answer = await gateway.app.inject({
        method: 'POST',
        url: `/v1/institutions/${uscc}/register`,
        headers: { authorization: await gateway.token('registrar'), 'accept-language': language },
        payload: { data: { ...institutionProfile, establishedOn } },
      })
      return answer.json().errors
    }
    expect(await ask('zh-CN', '2019.5.6')).toEqual([
      { pointer: '/data/establishedOn', code: 'invalid_format', detail: '应为日期，例如 2026-04-01' },
    ])
    expect(await ask('en', '2019.5.6')).toMatchObject([
      { detail: 'expected a calendar day, e.g. 2026-04-01' },
    ])
    expect(await ask('zh-CN', '0001-01-01')).toMatchObject([
      { detail: '应为1900年至2999年间的日期，例如 2026-04-01' },
    ])
    await gateway.close()
  })
})

describe('an accepted command', () => {
  it('to destroy a key that never was says so', async () => {
    const gateway = await givenGateway()
    const destroy = async (id: string) => {
      const answer = await gateway.app.inject({
        method: 'POST',
        url: `/v1/subject-keys/${id}/destroy`,
        headers: { authorization: await gateway.token('administrator', null) },
        payload: { data: { division: '320400', requestedOn: '2026-03-02', reason: '本人申请' } },
      })
      expect(answer.json().detail).toBeUndefined()
      return answer.json().advice
    }
    await gateway.vault.createKeys(['person-1'])
    expect(await destroy('person-1')).toBeUndefined()
    expect(await destroy('person-2')).toMatchObject([{ code: 'subject-key-unknown' }])
    await gateway.close()
  })
})
