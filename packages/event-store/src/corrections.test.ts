import { categories, institution, practitioner, usccCheckCharacter } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { type Command, handleCommand } from './handle-command.ts'
import { handleCommands } from './handle-commands.ts'
import { loadStream } from './load-stream.ts'
import { createMemoryEventStore } from './memory.ts'

const body = '91320402MA1WABCD1'
const uscc = body + usccCheckCharacter(body)
const details = {
  name: '常州安信消防技木服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
}
const registeredAt = '2024-05-06T01:00:00.000Z'
const now = '2026-03-02T04:00:00.000Z'

function command(type: string, commandId: string, data: unknown, effectiveAt: string | null): Command {
  return {
    category: institution,
    type,
    id: uscc,
    data,
    effectiveAt,
    commandId,
    correlationId: 'request-1',
    causationId: null,
    actor: { id: 'registrar', role: 'registrar', division: '320400' },
  }
}
const register = command('RegisterInstitution', 'register', details, registeredAt)
const correct = (supersedes: string, commandId: string, effectiveAt: string | null = null) =>
  command(
    'CorrectDetails',
    commandId,
    { ...details, name: '常州安信消防技术服务有限公司', supersedes, reason: '错字' },
    effectiveAt,
  )

async function ledgerWithInstitution() {
  const deps = { ledger: createMemoryEventStore(), now: () => now }
  await handleCommand(register, deps)
  const events = async () => (await loadStream(deps.ledger, institution, uscc)).events
  return { deps, events }
}

describe('a correction', () => {
  it('holds from when the event that it supersedes held, and so does a correction of the correction', async () => {
    const { deps, events } = await ledgerWithInstitution()
    const [registered] = await events()
    await handleCommand(correct(registered?.id ?? '', 'correct'), deps)
    const corrected = (await events()).at(-1)
    expect(corrected).toMatchObject({
      type: 'InstitutionDetailsCorrected',
      metadata: { effectiveAt: registeredAt, recordedAt: now },
    })
    await handleCommand(correct(corrected?.id ?? '', 'again'), deps)
    expect((await events()).at(-1)?.metadata.effectiveAt).toBe(registeredAt)
  })

  it('holds from another moment when the command names one', async () => {
    const { deps, events } = await ledgerWithInstitution()
    const [registered] = await events()
    const named = '2025-01-01T00:00:00.000Z'
    await handleCommand(correct(registered?.id ?? '', 'correct', named), deps)
    expect((await events()).at(-1)?.metadata.effectiveAt).toBe(named)
  })

  it('finds what it supersedes among commands of its own batch', async () => {
    const { deps, events } = await ledgerWithInstitution()
    const [registered] = await events()
    await handleCommand(correct(registered?.id ?? '', 'correct'), deps)
    const correctedId = (await events()).at(-1)?.id ?? ''
    const fresh = { ledger: createMemoryEventStore(), now: () => now }
    await handleCommands(
      [register, correct(registered?.id ?? '', 'correct'), correct(correctedId, 'again')],
      fresh,
    )
    const { events: stored } = await loadStream(fresh.ledger, institution, uscc)
    expect(stored.map((event) => event.metadata.effectiveAt)).toEqual([
      registeredAt,
      registeredAt,
      registeredAt,
    ])
  })

  it('of an event that is not there is refused, whatever the moment', async () => {
    const { deps } = await ledgerWithInstitution()
    const outcome = await handleCommand(correct('00000000-0000-8000-a000-000000000000', 'correct'), deps)
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'superseded-event-not-standing' } })
  })

  it('is declared by every command whose event is named as one', () => {
    const declared = categories.flatMap((category) =>
      Object.entries(
        category.commands as Record<string, { corrects: boolean; data: { shape: object } }>,
      ).flatMap(([type, { corrects, data }]) => {
        if (corrects) expect(data.shape, `${category.name} ${type}`).toHaveProperty('supersedes')
        expect(corrects, `${category.name} ${type}`).toBe(type.startsWith('Correct'))
        return corrects ? [`${category.name} ${type}`] : []
      }),
    )
    expect(declared).toEqual([
      'unit CorrectDetails',
      'institution CorrectDetails',
      'practitioner CorrectDetails',
      'inspection CorrectItem',
    ])
  })

  it('of a person’s details concerns those who have employed them since', async () => {
    const deps = { ledger: createMemoryEventStore(), now: () => now }
    const id = '01JD0000000000000000000PE1'
    const registration = {
      qualification: 'intermediate-operator',
      registrationNumber: '32110000123',
      validFrom: '2024-01-01',
      validUntil: null,
      division: '320402',
      person: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
    }
    const order = (type: string, commandId: string, data: unknown, effectiveAt: string | null) => ({
      ...command(type, commandId, data, effectiveAt),
      category: practitioner,
      id,
    })
    await handleCommand(order('RegisterPractitioner', 'register', registration, registeredAt), deps)
    const employment = { employer: uscc, role: 'operator', until: null }
    await handleCommand(order('StartEmployment', 'employ', employment, '2025-01-01T00:00:00.000Z'), deps)
    const { events } = await loadStream(deps.ledger, practitioner, id)
    const mended = {
      ...registration,
      registrationNumber: '32110000124',
      supersedes: events[0]?.id,
      reason: '错号',
    }
    expect(await handleCommand(order('CorrectDetails', 'correct', mended, null), deps)).toMatchObject({
      kind: 'accepted',
    })
    const last = (await loadStream(deps.ledger, practitioner, id)).events.at(-1)
    expect(last?.metadata).toMatchObject({ effectiveAt: registeredAt, institutions: [uscc] })
  })
})
