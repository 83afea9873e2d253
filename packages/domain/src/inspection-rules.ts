import { checkItems, type ItemReference, itemsOfForm, ownScheme } from './check-items.ts'
import { accept, type Decision, refuse } from './decider.ts'
import type {
  InspectionCommand,
  InspectionEvent,
  InspectionState,
  ItemEntry,
  KnownInspection,
} from './inspection.ts'
import { officersMin } from './officers.ts'

/** Rules of an inspection up to its conclusion; rectification is beside, in `inspection-rectification.ts`. */

type Of<Type extends InspectionCommand['type']> = Extract<InspectionCommand, { type: Type }>

export function entryKey(entry: Pick<ItemEntry, 'item' | 'occurrence'>): string {
  return `${entry.item.scheme}:${entry.item.code}#${entry.occurrence}`
}

export function planInspection(
  { data }: Of<'PlanInspection'>,
  state: InspectionState,
): Decision<InspectionEvent> {
  if (state.status !== 'unknown') {
    return refuse(
      'inspection-already-planned',
      { zh: '该检查已有计划', en: 'this inspection is already planned' },
      ['O7:21'],
    )
  }
  if (data[data.inspected] === null) {
    return refuse(
      'inspected-missing',
      { zh: '未指明被检查的机构或者单位', en: `the ${data.inspected} to be inspected is not named; name it` },
      ['O7:21'],
      `/data/${data.inspected}`,
    )
  }
  const own = data.scheme === ownScheme
  const items =
    data.items ?? (own ? itemsOfForm(data.form).map(({ code }) => ({ scheme: ownScheme, code })) : [])
  const foreign = items.findIndex((item) => item.scheme !== data.scheme)
  if (foreign >= 0) return refuseForeignItem(`/data/items/${foreign}/scheme`)
  if (own && items.length === 0) {
    return refuse(
      'items-missing',
      {
        zh: '检查至少要有一个检查项',
        en: 'the inspection has no items; name at least one or leave them out',
      },
      ['O7:22', 'O7:23'],
      '/data/items',
    )
  }
  const outside = own ? items.findIndex((item) => !belongs(item, data.form)) : -1
  if (outside >= 0) {
    return refuse(
      'item-not-of-form',
      {
        zh: `检查项${items[outside]?.code}不属于该检查形式`,
        en: `item ${items[outside]?.code} is not on the list of this form of inspection`,
      },
      ['O7:22', 'O7:23', 'O7:24'],
      `/data/items/${outside}/code`,
    )
  }
  return accept({ type: 'InspectionPlanned', data: { ...data, items: distinct(items) } })
}

function belongs(item: ItemReference, form: Of<'PlanInspection'>['data']['form']): boolean {
  return checkItems.some((known) => known.code === item.code && known.forms.includes(form))
}

function distinct(items: readonly ItemReference[]): ItemReference[] {
  return [...new Map(items.map((item) => [`${item.scheme}:${item.code}`, item])).values()]
}

function refuseForeignItem(pointer: string) {
  return refuse(
    'item-of-another-scheme',
    {
      zh: '检查项不属于本次检查所用的项目表',
      en: 'the item is of another scheme than the one the inspection was planned under',
    },
    ['O7:22', 'O7:23'],
    pointer,
  )
}

export function assignInspectors(
  data: Of<'AssignInspectors'>['data'],
  state: KnownInspection,
): Decision<InspectionEvent> {
  const officers = [...new Set(data.inspectors.map((inspector) => inspector.officer))]
  if (state.status === 'concluded') {
    return refuse(
      'inspection-already-concluded',
      { zh: '检查已结束，不能再指派', en: 'the inspection is concluded; nobody can be assigned any more' },
      ['O7:21'],
    )
  }
  const inspected = new Set([state.plan.institution, state.plan.unit])
  const interested = data.inspectors
    .filter(
      ({ officer, interests }) =>
        state.recused.includes(officer) || interests.some((interest) => inspected.has(interest)),
    )
    .map(({ officer }) => officer)
  if (interested.length > 0) {
    const { refusal } = refuse(
      'inspector-must-recuse',
      {
        zh: `检查人员${interested.join('、')}与被检查对象有利害关系，应当回避，请另行指派`,
        en: `${interested.join(', ')} has an interest in the inspected and must stand back; assign somebody else`,
      },
      ['O7:25', 'APL:43'],
      '/data/inspectors',
    )
    const reason = '与被检查对象有利害关系'
    const fresh = interested.some((officer) => !state.recused.includes(officer))
    const attempt = {
      type: 'InspectorRecused' as const,
      data: { officers: [...new Set(interested)], attempted: officers, reason },
    }
    return { accepted: false, refusal, recorded: fresh ? [attempt] : [] }
  }
  if (officers.length < officersMin) {
    return refuse(
      'inspectors-too-few',
      { zh: '检查人员不得少于两人', en: 'at least two different officers are needed' },
      ['APL:42'],
      '/data/inspectors',
    )
  }
  const same =
    officers.length === state.officers.length && officers.every((id) => state.officers.includes(id))
  return same ? accept() : accept({ type: 'InspectorsAssigned', data: { officers } })
}

