import { z } from 'zod'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision } from './decider.ts'
import { divisionCode } from './identifiers.ts'
import { subjectId } from './person.ts'
import { text } from './values.ts'

/**
 * Reads of personal data in clear 个人信息查阅: who looked, at whom, where and why. One stream per reader and day,
 * `personalRead-<principal>.<yyyy-mm-dd>`, so that no stream grows without end.
 */

/** The reader's principal id and the day in China: `officer-3204-017.2026-03-02`. */
export const personalReadId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9:@._-]{0,79}\.[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
    'expected <principal>.<yyyy-mm-dd>',
  )

const read = {
  /** Where the reader works: whose audit this read belongs to. */
  division: divisionCode,
  /** Whose data were shown. */
  subjects: z.array(subjectId).min(1).max(1000),
  /** What was opened, as a path of the API: `/v1/practitioners/01H…`. */
  resource: text(500),
  purpose: text(200),
}

export const personalReadEvents = {
  /** Personal data were shown in clear. PIPL art. 51 (measures against unauthorised access), art. 54 (audits). */
  PersonalDataRead: event(
    { zh: '查阅个人信息', en: 'Personal data read', law: ['PIPL:51', 'PIPL:54'] },
    read,
  ),
}
export type PersonalReadEvent = EventOf<typeof personalReadEvents>

export type PersonalReadState =
  | { readonly status: 'unknown' }
  | { readonly status: 'recorded'; readonly division: string; readonly reads: number }

const initialState = { status: 'unknown' } as PersonalReadState

function evolve(state: PersonalReadState, event: PersonalReadEvent): PersonalReadState {
  const before = state.status === 'unknown' ? 0 : state.reads
  return { status: 'recorded', division: event.data.division, reads: before + 1 }
}

export const personalReadCommands = {
  /** Asked by the gateway when it shows a person; from outside, it would forge the audit. */
  RecordPersonalRead: command(
    {
      zh: '记录个人信息查阅',
      en: 'Record personal read',
      law: ['PIPL:51', 'PIPL:54'],
      permission: 'administer',
      opens: true,
      internal: true,
    },
    read,
  ),
}
export type PersonalReadCommand = CommandOf<typeof personalReadCommands>

/** Every read counts, also the second of the same record: nothing here is ever "already true". */
function decide(command: PersonalReadCommand): Decision<PersonalReadEvent> {
  const subjects = [...new Set(command.data.subjects)].sort()
  return accept({ type: 'PersonalDataRead', data: { ...command.data, subjects } })
}

export const personalRead = streamCategory({
  name: 'personalRead',
  path: 'personal-reads',
  title: { zh: '个人信息查阅', en: 'Personal read' },
  id: personalReadId,
  visibility: 'operations',
  events: personalReadEvents,
  commands: personalReadCommands,
  initialState,
  evolve,
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.division,
    institutions: [],
    practitioners: [],
    units: [],
  }),
})
