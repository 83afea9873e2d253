import { z } from 'zod'
import { refuseOtherDivision } from './account-subject.ts'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { dayOf, type LocalDate, localDate, text, ulid } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/**
 * Complaint 投诉举报 about an institution's services. Stream `complaint-<ULID>`.
 * received → decided (substantiated or not) → annulled, after which it may be decided anew. Who complained is not
 * recorded here: the hotline keeps it.
 */

/** Working days from the day of receipt to the finding; a house default. */
const toDecide = 15

const reason = text(500)
const received = {
  division: divisionCode,
  institution: uscc,
  channel: z.enum(['96119', '12345', 'transfer', 'other']).meta({
    description: '96119 fire hotline · 12345 citizens’ hotline · transfer from another authority',
  }),
  summary: text(1000).meta({ description: 'what is complained of, without the complainant' }),
  number: text(60).nullable().default(null).meta({ description: 'under which the hotline keeps it' }),
}
const outcome = z.enum(['substantiated', 'unsubstantiated'])

export const complaintEvents = {
  ComplaintReceived: event(
    { zh: '受理投诉举报', en: 'Complaint received', law: ['O7:21', 'HOUSE:complaint'] },
    { ...received, dueOn: localDate, provisional: z.boolean() },
  ),
  /** The last day has passed without a finding. */
  ComplaintOverdue: event(
    { zh: '投诉举报逾期未办结', en: 'Complaint overdue', law: ['HOUSE:complaint'] },
    { dueOn: localDate },
  ),
  ComplaintDecided: event(
    { zh: '投诉举报核查结论', en: 'Complaint decided', law: ['O7:21'] },
    { outcome, inTime: z.boolean(), reason },
  ),
  /** The finding falls, e.g. after a review; the complaint is open again. */
  ComplaintFindingAnnulled: event(
    { zh: '撤销投诉举报核查结论', en: 'Complaint finding annulled', law: ['O7:21'] },
    { reason },
  ),
}
export type ComplaintEvent = EventOf<typeof complaintEvents>

type Received = Extract<ComplaintEvent, { type: 'ComplaintReceived' }>['data']
export type ComplaintState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'open' | 'decided'
      readonly received: Received
      readonly receivedOn: LocalDate
      readonly outcome: z.output<typeof outcome> | null
      readonly overdue: boolean
    }

const initialState = { status: 'unknown' } as ComplaintState

function evolve(state: ComplaintState, event: ComplaintEvent): ComplaintState {
  if (event.type === 'ComplaintReceived') {
    const receivedOn = dayOf(event.effectiveAt)
    return { status: 'open', received: event.data, receivedOn, outcome: null, overdue: false }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before ComplaintReceived`)
  switch (event.type) {
    case 'ComplaintOverdue':
      return { ...state, overdue: true }
    case 'ComplaintDecided':
      return { ...state, status: 'decided', outcome: event.data.outcome }
    case 'ComplaintFindingAnnulled':
      return { ...state, status: 'open', outcome: null }
    default:
      return unreachable(event)
  }
}

export const complaintCommands = {
  ReceiveComplaint: command(
    { zh: '受理投诉举报', en: 'Receive complaint', law: ['O7:21'], permission: 'inspect', opens: true },
    received,
  ),
  DecideComplaint: command(
    { zh: '作出投诉举报核查结论', en: 'Decide complaint', law: ['O7:21'], permission: 'inspect' },
    { outcome, reason },
  ),
  AnnulFinding: command(
    { zh: '撤销核查结论', en: 'Annul finding', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
  /** That the last day has passed. */
  NoteOverdue: command(
    {
      zh: '认定投诉举报逾期',
      en: 'Note overdue',
      law: ['HOUSE:complaint'],
      permission: 'inspect',
      internal: true,
    },
    {},
  ),
}
export type ComplaintCommand = CommandOf<typeof complaintCommands>

function decide(
  command: ComplaintCommand,
  state: ComplaintState,
  context: DecisionContext,
): Decision<ComplaintEvent> {
  const day = dayOf(command.effectiveAt)
  if (command.type === 'ReceiveComplaint') {
    if (state.status !== 'unknown') {
      const text = { zh: '该投诉举报已受理', en: 'this complaint was received already; use a new id' }
      return refuse('complaint-already-received', text, ['O7:21'])
    }
    const claim = { division: command.data.division, subjectKind: 'institution' as const }
    const refused = refuseOtherDivision(claim, command.data.institution, context, day)
    if (refused) return refused
    const { day: dueOn, provisional } = addWorkingDays(day, toDecide)
    return accept({ type: 'ComplaintReceived', data: { ...command.data, dueOn, provisional } })
  }
  if (state.status === 'unknown') {
    const text = { zh: '投诉举报尚未受理，请先受理', en: 'there is no such complaint; receive it first' }
    return refuse('complaint-unknown', text, ['O7:21'])
  }
  if (day < state.receivedOn) {
    const text = {
      zh: `早于受理日期${state.receivedOn}`,
      en: `that lies before the receipt on ${state.receivedOn}; correct effectiveAt`,
    }
    return refuse('complaint-not-received-yet', text, ['O7:21'])
  }
  const { dueOn } = state.received
  switch (command.type) {
    case 'DecideComplaint': {
      if (state.outcome === command.data.outcome) return accept()
      if (state.outcome !== null) {
        const text = {
          zh: '已有核查结论；如有误，请先撤销原结论',
          en: 'there is a finding already; annul it first if it is wrong',
        }
        return refuse('complaint-already-decided', text, ['O7:21'], '/data/outcome')
      }
      return accept({ type: 'ComplaintDecided', data: { ...command.data, inTime: day <= dueOn } })
    }
    case 'AnnulFinding':
      return state.outcome === null
        ? accept()
        : accept({ type: 'ComplaintFindingAnnulled', data: command.data })
    case 'NoteOverdue':
      if (state.status === 'decided' || state.overdue || day <= dueOn) return accept()
      return accept({ type: 'ComplaintOverdue', data: { dueOn } })
    default:
      return unreachable(command)
  }
}

export const complaint = streamCategory({
  name: 'complaint',
  path: 'complaints',
  title: { zh: '投诉举报', en: 'Complaint' },
  id: ulid,
  visibility: 'cases',
  events: complaintEvents,
  commands: complaintCommands,
  initialState,
  evolve,
  reliesOn: (command) =>
    command.type === 'ReceiveComplaint' ? [{ category: 'institution', id: command.data.institution }] : [],
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.received.division,
    institutions: state.status === 'unknown' ? [] : [state.received.institution],
    practitioners: [],
    units: [],
  }),
})
