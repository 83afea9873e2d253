import { describe, expect, it } from 'vitest'
import { canonicalText, digestOfText } from './canonical.ts'
import { marksOf } from './marks.ts'
import {
  assessmentId,
  engineer,
  ids,
  institution,
  lead,
  operator,
  reportNumber,
  sampleEvents,
  sampleInstitution,
  technical,
} from './sample.test-kit.ts'
import { type TrailOptions, trailOf } from './trail.ts'
import { type Trail, trailJsonSchema, trailSchema } from './trail-schema.ts'
import { walkTrail } from './trail-walk.ts'
import { faultsBy } from './validators.test-kit.ts'

function trail(
  options: Parameters<typeof trailOf>[2] = {},
  events = sampleEvents(),
  institutionEvents = sampleInstitution(),
): Trail {
  const made = trailOf(events, institutionEvents, options)
  if (!made) throw new Error('the sample has begun')
  return made
}

const revised = `${reportNumber}-1`

describe('the trail of an assessment', () => {
  it('holds against its published schema, by our parser and another', () => {
    expect(trailSchema.safeParse(trail()).error).toBeUndefined()
    expect(faultsBy(trailJsonSchema(), JSON.parse(canonicalText(trail())))).toBeNull()
  })

  it('leads from a sentence to findings, evidence, person, instrument, time and place', () => {
    const walk = walkTrail(trail(), { report: revised, sentence: '4.2-1' })
    expect(walk?.findings.map(({ id }) => id)).toEqual([ids.right, ids.doors])
    expect(walk?.evidence.map(({ id, takenAt, place }) => [id, takenAt, place])).toEqual([
      [ids.photo, '2026-03-05T01:00:00.000Z', '一层大厅\n东侧'],
      [ids.gauge, '2026-03-05T01:00:00.000Z', '一层大厅\n东侧'],
    ])
    expect(walk?.persons.map(({ id }) => id).sort()).toEqual([engineer, operator].sort())
    expect(walk?.instruments).toMatchObject([{ id: 'PG-1', calibrations: [{ validUntil: '2026-12-31' }] }])
    expect(walk?.presence).toHaveLength(1)
    expect(walk?.sentences).toMatchObject([{ report: revised, status: 'drafted' }])
  })

  it('leads back from evidence, person and instrument to the sentences that rest on them', () => {
    const sentences = (start: Parameters<typeof walkTrail>[1]) =>
      walkTrail(trail(), start)?.sentences.map(({ report, id }) => `${report} ${id}`)
    const both = [`${reportNumber} 4.2-1`, `${revised} 4.2-1`]
    expect(sentences({ evidence: ids.gauge })).toEqual(both)
    expect(sentences({ instrument: 'PG-1' })).toEqual(both)
    expect(sentences({ person: operator })).toEqual(both)
    expect(sentences({ finding: ids.doors })).toEqual(both)
    // Corrected before the first draft: nothing rests on it.
    expect(sentences({ finding: ids.wrong })).toEqual([])
    expect(sentences({ person: 'person-archive' })).toEqual([])
    expect(walkTrail(trail(), { evidence: '01JD0000000000000000000099' })).toBeNull()
    expect(walkTrail(trail(), { report: revised, sentence: '9' })).toBeNull()
  })

  it('says the same in its own lists', () => {
    const { evidence, findings, instruments, persons } = trail()
    expect(evidence.find(({ id }) => id === ids.photo)).toMatchObject({
      findings: [ids.doors],
      sentences: [
        { report: reportNumber, sentence: '4.2-1' },
        { report: revised, sentence: '4.2-1' },
      ],
    })
    expect(findings.find(({ id }) => id === ids.wrong)).toMatchObject({
      supersededBy: ids.right,
      sentences: [],
    })
    expect(instruments).toMatchObject([
      { id: 'PG-1', evidence: [ids.gauge], findings: [ids.wrong, ids.right] },
    ])
    expect(persons.find(({ id }) => id === lead)).toMatchObject({
      roles: ['projectLead'],
      // Revisions of the practitioner on which decisions relied, and which steps these were.
      reliedOn: [
        { revision: 1, step: 9 },
        { revision: 1, step: 11 },
        { revision: 1, step: 15 },
      ],
    })
  })

  it('shows the calibration of an instrument as the decisions knew it, and what it does not cover', () => {
    const [gauge] = trail().instruments
    expect(gauge?.calibrations).toMatchObject([{ revision: 1, calibratedOn: '2026-01-01' }])
    expect(gauge?.uncovered).toEqual([])
    // Before any decision relied on the institution, nothing of it belongs to the trail.
    expect(trail({ asOf: '2026-03-05T02:00:00.000Z' }).instruments).toMatchObject([
      { calibrations: [], uncovered: [ids.gauge] },
    ])
  })

  it('measures each visit of a stage in working days against its limit', () => {
    expect(
      trail().visits.map(({ stage, outcome, workingDays, limitWorkingDays, overdue }) => [
        stage,
        outcome,
        workingDays,
        limitWorkingDays,
        overdue,
      ]),
    ).toEqual([
      ['S1', 'completed', 1, 5, false],
      ['S4', 'completed', 3, 20, false],
      ['S7', 'returned', 0, 5, false],
      ['S4', 'completed', 1, 20, false],
      ['S7', 'reopened', 4, 5, false],
      ['S7', null, 0, 5, false],
    ])
    const late = trail({ asOf: '2026-03-31T01:00:00.000Z' }).visits.at(-1)
    expect(late).toMatchObject({ workingDays: 12, dueOn: '2026-03-20', overdue: true, provisional: false })
  })

  it('says of a stage in work whether it is overdue, on the day that was asked for', () => {
    const lasting = (options: TrailOptions) => {
      const { measuredTo, visits } = trail(options)
      return { measuredTo, overdue: visits.at(-1)?.overdue }
    }
    expect(lasting({ asOf: '2026-03-20T15:59:59.000Z' })).toEqual({
      measuredTo: '2026-03-20',
      overdue: false,
    })
    expect(lasting({ asOf: '2026-03-20T16:00:00.000Z' })).toEqual({ measuredTo: '2026-03-21', overdue: true })
    const known = '2026-03-25T01:00:00.000Z'
    expect(lasting({ asKnownAt: known })).toEqual({ measuredTo: '2026-03-25', overdue: true })
    expect(lasting({ asOf: '2026-03-19T01:00:00.000Z', asKnownAt: known })).toMatchObject({ overdue: false })
    // Of no moment: as far as its own events know.
    const fell = { type: 'StageFellOverdue', at: '2026-03-20T16:00:00.000Z' }
    const last = sampleEvents().at(-1)
    if (!last) throw new Error('the sample is empty')
    const event = {
      ...last,
      ...{ id: '00000000-0000-8000-a000-0000000000ff', revision: last.revision + 1, type: fell.type },
      data: {
        stage: 'S7',
        enteredOn: '2026-03-13',
        limitWorkingDays: 5,
        dueOn: '2026-03-20',
        provisional: false,
      },
      metadata: { ...last.metadata, effectiveAt: fell.at, recordedAt: fell.at, refusal: null },
    }
    const told = trailOf([...sampleEvents(), event], [])
    expect(told).toMatchObject({ measuredTo: '2026-03-21' })
    expect(told?.visits.at(-1)).toMatchObject({ overdue: true, workingDays: 5 })
  })

  it('keeps the voided report with its reason and its signatures, beside the one that replaced it', () => {
    const [first, second] = trail().reports
    expect(first).toMatchObject({
      ...{ number: reportNumber, status: 'void', replacedBy: revised },
      voided: { reason: '压力单位有误', member: 'person-legal' },
    })
    expect(first?.signatures.map(({ act, member, stands }) => [act, member, stands])).toEqual([
      ['draft', engineer, false],
      ['check', lead, false],
      ['audit', technical, false],
      ['issue', 'person-legal', false],
    ])
    expect(second).toMatchObject({ number: revised, status: 'drafted', replaces: reportNumber, voided: null })
  })

  it('shows waivers and refused signatures, and names event, revision, clocks and reliance of every step', () => {
    const { waivers, refused, steps, revision } = trail()
    expect(waivers).toMatchObject([
      { requirement: 'system-entry', member: technical, reason: '平台停机 <维护>' },
    ])
    expect(refused).toMatchObject([{ code: 'signer-not-entitled', member: engineer }])
    expect(steps.map((step) => step.revision)).toEqual(steps.map((_, index) => index))
    expect(revision).toBe(steps.length - 1)
    const late = steps[7]
    expect(late).toMatchObject({
      effectiveAt: '2026-03-06T04:00:00.000Z',
      recordedAt: '2026-03-20T04:00:00.000Z',
    })
    expect(steps[9]?.reliedOn).toEqual([
      { stream: `practitioner-${lead}`, revision: 1 },
      { stream: `practitioner-${engineer}`, revision: 2 },
      { stream: `institution-${institution}`, revision: 1 },
    ])
  })

  it('marks what was recorded long after, skipped, too fast, or at two sites at once', () => {
    expect(trail().marks).toMatchObject([
      { code: 'back-dated', revision: 7, title: { en: 'recorded long after' } },
    ])
    const skipping = sampleEvents().filter(({ revision }) => revision !== 2)
    expect(trail({}, skipping).marks.map(({ code, stage }) => [code, stage])).toContainEqual([
      'skipped',
      'S1',
    ])
    const elsewhere = {
      assessment: '01JD00000000000000000000A9',
      member: lead,
      place: '金坛区',
      latitude: 31.72,
      longitude: 119.6,
      arrivedAt: '2026-03-05T02:00:00.000Z',
      leftAt: '2026-03-05T05:00:00.000Z',
    }
    expect(marksOf(sampleEvents(), [elsewhere]).map(({ code }) => code)).toEqual(['two-sites', 'back-dated'])
  })

  it('answers what held by a moment, and what was known by one', () => {
    const before = trail({ asOf: '2026-03-07T02:30:00.000Z' })
    expect(before).toMatchObject({ stage: 'S7', reports: [{ number: reportNumber, status: 'checked' }] })
    expect(trail({ asOf: '2026-03-08T00:00:00.000Z' }).reports[0]).toMatchObject({
      status: 'drafted',
      signatures: [{ act: 'draft' }, { act: 'check', stands: false }],
    })
    const known = trail({ asKnownAt: '2026-03-19T00:00:00.000Z' })
    expect(known.findings.map(({ id }) => id)).not.toContain(ids.right)
    expect(known.findings.find(({ id }) => id === ids.wrong)?.supersededBy).toBeNull()
    expect(trailOf(sampleEvents(), [], { asOf: '2026-01-01T00:00:00.000Z' })).toBeNull()
    expect(trailOf([], [])).toBeNull()
  })

  it('is the same bytes when computed again, from events in whatever order of their fields', () => {
    const once = canonicalText(trail())
    const moved = sampleEvents().map((event) => ({
      ...event,
      position: event.position * 1000n,
      data: JSON.parse(canonicalText(event.data)),
    }))
    expect(digestOfText(canonicalText(trail({}, moved)))).toBe(digestOfText(once))
    expect(canonicalText(JSON.parse(once)) === once).toBe(true)
    const [first, ...rest] = sampleEvents()
    if (!first) throw new Error('the sample has events')
    const changed = [{ ...first, data: { ...(first.data as object), division: '320404' } }, ...rest]
    expect(digestOfText(canonicalText(trail({}, changed)))).not.toBe(digestOfText(once))
  })

  it('holds no name of a person and no place in a ledger', () => {
    const text = canonicalText(trail())
    expect(text).not.toContain('"position"')
    expect(text).not.toContain('"name":"王')
    expect(text).toContain(assessmentId)
  })
})
