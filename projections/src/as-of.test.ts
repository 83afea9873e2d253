import { describe, expect, it } from 'vitest'
import { rowsAt } from './as-of.ts'
import { institutionRegister } from './institution-register.ts'
import { type Fact, foldRows, ledgerEvents, testUscc, testVault } from './test-kit.ts'

const uscc = testUscc(1)
const stream = `institution-${uscc}`
const { open } = testVault()

const facts: Fact[] = [
  {
    stream,
    type: 'InstitutionRegistered',
    effectiveAt: '2024-01-10T02:00:00.000Z',
    recordedAt: '2024-01-10T02:00:00.000Z',
    data: {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市延陵路1号',
      establishedOn: '2020-01-01',
      legalRepresentative: { subjectId: 'legal-1', sealed: '王小明' },
    },
  },
  {
    stream,
    type: 'InstitutionSuspended',
    // Held from March on; the ledger learnt it in May.
    effectiveAt: '2024-03-01T02:00:00.000Z',
    recordedAt: '2024-05-01T02:00:00.000Z',
    data: { reason: '违法', until: null },
  },
]

function statusAt(clocks: { asOf?: string; asKnownAt?: string }) {
  const rows = rowsAt(institutionRegister, uscc, ledgerEvents(facts), clocks, open)
  return rows.institution_status_step?.at(-1)?.status
}

describe('rows as of a moment', () => {
  it('are the live rows without limits', () => {
    const rows = rowsAt(institutionRegister, uscc, ledgerEvents(facts), {}, open)
    expect(rows).toEqual(foldRows(institutionRegister, facts))
  })

  it('show what held then', () => {
    expect(statusAt({ asOf: '2024-02-01T00:00:00.000Z' })).toBe('registered')
    expect(statusAt({ asOf: '2024-04-01T00:00:00.000Z' })).toBe('suspended')
  })

  it('show only what was known then', () => {
    expect(statusAt({ asOf: '2024-04-01T00:00:00.000Z', asKnownAt: '2024-04-01T00:00:00.000Z' })).toBe(
      'registered',
    )
  })

  it('are none before the beginning, even when a later fact reaches back before it', () => {
    expect(statusAt({ asOf: '2024-01-01T00:00:00.000Z' })).toBeUndefined()
    const early = [facts[0], { ...facts[1], effectiveAt: '2023-12-01T02:00:00.000Z' }] as Fact[]
    const asOf = { asOf: '2024-01-01T00:00:00.000Z' }
    expect(rowsAt(institutionRegister, uscc, ledgerEvents(early), asOf, open)).toEqual({})
  })

  it('hide no fault of a fold', () => {
    const faulty = {
      ...institutionRegister,
      evolve: () => {
        throw new TypeError('this fold has a fault')
      },
    }
    expect(() => rowsAt(faulty, uscc, ledgerEvents(facts), {}, open)).toThrow('this fold has a fault')
  })
})
