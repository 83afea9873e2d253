import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkItems, itemReference, itemsOfForm } from './check-items.ts'
import { given } from './given.ts'
import { inspection, inspectionCommands, inspectionEvents } from './inspection.ts'

const institution = '91320402MA1WABCD1L'
const unit = '01JD0000000000000000000001'
const item = (code: string, scheme = 'fireledger') => ({ scheme, code })

const plan = {
  form: 'daily' as const,
  method: 'at-client' as const,
  inspected: 'institution' as const,
  institution,
  unit: null,
  division: '320402',
  campaign: null,
  scheme: 'fireledger',
  plannedFor: null,
}
const planned = {
  type: 'InspectionPlanned' as const,
  data: { ...plan, items: [item('QA2'), item('QB5')] },
}
const officers = ['officer-3204-017', 'officer-3204-021']
const assigned = { type: 'InspectorsAssigned' as const, data: { officers } }
const started = { type: 'InspectionStarted' as const, data: { place: null } }

function entry(code: string, outcome: 'pass' | 'fail' | 'not-applicable' = 'pass') {
  return { item: item(code), occurrence: 1, outcome, note: null, evidence: [], practitioner: null }
}
const recorded = (code: string, outcome?: 'pass' | 'fail' | 'not-applicable') => ({
  type: 'ItemRecorded' as const,
  data: entry(code, outcome),
})
const recordItems = (...entries: ReturnType<typeof entry>[]) => ({
  type: 'RecordItems' as const,
  data: { entries },
})
const assign = (...inspectors: { officer: string; interests: string[] }[]) => ({
  type: 'AssignInspectors' as const,
  data: { inspectors },
})
const [first = '', second = ''] = officers
const both = assign({ officer: first, interests: [] }, { officer: second, interests: [] })

describe('planning an inspection', () => {
  it('takes the items of its form when none are named', () => {
    const items = itemsOfForm('daily').map(({ code }) => item(code))
    given(inspection, [])
      .when({ type: 'PlanInspection', data: { ...plan, items: null } })
      .thenAppends({ type: 'InspectionPlanned', data: { ...plan, items } })
  })

  it('is done once', () => {
    given(inspection, [planned])
      .when({ type: 'PlanInspection', data: planned.data })
      .thenRefused('inspection-already-planned')
  })

  it('names what is inspected', () => {
    given(inspection, [])
      .when({ type: 'PlanInspection', data: { ...plan, inspected: 'unit', items: null } })
      .thenRefused('inspected-missing')
  })

  it('refuses an item that is not on the list of the form', () => {
    given(inspection, [])
      .when({ type: 'PlanInspection', data: { ...plan, items: [item('FB1')] } })
      .thenRefused('item-not-of-form')
  })

  it('refuses an item of another scheme than its own', () => {
    given(inspection, [])
      .when({ type: 'PlanInspection', data: { ...plan, items: [item('1', 'toronto-fire-code')] } })
      .thenRefused('item-of-another-scheme')
  })

  it('knows every code of the fireledger scheme, and only shapes those of others', () => {
    expect(itemReference.safeParse({ code: 'QA9' }).success).toBe(false)
    expect(itemReference.parse({ code: 'QA2' })).toEqual(item('QA2'))
    expect(itemReference.safeParse(item('QA9', 'toronto-fire-code')).success).toBe(true)
  })

  it('has the eight points of daily and the nine of special inspections on its lists', () => {
    const points = (article: string, form: 'daily' | 'special') =>
      new Set(
        itemsOfForm(form).flatMap(({ legalBasis }) =>
          legalBasis.filter((law) => law.startsWith(`O7:${article}(`)),
        ),
      ).size
    expect(points('22', 'daily')).toBe(8)
    expect(points('23', 'special')).toBe(9)
    expect(new Set(checkItems.map(({ code }) => code)).size).toBe(checkItems.length)
    for (const { code } of [...itemsOfForm('daily'), ...itemsOfForm('special')])
      expect(itemsOfForm('back-check').map((known) => known.code)).toContain(code)
  })
})

