import {
  type AnomalyCode,
  type AnomalyEvent,
  anomalyKinds,
  type ComplaintEvent,
  dayOf,
  type InspectionEvent,
  type InstitutionEvent,
  type LedgerEvent,
  type LocalDate,
  ownScheme,
} from '@fireledger/domain'
import { type Cause, causeOf, firstEventIdOf } from './command-request.ts'
import type { Consequence, Standing } from './credit-consequences.ts'
import type { Memory } from './memory.ts'
import type { Recollection } from './recollections.ts'

/** What the clerk keeps in mind of conduct: complaints, anomalies, merits, findings, staff, faults. */

/** `complaint/<id>`; `dueOn` is null when nobody waits for a finding, or the wait is known to be too long. */
export type ComplaintMemory = {
  readonly institution: string
  readonly dueOn: LocalDate | null
  readonly cause: Cause
}

const complaints: Recollection = {
  on: ['ComplaintReceived', 'ComplaintOverdue', 'ComplaintDecided'] satisfies ComplaintEvent['type'][],
  fold(event, memory) {
    const key = `complaint/${event.streamId}`
    const { type, data } = event as LedgerEvent & ComplaintEvent
    if (type === 'ComplaintReceived') {
      const { institution, dueOn } = data
      memory.set(key, { institution, dueOn, cause: causeOf(event) } satisfies ComplaintMemory)
      return
    }
    const known = recallComplaint(memory, event.streamId)
    if (known) memory.set(key, { ...known, dueOn: null })
  },
}

export function recallComplaint(memory: Memory, id: string): ComplaintMemory | undefined {
  return memory.get(`complaint/${id}`) as ComplaintMemory | undefined
}

/** `anomaly/<id>` */
type AnomalyMemory = {
  readonly institution: string
  readonly practitioner: string | null
  readonly code: AnomalyCode
}

const anomalies: Recollection = {
  on: ['AnomalyDetected'] satisfies AnomalyEvent['type'][],
  fold(event, memory) {
    const { institution, practitioner, code } = event.data as AnomalyMemory
    memory.set(`anomaly/${event.streamId}`, { institution, practitioner, code } satisfies AnomalyMemory)
  },
}

export function recallAnomaly(memory: Memory, id: string) {
  const known = memory.get(`anomaly/${id}`) as AnomalyMemory | undefined
  return known && { ...known, title: anomalyKinds[known.code].zh }
}

type Failed = readonly (readonly [code: string, occurrence: number])[]
/** Failed items of our own list, as corrected. `findings/<inspection>` */
type Findings = { readonly failed: Failed; readonly concludedAt: string | null }

const findings: Recollection = {
  on: ['ItemRecorded', 'ItemCorrected', 'InspectionConcluded'] satisfies InspectionEvent['type'][],
  fold(event, memory) {
    const key = `findings/${event.streamId}`
    const known = recallFindings(memory, event.streamId)
    if (event.type === 'InspectionConcluded') {
      const concludedAt = event.metadata.effectiveAt
      memory.set(key, { failed: known?.failed ?? [], concludedAt } satisfies Findings)
      return
    }
    const failed = failedAfter(known?.failed ?? [], event)
    // Items that passed, and those of other lists, have no consequence here: not worth remembering.
    if (known || failed.length > 0)
      memory.set(key, { failed, concludedAt: known?.concludedAt ?? null } satisfies Findings)
  },
}

export function recallFindings(memory: Memory, inspection: string): Findings | undefined {
  return memory.get(`findings/${inspection}`) as Findings | undefined
}

/** The failed items with one more recorded or corrected. */
export function failedAfter(failed: Failed, event: LedgerEvent): Failed {
  const { data } = event as LedgerEvent & Extract<InspectionEvent, { type: 'ItemRecorded' | 'ItemCorrected' }>
  const { item, occurrence, outcome } = data
  if (item.scheme !== ownScheme) return failed
  const others = failed.filter(([code, number]) => code !== item.code || number !== occurrence)
  return outcome === 'fail' ? [...others, [item.code, occurrence]] : others
}

/** Staff below the conditions, by the latest verification. `staffing/<USCC>` */
export type StaffingMemory = {
  /** The first verification in a row that found it; null: it was enough. */
  readonly below: LocalDate | null
  readonly at: string
  readonly cause: Cause
}

