import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, divisionContains } from './identifiers.ts'
import { type ProcessContent, processCode, processContent } from './process-content.ts'
import { processFaults } from './process-faults.ts'
import { type LocalDate, localDate, text } from './values.ts'

/**
 * Process of assessment 评估过程. Stream `assessmentProcess-<code>`, e.g. `assessmentProcess-XF3005-EIGHT-2`.
 * drafted (as often as needed) → adopted for a division, from a day → retired from a day.
 * What was adopted never changes again: other stages are another process. An assessment keeps the one it began under.
 */

const division = divisionCode.meta({ description: 'the area the process may be adopted in, GB/T 2260' })
const reason = text(500)
const law = ['O7:13', 'XF3005:7'] as const

export const assessmentProcessEvents = {
  /** The whole content, as data. */
  ProcessDrafted: event(
    { zh: '评估过程起草', en: 'Assessment process drafted', law, schemaVersion: 2 },
    { division, content: processContent },
  ),
  /** Assessments in this division may begin under it, from this day on. */
  ProcessAdopted: event(
    { zh: '评估过程施行', en: 'Assessment process adopted', law },
    { division: divisionCode, from: localDate },
  ),
  /** None begins under it from this day; those that did go on. */
  ProcessRetired: event(
    { zh: '评估过程废止', en: 'Assessment process retired', law },
    { from: localDate, reason },
  ),
}
export type AssessmentProcessEvent = EventOf<typeof assessmentProcessEvents>

type Adoption = { readonly division: string; readonly from: LocalDate }

export type AssessmentProcessState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'draft' | 'adopted' | 'retired'
      readonly division: string
      readonly content: ProcessContent
      /** Of the stream, at the event that drafted the content. */
      readonly contentRevision: number
      /** Of the stream, at the last event. */
      readonly revision: number
      readonly adoptions: readonly Adoption[]
      /** First day on which none begins under it. */
      readonly retiredFrom: LocalDate | null
    }

type Known = Exclude<AssessmentProcessState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as AssessmentProcessState

/** Whether assessments of the division may begin under it on the day. */
export function isInForce(state: AssessmentProcessState, division: string, day: LocalDate): boolean {
  if (state.status === 'unknown' || (state.retiredFrom !== null && day >= state.retiredFrom)) return false
  return state.adoptions.some(
    (adoption) => adoption.from <= day && divisionContains(adoption.division, division),
  )
}