describe('assigning inspectors', () => {
  it('takes two officers, and nothing when they are assigned already', () => {
    given(inspection, [planned]).when(both).thenAppends(assigned)
    given(inspection, [planned, assigned]).when(both).thenAppends()
  })

  it('refuses one officer, also when named twice', () => {
    const one = { officer: first, interests: [] }
    given(inspection, [planned]).when(assign(one, one)).thenRefused('inspectors-too-few')
  })

  it('refuses an officer with an interest in the institution, and records the attempt', () => {
    const order = assign({ officer: first, interests: [institution] }, { officer: second, interests: [] })
    const { decision } = given(inspection, [planned]).when(order)
    expect(decision).toMatchObject({
      accepted: false,
      refusal: { code: 'inspector-must-recuse', legalBasis: ['O7:25', 'APL:43'] },
      recorded: [{ type: 'InspectorRecused', data: { officers: [first], attempted: officers } }],
    })
  })

  it('remembers the interest when it is not declared again, and records it once', () => {
    const recused = {
      type: 'InspectorRecused' as const,
      data: { officers: [first], attempted: officers, reason: '与被检查对象有利害关系' },
    }
    const { decision } = given(inspection, [planned, recused]).when(both)
    expect(decision).toMatchObject({ refusal: { code: 'inspector-must-recuse' }, recorded: [] })
  })

  it('does not mind an interest in another institution', () => {
    given(inspection, [planned])
      .when(assign({ officer: first, interests: [unit] }, { officer: second, interests: [] }))
      .thenAppends(assigned)
  })
})

describe('recording items', () => {
  it('needs inspectors before it starts, and a start before items', () => {
    given(inspection, [planned])
      .when({ type: 'StartInspection', data: { place: null } })
      .thenRefused('inspectors-not-assigned')
    given(inspection, [planned, assigned])
      .when(recordItems(entry('QA2')))
      .thenRefused('inspection-not-started')
  })

  it('records many at once, each as an event of its own, and none again', () => {
    given(inspection, [planned, assigned, started, recorded('QA2')])
      .when(recordItems(entry('QA2'), entry('QB5', 'fail')))
      .thenAppends(recorded('QB5', 'fail'))
  })

  it('refuses another outcome for a recorded item: that is a correction', () => {
    given(inspection, [planned, assigned, started, recorded('QA2')])
      .when(recordItems(entry('QA2', 'fail')))
      .thenRefused('item-already-recorded')
  })

  it('corrects the current record by its event, also after the conclusion', () => {
    const id = '0b3f8a52-6a3e-4c55-9b1c-2f6f1d6c8a11'
    const other = '1b3f8a52-6a3e-4c55-9b1c-2f6f1d6c8a11'
    const facts = [planned, assigned, started, { ...recorded('QA2'), id }]
    const correction = { ...entry('QA2', 'fail'), supersedes: id, reason: '录入错误' }
    given(inspection, facts)
      .when({ type: 'CorrectItem', data: correction })
      .thenAppends({ type: 'ItemCorrected', data: correction })
    given(inspection, facts)
      .when({ type: 'CorrectItem', data: { ...correction, supersedes: other } })
      .thenRefused('superseded-not-current')
    given(inspection, facts)
      .when({ type: 'CorrectItem', data: { ...correction, item: item('QB5') } })
      .thenRefused('item-not-recorded')
  })

  it('is concluded when every planned item has an outcome', () => {
    const conclude = { type: 'ConcludeInspection' as const, data: { conclusion: null } }
    given(inspection, [planned, assigned, started, recorded('QA2')])
      .when(conclude)
      .thenRefused('items-without-outcome')
    given(inspection, [planned, assigned, started, recorded('QA2'), recorded('QB5', 'fail')])
      .when(conclude)
      .thenAppends({
        type: 'InspectionConcluded',
        data: { passed: 1, failed: 1, notApplicable: 0, failedItems: [item('QB5')], conclusion: null },
      })
  })

  it('takes imported inspections without inspectors and with open items', () => {
    const scheme = 'toronto-fire-code'
    const foreign = {
      ...planned.data,
      inspected: 'unit' as const,
      unit,
      institution: null,
      scheme,
      items: [],
    }
    const { state } = given(inspection, [{ type: 'InspectionPlanned', data: foreign }, started])
    expect(state.status).toBe('started')
    given(inspection, [{ type: 'InspectionPlanned', data: foreign }])
      .when({ type: 'StartInspection', data: { place: null } })
      .thenAppends(started)
    given(inspection, [{ type: 'InspectionPlanned', data: foreign }, started])
      .when({ type: 'ConcludeInspection', data: { conclusion: null } })
      .thenAppendsTypes('InspectionConcluded')
  })
})

