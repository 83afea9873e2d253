import { describe, expect, it } from 'vitest'
import { subjectId } from './person.ts'

describe('the id of a person', () => {
  it.each([
    '320402198001011234',
    '32040219800101123X',
    'person-32040219800101123x',
    '320402.19800101.1234',
    '320402800101123',
    '13800000000',
    '8613800000000',
    'person:13800000000',
    '138-0000-0000',
    '0519-88888888',
  ])('must not be an identity or a telephone number: %s', (id) => {
    expect(subjectId.safeParse(id).success).toBe(false)
  })

  it.each([
    'person-1',
    'p-01',
    'officer-3204-017',
    'person-p12',
    'legal-representative-91320402MA1WABCD1L',
    '01JD0000000000000000000101',
    '3204-2024-000117',
    'a81d4e2e-3204-4021-9800-101123400000',
  ])('is a number of the register’s own: %s', (id) => {
    expect(subjectId.safeParse(id).success).toBe(true)
  })
})