export function recordItems(
  command: Of<'RecordItems'> | Of<'CorrectItem'>,
  state: KnownInspection,
): Decision<InspectionEvent> {
  if (command.type === 'CorrectItem') return correctItem(command.data, state)
  if (state.status !== 'started') {
    return refuse(
      state.status === 'planned' ? 'inspection-not-started' : 'inspection-already-concluded',
      state.status === 'planned'
        ? { zh: '检查尚未开始，请先开始检查', en: 'the inspection has not started; start it first' }
        : {
            zh: '检查已结束，只能更正检查项',
            en: 'the inspection is concluded; items can only be corrected',
          },
      ['O7:22', 'O7:23'],
    )
  }
  const recorded = new Map<string, ItemEntry>(Object.entries(state.entries))
  const fresh: ItemEntry[] = []
  for (const [index, entry] of command.data.entries.entries()) {
    if (entry.item.scheme !== state.plan.scheme)
      return refuseForeignItem(`/data/entries/${index}/item/scheme`)
    const earlier = recorded.get(entryKey(entry))
    if (earlier && !isSameEntry(earlier, entry)) {
      return refuse(
        'item-already-recorded',
        {
          zh: `检查项${entry.item.code}已有不同记录，请用更正`,
          en: `item ${entry.item.code} is already recorded otherwise; correct it instead`,
        },
        ['O7:22', 'O7:23'],
        `/data/entries/${index}`,
      )
    }
    if (!earlier) fresh.push(entry)
    recorded.set(entryKey(entry), entry)
  }
  return accept(...fresh.map((data) => ({ type: 'ItemRecorded' as const, data })))
}

function isSameEntry(a: ItemEntry, b: ItemEntry): boolean {
  const same = a.outcome === b.outcome && a.note === b.note && a.practitioner === b.practitioner
  return same && a.evidence.join() === b.evidence.join()
}

function correctItem(data: Of<'CorrectItem'>['data'], state: KnownInspection): Decision<InspectionEvent> {
  const current = state.entries[entryKey(data)]
  if (!current) {
    return refuse(
      'item-not-recorded',
      { zh: '该检查项尚无记录，不能更正', en: 'the item has no record to correct; record it' },
      ['O7:22', 'O7:23'],
      '/data/item',
    )
  }
  if (current.eventId !== null && current.eventId !== data.supersedes) {
    return refuse(
      'superseded-not-current',
      {
        zh: `该检查项的现行记录是${current.eventId}，请更正该记录`,
        en: `the item's current record is ${current.eventId}; correct that one`,
      },
      ['O7:22', 'O7:23'],
      '/data/supersedes',
    )
  }
  return isSameEntry(current, data) ? accept() : accept({ type: 'ItemCorrected', data })
}

export function concludeInspection(
  data: Of<'ConcludeInspection'>['data'],
  state: KnownInspection,
): Decision<InspectionEvent> {
  if (state.status === 'concluded') return accept()
  if (state.status !== 'started') {
    return refuse(
      'inspection-not-started',
      { zh: '检查尚未开始，不能结束', en: 'the inspection has not started and cannot be concluded' },
      ['O7:21'],
    )
  }
  const entries = Object.values(state.entries)
  const seen = new Set(entries.map((entry) => entry.item.code))
  const open = state.plan.items.filter((item) => !seen.has(item.code)).map((item) => item.code)
  if (state.plan.scheme === ownScheme && open.length > 0) {
    return refuse(
      'items-without-outcome',
      {
        zh: `检查项${open.join('、')}没有结果，请逐项记录（可为不适用）`,
        en: `items ${open.join(', ')} have no outcome; record each (not-applicable is one)`,
      },
      ['O7:22', 'O7:23', 'O7:24'],
    )
  }
  const count = (outcome: ItemEntry['outcome']) => entries.filter((entry) => entry.outcome === outcome).length
  return accept({
    type: 'InspectionConcluded',
    data: {
      passed: count('pass'),
      failed: count('fail'),
      notApplicable: count('not-applicable'),
      failedItems: failedItems(state),
      conclusion: data.conclusion,
    },
  })
}

/** The codes with at least one failed entry, as corrected so far. */
export function failedItems(state: KnownInspection): ItemReference[] {
  return distinct(
    Object.values(state.entries)
      .filter((e) => e.outcome === 'fail')
      .map((e) => e.item),
  )
}

/** Only whom inspectors have come to can refuse them; what is concluded was not refused. */
export function recordRefusal(
  data: Of<'RecordRefusal'>['data'],
  state: KnownInspection,
): Decision<InspectionEvent> {
  if (state.officers.length === 0 && state.plan.scheme === ownScheme) {
    return refuse(
      'inspectors-not-assigned',
      {
        zh: '尚未指派检查人员，请先指派两名以上',
        en: 'no inspectors are assigned; assign at least two first',
      },
      ['APL:42'],
    )
  }
  if (state.status === 'concluded') {
    return refuse(
      'inspection-already-concluded',
      { zh: '检查已结束，不能再记录拒绝检查', en: 'the inspection was concluded, so it was not refused' },
      ['O7:21'],
    )
  }
  return accept({ type: 'InspectionRefused', data })
}

export function startInspection(
  data: { place: string | null },
  state: KnownInspection,
): Decision<InspectionEvent> {
  if (state.status !== 'planned') return accept()
  if (state.plan.scheme === ownScheme && state.officers.length === 0) {
    return refuse(
      'inspectors-not-assigned',
      {
        zh: '尚未指派检查人员，请先指派两名以上',
        en: 'no inspectors are assigned; assign at least two first',
      },
      ['APL:42'],
    )
  }
  return accept({ type: 'InspectionStarted', data })
}
