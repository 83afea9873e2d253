import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import { divisionCode } from './identifiers.ts'
import { subjectId } from './person.ts'
import { type Instant, localDate, text } from './values.ts'

/**
 * The key that seals one person's data 主体密钥. Stream `subjectKey-<subjectId>`, begun by the key's destruction: that a
 * person was erased, when, by whom and why stays on record; what was erased does not. The vault follows these events.
 * A city asks the administrator of the whole country: a person may stand in the records of several cities.
 */

const destruction = {
  /** Where the request was made; it gives nobody the right to ask. */
  division: divisionCode,
  reason: text(500),
  /** The day on which the person asked, or on which the purpose or the retention period ended. */
  requestedOn: localDate,
}

export const subjectKeyEvents = {
  /** The person's data can no longer be read by anyone, in no copy of the ledger. PIPL art. 47. */
  SubjectKeyDestroyed: event(
    { zh: '主体密钥销毁', en: 'Subject key destroyed', law: ['PIPL:47'] },
    destruction,
  ),
}
export type SubjectKeyEvent = EventOf<typeof subjectKeyEvents>

export type SubjectKeyState =
  | { readonly status: 'unknown' }
  | { readonly status: 'destroyed'; readonly division: string; readonly destroyedAt: Instant }

const initialState = { status: 'unknown' } as SubjectKeyState

function evolve(_state: SubjectKeyState, event: SubjectKeyEvent): SubjectKeyState {
  return { status: 'destroyed', division: event.data.division, destroyedAt: event.effectiveAt }
}

export const subjectKeyCommands = {
  DestroySubjectKey: command(
    {
      zh: '销毁主体密钥',
      en: 'Destroy subject key',
      law: ['PIPL:47'],
      permission: 'administer',
      opens: true,
    },
    destruction,
  ),
}
export type SubjectKeyCommand = CommandOf<typeof subjectKeyCommands>

function decide(
  command: SubjectKeyCommand,
  state: SubjectKeyState,
  context: DecisionContext,
): Decision<SubjectKeyEvent> {
  if (state.status === 'destroyed') return accept()
  if (command.data.requestedOn > context.today) {
    return refuse(
      'erasure-not-yet-requested',
      {
        zh: '申请日期在今天之后；密钥销毁不可撤销，请核对日期',
        en: 'the day of the request lies in the future; destruction cannot be undone, so check the day first',
      },
      ['PIPL:47'],
      '/data/requestedOn',
    )
  }
  return accept({ type: 'SubjectKeyDestroyed', data: command.data })
}

export const subjectKey = streamCategory({
  name: 'subjectKey',
  path: 'subject-keys',
  title: { zh: '主体密钥', en: 'Subject key' },
  id: subjectId,
  visibility: 'operations',
  events: subjectKeyEvents,
  commands: subjectKeyCommands,
  initialState,
  evolve,
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.division,
    institutions: [],
    practitioners: [],
    units: [],
  }),
  // What a person is part of may lie in any city, and it cannot be undone: only the authority of the whole country.
  jurisdiction: () => null,
})