describe('rectification', () => {
  const facts = [planned, assigned, started, recorded('QA2'), recorded('QB5', 'fail')]
  const order = {
    type: 'OrderRectification' as const,
    data: { items: null, dueOn: null, orderNumber: null },
  }
  const ordered = {
    type: 'RectificationOrdered' as const,
    data: { items: [item('QB5')], dueOn: '2026-03-16', provisional: false, orderNumber: null },
  }
  const reported = { type: 'RectificationReported' as const, data: { note: null, evidence: [] } }
  const cured = {
    type: 'RectificationVerified' as const,
    data: { cured: true, inTime: true, note: null, evidence: [] },
  }
  const miss = { type: 'MissRectification' as const, data: {} }
  const missed = {
    type: 'RectificationMissed' as const,
    data: { dueOn: '2026-03-16', items: [item('QB5')] },
    effectiveAt: '2026-03-16T16:00:00.000Z',
  }
  const dueDay = '2026-03-16T04:00:00.000Z'
  const dayAfter = '2026-03-16T16:00:00.000Z'

  it('is due after ten working days for all failed items', () => {
    given(inspection, facts).when(order).thenAppends(ordered)
  })

  it('counts make-up workdays and holidays', () => {
    // 1 to 7 October 2026 are free, Saturday 10 October is worked.
    const { decision } = given(inspection, facts, { at: '2026-09-30T04:00:00.000Z' }).when(order)
    expect(decision).toMatchObject({ events: [{ data: { dueOn: '2026-10-20', provisional: false } }] })
  })

  it('says that a due day in a year without a table is provisional', () => {
    const { decision } = given(inspection, facts, { at: '2098-03-03T04:00:00.000Z' }).when(order)
    expect(decision).toMatchObject({ events: [{ data: { provisional: true } }] })
  })

  it('is ordered for failed items only, and one at a time', () => {
    given(inspection, facts)
      .when({ ...order, data: { ...order.data, items: [item('QA2')] } })
      .thenRefused('item-not-failed')
    given(inspection, [...facts, ordered])
      .when(order)
      .thenRefused('rectification-already-ordered')
    given(inspection, facts)
      .when({ ...order, data: { ...order.data, dueOn: '2026-03-01' } })
      .thenRefused('due-day-before-order')
  })

  it('is missed only after the due day', () => {
    given(inspection, [...facts, ordered], { at: dueDay })
      .when(miss)
      .thenRefused('rectification-not-overdue')
    given(inspection, [...facts, ordered], { at: dayAfter })
      .when(miss)
      .thenAppends(missed)
  })

  it('is missed from the day after the due day, though the ledger learns of it later', () => {
    given(inspection, [...facts, ordered], { at: '2026-05-06T04:00:00.000Z' })
      .when(miss)
      .thenAppends(missed)
    given(inspection, [...facts, ordered, missed], { at: dayAfter })
      .when(miss)
      .thenAppends()
  })

  it('was missed when the cure is reported or seen late, though nobody watched the deadline', () => {
    const at = { at: '2026-03-20T04:00:00.000Z' }
    const verify = (cured: boolean) => ({
      type: 'VerifyRectification' as const,
      data: { cured, note: null, evidence: [] },
    })
    const seen = (isCured: boolean) => ({
      type: 'RectificationVerified' as const,
      data: { ...cured.data, cured: isCured, inTime: false },
    })
    const report = { type: 'ReportRectification' as const, data: reported.data }
    given(inspection, [...facts, ordered], at)
      .when(report)
      .thenAppends(missed, reported)
    given(inspection, [...facts, ordered], at)
      .when(verify(true))
      .thenAppends(missed, seen(true))
    given(inspection, [...facts, ordered], at)
      .when(verify(false))
      .thenAppends(missed, seen(false))
    given(inspection, [...facts, ordered, missed, reported], at)
      .when(report)
      .thenAppends()
    given(inspection, [...facts, ordered, missed, reported], at)
      .when(verify(true))
      .thenAppends(seen(true))
  })

  it('is not missed before the day has really passed, whatever the command claims', () => {
    given(inspection, [...facts, ordered], { at: dueDay })
      .when({ ...miss, effectiveAt: dayAfter })
      .thenRefused('rectification-not-overdue')
  })

  it('is not missed when it was reported in time: it awaits the second look', () => {
    const inTime = { ...reported, effectiveAt: dueDay }
    given(inspection, [...facts, ordered, inTime], { at: dayAfter })
      .when(miss)
      .thenRefused('rectification-awaits-verification')
  })

  it('is missed when the report came late', () => {
    const late = { ...reported, effectiveAt: dayAfter }
    given(inspection, [...facts, ordered, late], { at: dayAfter })
      .when(miss)
      .thenAppendsTypes('RectificationMissed')
  })

  it('is not missed once cured', () => {
    given(inspection, [...facts, ordered, cured], { at: dayAfter })
      .when(miss)
      .thenRefused('rectification-cured')
  })

  it('is verified in time when it was reported in time, though looked at later', () => {
    const inTime = { ...reported, effectiveAt: dueDay }
    given(inspection, [...facts, ordered, inTime], { at: dayAfter })
      .when({ type: 'VerifyRectification', data: { cured: true, note: null, evidence: [] } })
      .thenAppends(cured)
  })

  it('stands again when the second look finds it uncured', () => {
    const uncured = { ...cured, data: { ...cured.data, cured: false } }
    const inTime = { ...reported, effectiveAt: dueDay }
    given(inspection, [...facts, ordered, inTime, uncured], { at: dayAfter })
      .when(miss)
      .thenAppendsTypes('RectificationMissed')
  })
})

