import { categories, type LedgerEvent } from '@fireledger/domain'
import { createMemoryEventStore, decodeEvent, type EventStore, submitCommand } from '@fireledger/event-store'
import { beforeAll, describe, expect, it } from 'vitest'
import { changzhouScenario } from './changzhou.ts'
import { flagshipCampaign } from './flagship.ts'
import { runScenario } from './run-scenario.ts'

/** The whole story through the real command path, on the ledger in memory; persons are sealed by name only. */

function seal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(seal)
  if (value === null || typeof value !== 'object') return value
  if ('subjectId' in value && 'name' in value) return { subjectId: value.subjectId, sealed: 'c2VhbGVk' }
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, seal(inner)]))
}

function doorsTo(ledger: EventStore) {
  return {
    submit: (command: Parameters<typeof submitCommand>[0], now: string) =>
      submitCommand(command, { ledger, now: () => now, seal: (_schema, data) => seal(data) }),
    settle: async () => {},
  }
}

const ledger = createMemoryEventStore()
const events: LedgerEvent[] = []

beforeAll(async () => {
  await runScenario(changzhouScenario({ seed: 'changzhou' }), doorsTo(ledger))
  for await (const page of ledger.readAll()) events.push(...page.map(decodeEvent))
}, 240_000)

const ofType = <Data = Record<string, unknown>>(type: string) =>
  events.filter((event) => event.type === type) as LedgerEvent<Data>[]

