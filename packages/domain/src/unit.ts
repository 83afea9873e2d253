import { z } from 'zod'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { refuseUnlessStanding } from './correction.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { person, type SealedPerson, sealedPerson } from './person.ts'
import { moved, type Residence } from './residence.ts'
import {
  areaSquareMetres,
  dayOf,
  type EventId,
  eventId,
  type Instant,
  type LocalDate,
  type Title,
  text,
  ulid,
} from './values.ts'

/**
 * Unit 社会单位: premises that institutions serve and the authority inspects. Stream `unit-<ULID>`.
 * registered (open) → closed; beside that, a key unit or not over time.
 */

/** What a unit mainly is; the first two decide sampling ratios (NJ39). */
export const unitKinds = {
  'commercial-complex': { zh: '商业综合体', en: 'commercial complex' },
  'high-rise': { zh: '高层建筑', en: 'high-rise building' },
  residential: { zh: '住宅小区', en: 'residential estate' },
  hospital: { zh: '医院', en: 'hospital' },
  school: { zh: '学校', en: 'school' },
  childcare: { zh: '托育机构', en: 'childcare' },
  'care-home': { zh: '养老机构', en: 'care home' },
  hotel: { zh: '宾馆饭店', en: 'hotel' },
  restaurant: { zh: '餐饮场所', en: 'restaurant' },
  entertainment: { zh: '公共娱乐场所', en: 'public entertainment' },
  market: { zh: '商场市场', en: 'shop or market' },
  office: { zh: '办公楼', en: 'office building' },
  factory: { zh: '工厂', en: 'factory' },
  warehouse: { zh: '仓库', en: 'warehouse' },
  hazardous: { zh: '易燃易爆场所', en: 'flammable or explosive goods' },
  transport: { zh: '交通枢纽', en: 'transport hub' },
  culture: { zh: '文化体育场馆', en: 'culture or sports venue' },
  heritage: { zh: '文物古建筑', en: 'heritage building' },
  other: { zh: '其他', en: 'other' },
} as const satisfies Record<string, Title>
export type UnitKind = keyof typeof unitKinds
export const unitKind = z.enum(Object.keys(unitKinds) as [UnitKind, ...UnitKind[]])

const details = {
  name: text(120),
  /** Null for a unit without a code of its own, such as one tenant's premises. */
  uscc: uscc.nullable().default(null),
  kind: unitKind,
  areaSquareMetres,
  division: divisionCode,
  address: text(200),
}
const contact = { clear: person.nullable().default(null), sealed: sealedPerson.nullable().default(null) }
const reason = text(500)

export const unitEvents = {
  /** Entered in the register of inspected premises. Fire Protection Law art. 53. */
  UnitRegistered: event(
    { zh: '单位登记', en: 'Unit registered', law: ['FL:53'] },
    { ...details, contact: contact.sealed },
  ),
  /** Details as they should have stood; `supersedes` names the event that was wrong. */
  UnitDetailsCorrected: event(
    { zh: '单位信息更正', en: 'Unit details corrected', law: ['FL:53'] },
    { ...details, contact: contact.sealed, supersedes: eventId, reason },
  ),
  /** Designated a key unit for fire safety 消防安全重点单位, with the ground for it. Fire Protection Law art. 17. */
  KeyUnitDesignated: event(
    { zh: '确定为消防安全重点单位', en: 'Key unit designated', law: ['FL:17'] },
    { basis: reason },
  ),
  /** No longer meets the ground of its designation. */
  KeyUnitDesignationLifted: event(
    { zh: '不再列为消防安全重点单位', en: 'Key unit designation lifted', law: ['FL:17'] },
    { reason },
  ),
  /** Gone for good: demolished, out of business, merged. */
  UnitClosed: event({ zh: '单位关闭', en: 'Unit closed', law: ['FL:53'] }, { reason }),
}
export type UnitEvent = EventOf<typeof unitEvents>

type Details = Omit<Extract<UnitEvent, { type: 'UnitRegistered' }>['data'], 'contact'>

export type UnitState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'open' | 'closed'
      readonly details: Details
      /** Where it belonged, over time: whose business it was on a day. */
      readonly residences: readonly Residence[]
      readonly contact: SealedPerson | null
      /** The event whose details stand. */
      readonly detailsEvent: EventId | null
      readonly closedAt: Instant | null
      /** Each designation and lifting with the moment from which it holds, in that order. */
      readonly keyUnit: readonly { readonly from: Instant; readonly designated: boolean }[]
    }

type Known = Exclude<UnitState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as UnitState

/** Whether the unit was a key unit on that day (in China), from the facts recorded so far. */
export function isKeyUnitOn(state: UnitState, day: LocalDate): boolean {
  if (state.status === 'unknown') return false
  return state.keyUnit.findLast((entry) => dayOf(entry.from) <= day)?.designated ?? false
}