function evolve(state: AssessmentProcessState, event: AssessmentProcessEvent): AssessmentProcessState {
  if (event.type === 'ProcessDrafted') {
    const revision = state.status === 'unknown' ? 0 : state.revision + 1
    const empty = { status: 'draft' as const, adoptions: [], retiredFrom: null }
    return { ...empty, ...event.data, contentRevision: revision, revision }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before ProcessDrafted`)
  const revision = state.revision + 1
  switch (event.type) {
    case 'ProcessAdopted':
      return { ...state, status: 'adopted', revision, adoptions: [...state.adoptions, event.data] }
    case 'ProcessRetired':
      return { ...state, status: 'retired', revision, retiredFrom: event.data.from }
    default:
      return unreachable(event)
  }
}

export const assessmentProcessCommands = {
  DraftAssessmentProcess: command(
    { zh: '起草评估过程', en: 'Draft assessment process', law, permission: 'legislate', opens: true },
    { division, content: processContent },
  ),
  AdoptAssessmentProcess: command(
    { zh: '施行评估过程', en: 'Adopt assessment process', law, permission: 'legislate' },
    { division: divisionCode, from: localDate },
  ),
  RetireAssessmentProcess: command(
    { zh: '废止评估过程', en: 'Retire assessment process', law, permission: 'legislate' },
    { from: localDate, reason },
  ),
}
export type AssessmentProcessCommand = CommandOf<typeof assessmentProcessCommands>

function decide(
  command: AssessmentProcessCommand,
  state: AssessmentProcessState,
): Decision<AssessmentProcessEvent> {
  if (command.type === 'DraftAssessmentProcess') return draft(command.data, state)
  if (state.status === 'unknown') {
    const message = { zh: '评估过程尚未起草', en: 'there is no such process; draft it first' }
    return refuse('process-not-drafted', message, law)
  }
  switch (command.type) {
    case 'AdoptAssessmentProcess':
      return adopt(command.data, state)
    case 'RetireAssessmentProcess':
      return retire(command.data, state)
    default:
      return unreachable(command)
  }
}

function draft(
  data: { division: string; content: ProcessContent },
  state: AssessmentProcessState,
): Decision<AssessmentProcessEvent> {
  if (state.status !== 'unknown') {
    const same =
      state.division === data.division && JSON.stringify(state.content) === JSON.stringify(data.content)
    if (same) return accept()
    if (state.status !== 'draft') {
      const message = {
        zh: '已施行的评估过程不得改动；请以新的代码起草',
        en: 'what was adopted never changes; draft the other content under another code',
      }
      return refuse('process-already-adopted', message, law)
    }
  }
  return refuseFaulty(data.content) ?? accept({ type: 'ProcessDrafted', data })
}

/** The first fault gives the code and the place; all are told. */
function refuseFaulty(content: ProcessContent) {
  const faults = processFaults(content)
  const [first] = faults
  if (!first) return null
  const message = {
    zh: `评估过程有误：${faults.map((each) => `${each.pointer}：${each.zh}`).join('；')}`,
    en: `the process is faulty: ${faults.map((each) => `${each.pointer}: ${each.en}`).join('; ')}`,
  }
  const { refusal, ...refused } = refuse(`process-${first.code}`, message, law, `/data${first.pointer}`)
  const errors = faults.map((each) => ({
    code: `process-${each.code}`,
    message: { zh: each.zh, en: each.en },
    legalBasis: law,
    pointer: `/data${each.pointer}`,
  }))
  return { ...refused, refusal: { ...refusal, ...(faults.length > 1 ? { errors } : {}) } }
}

function adopt(data: Adoption, state: Known): Decision<AssessmentProcessEvent> {
  if (state.status === 'retired') {
    return refuse('process-retired', { zh: '评估过程已废止', en: 'the process is retired' }, law)
  }
  if (!divisionContains(state.division, data.division)) {
    const message = {
      zh: `该评估过程只适用于${state.division}`,
      en: `the process is for ${state.division} only`,
    }
    return refuse('process-out-of-scope', message, law, '/data/division')
  }
  const earlier = state.adoptions.find(
    (adoption) => adoption.division === data.division && adoption.from <= data.from,
  )
  if (!earlier) return accept({ type: 'ProcessAdopted', data })
  if (earlier.from === data.from) return accept()
  const message = {
    zh: `该评估过程自${earlier.from}起已在${data.division}施行；无需再次施行，请核对日期`,
    en: `the process is adopted in ${data.division} from ${earlier.from} already; check the day, there is nothing to adopt again`,
  }
  return refuse('already-adopted', message, law, '/data/from')
}

function retire(data: { from: LocalDate; reason: string }, state: Known): Decision<AssessmentProcessEvent> {
  if (state.status === 'retired') {
    if (state.retiredFrom === data.from) return accept()
    return refuse('process-retired', { zh: '评估过程已废止', en: 'the process is retired already' }, law)
  }
  if (state.status === 'draft') {
    const message = { zh: '评估过程尚未施行，无需废止', en: 'the process was never adopted' }
    return refuse('process-not-adopted', message, law)
  }
  return accept({ type: 'ProcessRetired', data })
}

export const assessmentProcess = streamCategory({
  name: 'assessmentProcess',
  path: 'assessment-processes',
  title: { zh: '评估过程', en: 'Assessment process' },
  id: processCode,
  visibility: 'public',
  events: assessmentProcessEvents,
  commands: assessmentProcessCommands,
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