describe('the story in the ledger', () => {
  it('is of a size to look at', () => {
    expect(events.length).toBeGreaterThan(25_000)
    expect(events.length).toBeLessThan(45_000)
  })

  it('has an event of every type but those that the clerk and the gateway write, and conduct', () => {
    const there = new Set(events.map(({ type }) => type))
    // Complaints, anomalies and merits: the story's officers enter what they come to by hand.
    const conduct = ['complaint', 'anomaly', 'merit']
    const missing = categories
      .filter(({ name }) => !conduct.includes(name))
      .flatMap((category) => Object.keys(category.events))
      .filter((type) => !there.has(type))
    expect(missing.sort()).toEqual([
      'CreditObjectionOverdue',
      'CreditWarningEnded',
      'CreditWarningRaised',
      'GradeChanged',
      'GradePublished',
      'InspectionRefused',
      'PersonalDataRead',
      'RefusalAnnulled',
    ])
  })

  it('shows 48 anomalies: 12 institutions left, 29 registrations were revoked, 7 were explained', () => {
    const checks = new Set(
      ofType<{ campaign: string | null }>('InspectionPlanned')
        .filter(({ data }) => data.campaign === flagshipCampaign)
        .map(({ stream }) => stream),
    )
    const found = ofType<{ practitioner: string; note: string; outcome: string }>('ItemRecorded').filter(
      ({ stream, data }) => checks.has(stream) && data.outcome === 'fail' && data.note.startsWith('AN01'),
    )
    const people = found.map(({ data }) => data.practitioner)
    expect(new Set(people).size).toBe(48)

    const streamIds = (type: string) => ofType(type).map(({ streamId }) => streamId)
    const left = streamIds('InstitutionWithdrew')
    expect(left).toHaveLength(12)
    const leftBehind = found.filter(({ metadata }) => metadata.institutions.some((id) => left.includes(id)))
    expect(leftBehind).toHaveLength(12)

    const revoked = streamIds('RegistrationRevoked')
    expect(revoked).toHaveLength(29)
    expect(revoked.every((id) => people.includes(id))).toBe(true)

    const explained = ofType<{ practitioner: string; outcome: string }>('ItemCorrected').filter(
      ({ stream, data }) => checks.has(stream) && data.outcome === 'pass',
    )
    expect(explained).toHaveLength(7)
    const closed = [...leftBehind.map(({ data }) => data.practitioner), ...revoked]
    expect(new Set([...closed, ...explained.map(({ data }) => data.practitioner)]).size).toBe(48)
  })

  it('records attempts with the refusal that they met', () => {
    const attempts = events.filter(({ metadata }) => metadata.refusal !== null)
    const types = new Set(attempts.map(({ type }) => type))
    expect([...types].sort()).toEqual([
      'ConclusionAttempted',
      'ContractAttempted',
      'EmploymentOverlapAttempted',
      'InspectorRecused',
      'LeadAppointmentAttempted',
      'SignatureRefused',
    ])
  })

  it('assesses under two processes, the second one with every gate, and shows what goes wrong on the way', () => {
    const engaged = ofType<{ process: string }>('AssessmentEngaged')
    const under = (process: string) => engaged.filter(({ data }) => data.process === process)
    expect(under('XF3005-EIGHT-1@0').length).toBeGreaterThan(3)
    expect(under('XF3005-EIGHT-2@0').length).toBeGreaterThan(60)
    const archived = new Set(ofType('AssessmentArchived').map(({ stream }) => stream))
    expect(archived.size).toBe(engaged.length)
    const some = {
      StageReturned: 10,
      GateWaived: 10,
      SignatureRefused: 5,
      ReportVoided: 3,
      ReportRevised: 10,
      StageFellOverdue: 5,
      PlanRecorded: 60,
      PresenceRecorded: 120,
      InterviewsRecorded: 60,
      JudgementRecorded: 60,
    }
    for (const [type, least] of Object.entries(some)) expect(ofType(type).length, type).toBeGreaterThan(least)
    const failed = ofType<{ grade: string; directFails: unknown[] }>('JudgementRecorded').filter(
      ({ data }) => data.directFails.length > 0,
    )
    expect(new Set(failed.map(({ data }) => data.grade))).toEqual(new Set(['poor']))
  })

  it('keeps a void report with its reason beside the one that replaced it, under the next suffix', () => {
    const numbers = ofType<{ reportNumber: string; replaces: string }>('ReportRevised').map(
      ({ data }) => data,
    )
    for (const { reportNumber, replaces } of numbers) {
      const [, root, suffix] = /^(.*?)(?:-(\d))?$/.exec(replaces) ?? []
      expect(reportNumber).toBe(`${root}-${Number(suffix ?? 0) + 1}`)
    }
    const issued = new Set(
      ofType<{ reportNumber: string }>('ReportIssued').map(({ data }) => data.reportNumber),
    )
    expect(numbers.filter(({ reportNumber }) => issued.has(reportNumber))).toHaveLength(numbers.length)
  })

  it('rests each sentence that states a result on findings', () => {
    type Draft = { sentences: { section: string; findings: string[] }[] }
    const checked = new Set(ofType('ReportIssued').map(({ stream }) => stream))
    const last = new Map(ofType<Draft>('ReportDrafted').map((event) => [event.stream, event.data.sentences]))
    for (const stream of checked)
      for (const { section, findings } of last.get(stream) ?? [])
        if (section === 'hazards' || section === 'conclusion')
          expect(findings.length, stream).toBeGreaterThan(0)
  })

  it('fines about 8,200 yuan for each party that is fined', () => {
    const fines = new Map<string, number>()
    for (const { stream, data } of ofType<{ lines: { respondent: { id: string }; fineFen: number }[] }>(
      'PenaltyDecided',
    )) {
      for (const { respondent, fineFen } of data.lines) {
        if (fineFen > 0)
          fines.set(`${stream} ${respondent.id}`, (fines.get(`${stream} ${respondent.id}`) ?? 0) + fineFen)
      }
    }
    const mean = [...fines.values()].reduce((sum, fine) => sum + fine, 0) / fines.size / 100
    expect(mean).toBeGreaterThan(6_500)
    expect(mean).toBeLessThan(10_500)
  })

  it('finds four in ten institutions clean on a surprise check', () => {
    const specials = new Set(
      ofType<{ form: string }>('InspectionPlanned')
        .filter(({ data }) => data.form === 'special')
        .map(({ stream }) => stream),
    )
    const outcomes = ofType<{ failed: number }>('InspectionConcluded').filter(({ stream }) =>
      specials.has(stream),
    )
    const clean = outcomes.filter(({ data }) => data.failed === 0).length / outcomes.length
    expect(clean).toBeGreaterThan(0.3)
    expect(clean).toBeLessThan(0.55)
  })

  it('holds nobody in clear', () => {
    const personal = events.filter(({ data }) =>
      /identityNumber|"phone"|"name":"\p{Script=Han}{2,3}"/u.test(JSON.stringify(data)),
    )
    expect(personal.map(({ type }) => type)).toEqual([])
  })

  it('goes on after an interruption with the events of an undisturbed run', async () => {
    const broken = createMemoryEventStore()
    const doors = doorsTo(broken)
    const stop = new AbortController()
    let commands = 0
    const submit: typeof doors.submit = (command, now) => {
      if (++commands === 4000) stop.abort()
      return doors.submit(command, now)
    }
    const upTo = '2024-03-01T00:00:00.000Z'
    const until = function* () {
      for (const wave of changzhouScenario({ seed: 'changzhou' })) {
        if (wave.at >= upTo) return
        yield wave
      }
    }
    await runScenario(until(), { ...doors, submit, signal: stop.signal })
    const [lastPage] = await collect(broken.readAll({ direction: 'backwards', limit: 1 }))
    const [last] = lastPage ?? []
    if (!last) throw new Error('nothing was recorded before the interruption')
    await runScenario(until(), { ...doors, resumeAt: decodeEvent(last).metadata.recordedAt })
    const again = (await collect(broken.readAll())).flat().map(({ id }) => id)
    const undisturbed = events.filter(({ metadata }) => metadata.recordedAt < upTo).map(({ id }) => id)
    expect(again.sort()).toEqual(undisturbed.sort())
  })
})

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(page)
  return all
}
