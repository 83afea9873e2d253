import { createHash } from 'node:crypto'
import { categories, type Person, uscc } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { changzhouScenario, type ScenarioOptions } from './changzhou.ts'
import type { ScenarioCommand } from './wave.ts'

type Told = {
  readonly digest: string
  readonly commands: readonly ScenarioCommand[]
  readonly moments: readonly string[]
}

/** The whole story, with a digest over every byte of it. */
function tell(options: ScenarioOptions): Told {
  const hash = createHash('sha256')
  const commands: ScenarioCommand[] = []
  const moments: string[] = []
  for (const wave of changzhouScenario(options)) {
    moments.push(wave.at)
    for (const command of wave.commands) {
      commands.push(command)
      hash.update(`${wave.at} ${JSON.stringify({ ...command, category: command.category.name })}\n`)
    }
  }
  return { digest: hash.digest('hex'), commands, moments }
}

const told = tell({ seed: 'changzhou' })
const ofType = (type: string) => told.commands.filter((command) => command.type === type)
const accepted = (type: string) => ofType(type).filter(({ expected }) => expected === 'accepted')

describe('the Changzhou scenario', () => {
  it('is the same for the same seed, byte for byte, and another for another', () => {
    expect(tell({ seed: 'changzhou' }).digest).toBe(told.digest)
    expect(tell({ seed: 'another' }).digest).not.toBe(told.digest)
  })

  it('tells three years that end with the chosen day, in order of time', () => {
    expect(told.moments.at(0)).toBe('2023-11-01T01:00:00.000Z')
    expect(told.moments.at(-1)?.slice(0, 7)).toBe('2026-10')
    expect(told.moments).toEqual([...told.moments].sort())
    const [first] = changzhouScenario({ seed: 'changzhou', until: '2025-12-31T04:00:00.000Z' })
    expect(first?.at.slice(0, 10)).toBe('2023-01-01')
  })

  it('has everyone of an assessment sign under a login of their own', () => {
    const signatures = {
      CheckReport: 'checkedBy',
      AuditReport: 'auditedBy',
      IssueReport: 'issuedBy',
      CompleteStage: 'completedBy',
      ArchiveAssessment: 'archivedBy',
      RecordPlan: 'approvedBy',
      VoidReport: 'voidedBy',
    }
    for (const [type, field] of Object.entries(signatures)) {
      for (const { data, actor, category } of ofType(type)) {
        if (category.name !== 'assessment') continue
        expect(actor.person, type).toBe((data as Readonly<Record<string, unknown>>)[field])
      }
    }
  })

  it('registers exactly 1,302 practitioners and 100 institutions of all three types', () => {
    expect(new Set(ofType('RegisterPractitioner').map(({ id }) => id)).size).toBe(1302)
    const institutions = accepted('RegisterInstitution')
    expect(new Set(institutions.map(({ id }) => id)).size).toBe(100)
    expect(new Set(institutions.map(({ data }) => (data as { name: string }).name)).size).toBe(100)
    expect([...new Set(institutions.map(({ data }) => (data as { type: string }).type))].sort()).toEqual([
      'assessment',
      'both',
      'maintenance',
    ])
    for (const { id } of institutions) expect(uscc.safeParse(id).success).toBe(true)
    const outside = institutions.filter(({ id }) => !id.slice(2).startsWith('3204'))
    expect(outside.length).toBeGreaterThan(3)
  })

  it('works in every district of the city', () => {
    const divisions = new Set(
      accepted('RegisterUnit').map(({ data }) => (data as { division: string }).division),
    )
    expect([...divisions].sort()).toEqual(['320402', '320404', '320411', '320412', '320413', '320481'])
  })

  it('uses every command of the catalogue but those that the gateway and the clerk alone give', () => {
    const used = new Set(told.commands.map(({ category, type }) => `${category.name} ${type}`))
    const unused = categories.flatMap(({ name, commands }) =>
      Object.keys(commands).filter((type) => !used.has(`${name} ${type}`)),
    )
    expect(unused.sort()).toEqual([
      'AnnulRefusal',
      'MarkStageOverdue',
      'MissRectification',
      'NoteObjectionOverdue',
      'NoteOverdue',
      'PublishGrade',
      'RecordPersonalRead',
      'RecordRefusal',
      'ReviewCredit',
    ])
  })

  it('gives every command an id of its own', () => {
    expect(new Set(told.commands.map(({ commandId }) => commandId)).size).toBe(told.commands.length)
  })

  it('speaks of people only in persons whose birth days are plausible', () => {
    const people = ofType('RegisterPractitioner').map(({ data }) => (data as { person: Person }).person)
    expect(new Set(people.map(({ identityNumber }) => identityNumber)).size).toBe(1302)
    for (const { identityNumber, name } of people) {
      const born = Number(identityNumber?.slice(6, 10))
      expect(born).toBeGreaterThanOrEqual(1960)
      expect(born).toBeLessThanOrEqual(2003)
      expect(name).toMatch(/^\p{Script=Han}{2,3}$/u)
    }
    const names = new Set(people.map(({ name }) => name))
    const elsewhere = told.commands.flatMap(({ data }) => textsOutsidePersons(data))
    expect(elsewhere.filter((text) => names.has(text))).toEqual([])
  })

  it('keeps the rate of the figures: about 0.76 cases for each institution and year', () => {
    const cases = accepted('FilePenaltyCase').length / 100 / 3
    expect(cases).toBeGreaterThan(0.62)
    expect(cases).toBeLessThan(0.9)
  })

  it('streams: the first wave of ten cities comes without telling the rest', () => {
    const startedAt = performance.now()
    const [first] = changzhouScenario({ seed: 'changzhou', scale: 10 })
    expect(first?.commands.length).toBeGreaterThan(0)
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })
})

function textsOutsidePersons(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object' || 'subjectId' in value) return []
  return Object.values(value).flatMap(textsOutsidePersons)
}