const staffing: Recollection = {
  on: ['PracticeConditionsVerified'] satisfies InstitutionEvent['type'][],
  fold(event, memory) {
    const key = `staffing/${event.streamId}`
    const { data, metadata } = event as LedgerEvent &
      Extract<InstitutionEvent, { type: 'PracticeConditionsVerified' }>
    const known = memory.get(key) as StaffingMemory | undefined
    const at = metadata.effectiveAt
    if (known && at < known.at) return
    const short = data.outcomes.some(({ code, met }) => !met && (code === 'PC4' || code === 'PC5'))
    const below = short ? (known?.below ?? dayOf(at)) : null
    memory.set(key, { below, at, cause: causeOf(event) } satisfies StaffingMemory)
  },
}

/** What was held against somebody in a year, by entry. `faults/<account>/<year>` */
export type FaultsMemory = { readonly entries: readonly string[]; readonly cause: Cause }

const faults: Recollection = {
  on: ['CreditAdjusted', 'CreditVetoImposed', 'CreditAdjustmentReversed', 'CreditVetoLifted'],
  fold(event, memory) {
    const data = event.data as {
      points?: number
      effectiveOn: LocalDate
      supersedes?: string
      basis?: string
    }
    const prefix = `faults/${event.streamId}/`
    if (data.supersedes === undefined) {
      if (data.points !== undefined && data.points >= 0) return
      const key = `${prefix}${data.effectiveOn.slice(0, 4)}`
      const known = memory.get(key) as FaultsMemory | undefined
      memory.set(key, { entries: [...(known?.entries ?? []), event.id], cause: causeOf(event) })
      return
    }
    // A repair ends the effect of a fault; it does not undo that there was one.
    if (data.basis === 'repaired') return
    for (const [key, document] of memory.entries(prefix)) {
      const { entries } = document as FaultsMemory
      if (!entries.includes(data.supersedes)) continue
      const rest = entries.filter((entry) => entry !== data.supersedes)
      memory.set(key, { entries: rest, cause: causeOf(event) } satisfies FaultsMemory)
    }
  },
}

/** Of whom something has changed since it was looked at whether the last year was without fault. `unlooked/<account>` */
const unlooked: Recollection = {
  on: [
    'InstitutionRegistered',
    'PractitionerRegistered',
    'UnitRegistered',
    'InstitutionWithdrew',
    'InstitutionRemoved',
    'RegistrationCancelled',
    'RegistrationRevoked',
    'RegistrationStruckOff',
    'UnitClosed',
    ...faults.on,
  ],
  fold: (event, memory) => memory.set(`unlooked/${event.streamId}`, true),
}

/** Facts that time makes, by the middle of their ids, and the rules that say them. */
export const timedRules = { faultless: 'faultless-year', understaffed: 'understaffed' } as const

/**
 * What stands because of them, from the entries themselves: no event says such a fact, so nothing else would remember
 * it after the memory was lost. `standing/<rule>/<fact id>`, and by entry where it stands: `timed/<event id>`
 */
const timedStanding: Recollection = {
  on: ['CreditAdjusted', 'CreditAdjustmentReversed'],
  fold(event, memory) {
    if (event.type === 'CreditAdjustmentReversed') {
      const { supersedes } = event.data as { supersedes: string }
      const key = memory.get(`timed/${supersedes}`) as string | undefined
      if (key === undefined) return
      const standing = (memory.get(key) as readonly Standing[] | undefined) ?? []
      const rest = standing.filter(({ commandId }) => firstEventIdOf(commandId) !== supersedes)
      memory.set(key, rest.length === 0 ? null : rest)
      memory.set(`timed/${supersedes}`, null)
      return
    }
    const { factId, item, ...data } = event.data as Omit<Consequence, 'account' | 'kind' | 'code'> & {
      item: string
    }
    const rule = timedRules[factId.split('/')[1] as keyof typeof timedRules]
    if (rule === undefined) return
    const { effectiveAt, commandId } = event.metadata
    const consequence = {
      ...data,
      account: event.streamId,
      kind: 'adjustment' as const,
      code: item,
      factId,
      effectiveAt,
    }
    const key = `standing/${rule}/${factId}`
    const known = (memory.get(key) as readonly Standing[] | undefined) ?? []
    memory.set(key, [...known, { consequence, commandId }])
    memory.set(`timed/${firstEventIdOf(commandId)}`, key)
  },
}

export const conductMarks: readonly Recollection[] = [
  complaints,
  anomalies,
  findings,
  staffing,
  faults,
  unlooked,
  timedStanding,
]