describe('inspection', () => {
  it('is published after its conclusion, once', () => {
    const publish = { type: 'PublishInspection' as const, data: { publishedAt: 'https://example.org/1' } }
    const concluded = {
      type: 'InspectionConcluded' as const,
      data: { passed: 0, failed: 0, notApplicable: 0, failedItems: [], conclusion: null },
    }
    given(inspection, [planned, assigned, started]).when(publish).thenRefused('inspection-not-concluded')
    given(inspection, [planned, assigned, started, concluded])
      .when(publish)
      .thenAppends({ type: 'InspectionPublished', data: publish.data })
  })

  it('takes nothing before it is planned or after it is cancelled', () => {
    const cancelled = { type: 'InspectionCancelled' as const, data: { reason: '重复计划' } }
    given(inspection, []).when(both).thenRefused('inspection-not-planned')
    given(inspection, [planned, cancelled]).when(both).thenRefused('inspection-cancelled')
  })

  it('concerns division, institution, unit and the practitioners named in items', () => {
    const practitioner = '01JD0000000000000000000009'
    const named = { ...recorded('QA2', 'fail'), data: { ...entry('QA2', 'fail'), practitioner } }
    const { state } = given(inspection, [planned, started, named])
    expect(inspection.concerns(state, 'x')).toEqual({
      division: '320402',
      institutions: [institution],
      practitioners: [practitioner],
      units: [],
    })
  })

  it('counts each item once, whatever is recorded and however often', () => {
    const outcome = fc.constantFrom('pass' as const, 'fail' as const, 'not-applicable' as const)
    const code = fc.constantFrom(...itemsOfForm('daily').map((known) => known.code))
    fc.assert(
      fc.property(fc.array(fc.tuple(code, outcome), { maxLength: 30 }), (drawn) => {
        const items = itemsOfForm('daily').map((known) => item(known.code))
        let facts: Parameters<typeof given<typeof inspection>>[1] = [
          { type: 'InspectionPlanned', data: { ...plan, items } },
          started,
        ]
        for (const [drawnCode, drawnOutcome] of drawn) {
          const { decision } = given(inspection, facts).when(recordItems(entry(drawnCode, drawnOutcome)))
          if (decision.accepted) facts = [...facts, ...(decision.events as typeof facts)]
        }
        const { state } = given(inspection, facts)
        const distinct = new Set(drawn.map(([drawnCode]) => drawnCode)).size
        expect(state.status === 'unknown' ? -1 : Object.keys(state.entries).length).toBe(distinct)
      }),
    )
  })

  it('keeps the shape of what it stores: each event survives JSON and its schema', () => {
    for (const { type, data } of [planned, assigned, started, recorded('QB5', 'fail')]) {
      const shape = inspectionEvents[type].data
      expect(shape.parse(JSON.parse(JSON.stringify(data)))).toEqual(data)
    }
    expect(inspectionCommands.RecordItems.data.safeParse({ entries: [] }).success).toBe(false)
  })
})
