import { ulid } from '@fireledger/domain'
import { expect, it } from 'vitest'
import { createNewId } from './new-ids.ts'

it('makes ULIDs that never repeat and never run backwards, also past what is drawn at once', () => {
  const newId = createNewId()
  const ids = Array.from({ length: 5000 }, newId)
  expect(ids.every((id) => ulid.safeParse(id).success)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(createNewId()()).not.toBe(createNewId()())
})
