import { z } from 'zod'
import { refuseOtherDivision } from './account-subject.ts'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { dayOf, localDate, sha256Hex, text, ulid } from './values.ts'

/**
 * Merit 良好行为: something good that an institution or a practitioner did and that may count for their credit. Stream
 * `merit-<ULID>`. recorded → withdrawn, when it turns out not to be so.
 */

export const meritKind = z.enum(['training', 'public-service', 'hazard-reported']).meta({
  description:
    'training 完成培训 · public-service 公益服务 · hazard-reported 火灾前报告隐患: the hazard was reported and a fire came after',
})

const reason = text(500)
const details = {
  division: divisionCode,
  /** One of both, or both: the practitioner, and the institution that employs them. */
  institution: uscc.nullable().default(null),
  practitioner: ulid.nullable().default(null),
  kind: meritKind,
  description: text(500),
  /** Of the fire that the report came before; null for the other kinds. */
  fireOn: localDate.nullable().default(null),
  evidence: z.array(sha256Hex).max(50).default([]),
}

export const meritEvents = {
  /** `effectiveAt` is the day on which it was done. */
  MeritRecorded: event({ zh: '良好行为记录', en: 'Merit recorded', law: ['HOUSE:credit-default'] }, details),
  MeritWithdrawn: event(
    { zh: '良好行为撤销', en: 'Merit withdrawn', law: ['HOUSE:credit-default'] },
    { reason },
  ),
}
export type MeritEvent = EventOf<typeof meritEvents>

type Recorded = Extract<MeritEvent, { type: 'MeritRecorded' }>['data']
export type MeritState =
  | { readonly status: 'unknown' }
  | { readonly status: 'recorded' | 'withdrawn'; readonly merit: Recorded }

const initialState = { status: 'unknown' } as MeritState

function evolve(state: MeritState, event: MeritEvent): MeritState {
  switch (event.type) {
    case 'MeritRecorded':
      return { status: 'recorded', merit: event.data }
    case 'MeritWithdrawn':
      if (state.status === 'unknown') throw new Error('MeritWithdrawn before MeritRecorded')
      return { ...state, status: 'withdrawn' }
    default:
      return unreachable(event)
  }
}

export const meritCommands = {
  RecordMerit: command(
    {
      zh: '记录良好行为',
      en: 'Record merit',
      law: ['HOUSE:credit-default'],
      permission: 'score',
      opens: true,
    },
    details,
  ),
  WithdrawMerit: command(
    { zh: '撤销良好行为', en: 'Withdraw merit', law: ['HOUSE:credit-default'], permission: 'score' },
    { reason },
  ),
}
export type MeritCommand = CommandOf<typeof meritCommands>

function decide(command: MeritCommand, state: MeritState, context: DecisionContext): Decision<MeritEvent> {
  if (command.type === 'WithdrawMerit') {
    if (state.status === 'withdrawn') return accept()
    if (state.status === 'recorded') return accept({ type: 'MeritWithdrawn', data: command.data })
    const text = { zh: '没有此记录', en: 'there is no such record' }
    return refuse('merit-unknown', text, ['HOUSE:credit-default'])
  }
  if (state.status !== 'unknown') {
    const text = { zh: '该编号已有记录，请用新的编号', en: 'there is a record under this id; use a new id' }
    return refuse('merit-already-recorded', text, ['HOUSE:credit-default'])
  }
  const { data } = command
  const day = dayOf(command.effectiveAt)
  return (
    refuseIncomplete(data, day) ??
    refuseElsewhere(data, context, day) ??
    accept({ type: 'MeritRecorded', data })
  )
}

function refuseIncomplete({ institution, practitioner, kind, fireOn }: Recorded, day: string) {
  if (institution === null && practitioner === null) {
    const text = { zh: '未指明机构或者人员', en: 'name the institution, the practitioner, or both' }
    return refuse('merit-of-nobody', text, ['HOUSE:credit-default'], '/data/institution')
  }
  if (kind === 'hazard-reported' && (fireOn === null || fireOn < day)) {
    const text =
      fireOn === null
        ? { zh: '须写明其后发生火灾的日期', en: 'give the day of the fire that came after the report' }
        : { zh: `报告晚于${fireOn}的火灾`, en: `the report came after the fire of ${fireOn}` }
    return refuse('hazard-not-reported-before-fire', text, ['HOUSE:credit-default'], '/data/fireOn')
  }
  return null
}

/** Whoever is named must be in its register, and in the division that records it. */
function refuseElsewhere(
  { division, institution, practitioner }: Recorded,
  context: DecisionContext,
  day: string,
) {
  return (
    (institution === null
      ? null
      : refuseOtherDivision({ division, subjectKind: 'institution' }, institution, context, day)) ??
    (practitioner === null
      ? null
      : refuseOtherDivision({ division, subjectKind: 'practitioner' }, practitioner, context, day))
  )
}

export const merit = streamCategory({
  name: 'merit',
  path: 'merits',
  title: { zh: '良好行为', en: 'Merit' },
  id: ulid,
  visibility: 'register',
  events: meritEvents,
  commands: meritCommands,
  initialState,
  evolve,
  reliesOn(command) {
    if (command.type !== 'RecordMerit') return []
    const { institution, practitioner } = command.data
    return [
      ...(institution === null ? [] : [{ category: 'institution', id: institution }]),
      ...(practitioner === null ? [] : [{ category: 'practitioner', id: practitioner }]),
    ]
  },
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.merit.division,
    institutions: state.status === 'unknown' || !state.merit.institution ? [] : [state.merit.institution],
    practitioners: state.status === 'unknown' || !state.merit.practitioner ? [] : [state.merit.practitioner],
    units: [],
  }),
})
