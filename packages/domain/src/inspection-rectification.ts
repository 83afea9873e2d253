import type { ItemReference } from './check-items.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import type { InspectionCommand, InspectionEvent, KnownInspection } from './inspection.ts'
import { failedItems } from './inspection-rules.ts'
import { addDays, dayOf, type LocalDate, startOfDay } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/**
 * Rectification 限期整改: ordered → reported → verified, or missed once the due day has passed. One order stands at a
 * time; after it is cured or missed another may be made.
 */

const workingDaysDefault = 10

export type Rectification = {
  readonly status: 'ordered' | 'reported' | 'cured' | 'missed'
  readonly items: readonly ItemReference[]
  readonly dueOn: LocalDate
  /** The first day on which a cure was reported since the order or the last failed look. */
  readonly reportedOn: LocalDate | null
}

type RectificationEvent = Extract<InspectionEvent, { type: `Rectification${string}` }>
type RectificationCommand = Extract<InspectionCommand, { type: `${string}Rectification` }>

export function evolveRectification(before: Rectification | null, event: RectificationEvent): Rectification {
  if (event.type === 'RectificationOrdered') {
    const { items, dueOn } = event.data
    return { status: 'ordered', items, dueOn, reportedOn: null }
  }
  if (!before) throw new Error(`${event.type} before RectificationOrdered`)
  switch (event.type) {
    case 'RectificationReported':
      return {
        ...before,
        status: before.status === 'missed' ? 'missed' : 'reported',
        reportedOn: dayOf(event.effectiveAt),
      }
    case 'RectificationVerified':
      if (event.data.cured) return { ...before, status: 'cured' }
      return { ...before, status: before.status === 'missed' ? 'missed' : 'ordered', reportedOn: null }
    case 'RectificationMissed':
      return { ...before, status: 'missed' }
    default:
      return unreachable(event)
  }
}

export function decideRectification(
  command: RectificationCommand,
  state: KnownInspection,
  today: LocalDate,
): Decision<InspectionEvent> {
  if (command.type === 'OrderRectification') return orderRectification(command, state)
  const standing = state.rectification
  if (!standing) {
    return refuse(
      'rectification-not-ordered',
      { zh: '没有责令整改，请先责令', en: 'no rectification was ordered; order it first' },
      ['NJ39:5'],
    )
  }
  const day = dayOf(command.effectiveAt)
  const past = day < today ? day : today
  switch (command.type) {
    case 'ReportRectification':
      if (standing.status === 'cured') return accept()
      if (standing.reportedOn !== null && standing.reportedOn <= day) return accept()
      return accept(...missedBy(standing, past, day), { type: 'RectificationReported', data: command.data })
    case 'VerifyRectification': {
      if (standing.status === 'cured') return accept()
      const cameOn = standing.reportedOn ?? day
      const data = { ...command.data, inTime: cameOn <= standing.dueOn }
      return accept(...missedBy(standing, past, cameOn), { type: 'RectificationVerified', data })
    }
    case 'MissRectification':
      return missRectification(standing, past)
    default:
      return unreachable(command)
  }
}

/**
 * A cure that came late was missed before, whether or not anyone watched the deadline: then the miss goes first, as of
 * the day after the due day.
 */
function missedBy(standing: Rectification, past: LocalDate, cameOn: LocalDate) {
  const late = past > standing.dueOn && cameOn > standing.dueOn
  return late && standing.status !== 'missed' ? [missed(standing)] : []
}

function missed({ dueOn, items }: Rectification) {
  return {
    type: 'RectificationMissed' as const,
    data: { dueOn, items: [...items] },
    effectiveAt: startOfDay(addDays(dueOn, 1)),
  }
}

function orderRectification(
  { data, effectiveAt }: Extract<RectificationCommand, { type: 'OrderRectification' }>,
  state: KnownInspection,
): Decision<InspectionEvent> {
  const standing = state.rectification
  if (state.status === 'planned') {
    return refuse(
      'inspection-not-started',
      {
        zh: '检查尚未开始，不能责令整改',
        en: 'the inspection has not started; there is nothing to cure yet',
      },
      ['O7:21'],
    )
  }
  if (standing?.status === 'ordered' || standing?.status === 'reported') {
    return refuse(
      'rectification-already-ordered',
      { zh: '已有未了结的整改要求', en: 'a rectification is already under way; verify it first' },
      ['NJ39:5'],
    )
  }
  const failed = failedItems(state)
  const chosen = data.items ?? failed
  const sound = chosen.findIndex(
    (item) => !failed.some((other) => other.scheme === item.scheme && other.code === item.code),
  )
  if (chosen.length === 0 || sound >= 0) {
    return refuse(
      'item-not-failed',
      { zh: '只能就不合格的检查项责令整改', en: 'only failed items can be ordered to be cured' },
      ['NJ39:5', 'APL:28'],
      chosen.length === 0 ? '/data/items' : `/data/items/${sound}`,
    )
  }
  const ordered = dayOf(effectiveAt)
  const computed = addWorkingDays(ordered, workingDaysDefault)
  const dueOn = data.dueOn ?? computed.day
  if (dueOn < ordered) {
    return refuse(
      'due-day-before-order',
      { zh: '整改期限早于责令之日', en: 'the due day lies before the order' },
      ['NJ39:5'],
      '/data/dueOn',
    )
  }
  const provisional = data.dueOn === null && computed.provisional
  return accept({
    type: 'RectificationOrdered',
    data: { items: chosen, dueOn, provisional, orderNumber: data.orderNumber },
  })
}

function missRectification(standing: Rectification, day: LocalDate): Decision<InspectionEvent> {
  if (standing.status === 'missed') return accept()
  if (standing.status === 'cured') {
    return refuse(
      'rectification-cured',
      { zh: '整改已复查合格', en: 'the rectification was verified as cured' },
      ['NJ39:5'],
    )
  }
  if (standing.reportedOn !== null && standing.reportedOn <= standing.dueOn) {
    return refuse(
      'rectification-awaits-verification',
      { zh: '已按期报告整改，请先复查', en: 'a cure was reported in time; verify it first' },
      ['NJ39:5'],
    )
  }
  if (day <= standing.dueOn) {
    return refuse(
      'rectification-not-overdue',
      { zh: `整改期限至${standing.dueOn}，尚未届满`, en: `the due day ${standing.dueOn} has not passed` },
      ['NJ39:5'],
    )
  }
  return accept(missed(standing))
}