/** Whether the unit had been closed by that day. */
export function isUnitClosedOn(state: UnitState, day: LocalDate): boolean {
  return state.status === 'closed' && state.closedAt !== null && dayOf(state.closedAt) <= day
}

function mark(state: Known, designated: boolean, from: Instant): Known {
  // Sorting is stable: of two facts of the same moment, the one recorded last stands.
  const keyUnit = [...state.keyUnit, { from, designated }].sort(
    (a, b) => Date.parse(a.from) - Date.parse(b.from),
  )
  return { ...state, keyUnit }
}

function evolve(state: UnitState, event: UnitEvent): UnitState {
  if (event.type === 'UnitRegistered') {
    const { contact, ...details } = event.data
    const detailsEvent = event.id ?? null
    const residences = moved([], dayOf(event.effectiveAt), details.division)
    return { status: 'open', details, residences, contact, detailsEvent, closedAt: null, keyUnit: [] }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before UnitRegistered`)
  switch (event.type) {
    case 'UnitDetailsCorrected': {
      const { contact, supersedes: _, reason: __, ...details } = event.data
      const residences = moved(state.residences, dayOf(event.effectiveAt), details.division)
      return { ...state, details, residences, contact, detailsEvent: event.id ?? null }
    }
    case 'KeyUnitDesignated':
      return mark(state, true, event.effectiveAt)
    case 'KeyUnitDesignationLifted':
      return mark(state, false, event.effectiveAt)
    case 'UnitClosed':
      return { ...state, status: 'closed', closedAt: event.effectiveAt }
    default:
      return unreachable(event)
  }
}

export const unitCommands = {
  RegisterUnit: command(
    { zh: '登记单位', en: 'Register unit', law: ['FL:53'], permission: 'register', opens: true },
    { ...details, contact: contact.clear },
  ),
  CorrectDetails: command(
    { zh: '更正单位信息', en: 'Correct details', law: ['FL:53'], permission: 'register', corrects: true },
    { ...details, contact: contact.clear, supersedes: eventId, reason },
  ),
  DesignateKeyUnit: command(
    { zh: '确定消防安全重点单位', en: 'Designate key unit', law: ['FL:17'], permission: 'register' },
    { basis: reason },
  ),
  LiftKeyDesignation: command(
    { zh: '取消重点单位', en: 'Lift key unit designation', law: ['FL:17'], permission: 'register' },
    { reason },
  ),
  CloseUnit: command(
    { zh: '关闭单位', en: 'Close unit', law: ['FL:53'], permission: 'register' },
    { reason },
  ),
}
export type UnitCommand = CommandOf<typeof unitCommands>

function decide(command: UnitCommand, state: UnitState): Decision<UnitEvent> {
  if (command.type === 'RegisterUnit') {
    if (state.status === 'unknown') return accept({ type: 'UnitRegistered', data: command.data })
    return refuse(
      'unit-already-registered',
      { zh: '该单位已登记', en: 'this unit is already registered; correct its details instead' },
      ['FL:53'],
    )
  }
  if (state.status === 'unknown') {
    return refuse(
      'unit-not-registered',
      { zh: '单位尚未登记，请先登记', en: 'the unit is not registered; register it first' },
      ['FL:53'],
    )
  }
  const day = dayOf(command.effectiveAt)
  switch (command.type) {
    case 'CorrectDetails':
      return (
        refuseUnlessStanding(state.detailsEvent, command.data.supersedes) ??
        accept({ type: 'UnitDetailsCorrected', data: command.data })
      )
    case 'DesignateKeyUnit':
      if (isUnitClosedOn(state, day)) return refuseClosed()
      return isKeyUnitOn(state, day) ? accept() : accept({ type: 'KeyUnitDesignated', data: command.data })
    case 'LiftKeyDesignation':
      return isKeyUnitOn(state, day)
        ? accept({ type: 'KeyUnitDesignationLifted', data: command.data })
        : accept()
    case 'CloseUnit':
      return state.status === 'closed' ? accept() : accept({ type: 'UnitClosed', data: command.data })
    default:
      return unreachable(command)
  }
}

function refuseClosed() {
  return refuse('unit-closed', { zh: '单位在该日已关闭', en: 'the unit was closed on that day' }, ['FL:53'])
}

export const unit = streamCategory({
  name: 'unit',
  path: 'units',
  title: { zh: '社会单位', en: 'Unit' },
  id: ulid,
  visibility: 'register',
  events: unitEvents,
  commands: unitCommands,
  initialState,
  evolve,
  decide,
  concerns: (state, id) => ({
    division: state.status === 'unknown' ? null : state.details.division,
    institutions: [],
    practitioners: [],
    units: [id],
  }),
})
