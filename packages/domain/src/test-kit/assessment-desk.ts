import type { AssessmentCommand } from '../assessment.ts'
import { assessment } from '../assessment.ts'
import type { AssessmentEvent } from '../assessment-events.ts'
import { assessmentProcess } from '../assessment-process.ts'
import type { KnownAssessment } from '../assessment-state.ts'
import { findCategory } from '../catalogue.ts'
import type { Decision, DecisionContext } from '../decider.ts'
import type { Actor } from '../metadata.ts'
import { assessConditions } from '../practice-conditions.ts'
import type { DaySpan, Qualification } from '../practice-standing.ts'
import type { KnownPractitioner } from '../practitioner-events.ts'
import type { ProcessContent } from '../process-content.ts'
import { findShippedProcess } from '../shipped-processes.ts'
import { dayOf } from '../values.ts'

/**
 * One institution with its people, instruments, contract and process, and one assessment on its desk: commands go
 * through the rules, what they append is kept, and the clock moves on by itself. Everything is in memory and pure.
 */

export const uscc = '91320402MA1WABCD1F'
export const division = '320402'
export const sha256 = 'a'.repeat(64)
/** A ULID that ends in this number. */
export const idOf = (n: number) => `01JD0000000000000000000${String(n).padStart(3, '0')}`
export const [lead, technical, engineer, operator, stranger] = [1, 2, 3, 4, 9].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
]
export const legal = 'person-legal'
export const archivist = 'person-archive'
export const unit = idOf(50)
export const project = idOf(51)
export const assessmentId = idOf(52)
export const instrument = 'YQ-101'
export const team = {
  legalRepresentative: legal,
  technicalLead: technical,
  projectLead: lead,
  engineers: [engineer],
  operators: [operator],
  archivist,
}

export function practitionerOf(
  qualification: Qualification,
  subjectId: string,
  change: Partial<KnownPractitioner> = {},
): KnownPractitioner {
  const registration = { registrationNumber: '3204-1', endedFrom: null, annulled: false }
  const terms = [{ from: '2024-01-01', until: '2027-12-31' }]
  return {
    status: 'known',
    division,
    residences: [{ from: '2024-01-01', division }],
    subjectId,
    registrations: [{ qualification, terms, ...registration }],
    employments: [{ employer: uscc, role: 'engineer', from: '2024-01-01', until: null }],
    suspensions: [],
    bans: [],
    barred: [],
    detailsEvent: null,
    employersConcerned: [],
    ...change,
  }
}

const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 200,
  equipmentComplete: true,
  engineers: 2,
  gradeOneEngineers: 1,
  operators: 6,
  intermediateOperators: 2,
  qualitySystem: true,
  processControlSystem: true,
}

type Command = {
  [Type in AssessmentCommand['type']]: {
    readonly type: Type
    readonly data: Extract<AssessmentCommand, { type: Type }>['data']
    /** When it holds; the desk's clock otherwise. */
    readonly effectiveAt?: string
  }
}[AssessmentCommand['type']]
export type DeskCommand = Command

export const shippedProcess: ProcessContent = (() => {
  const file = findShippedProcess('XF3005-EIGHT-3')
  if (!file) throw new Error('XF3005-EIGHT-3 is not among the shipped processes')
  return file.content
})()

export type Desk = ReturnType<typeof openDesk>

/** `code` is adopted from the first day of 2026; the clock begins on 2 March 2026, 9 o'clock in China. */
export function openDesk(content: ProcessContent = shippedProcess, code = 'XF3005-EIGHT-3') {
  const states = new Map<string, unknown>()
  let now = '2026-03-02T01:00:00.000Z'
  const recorded: { event: AssessmentEvent; before: KnownAssessment | null; world: Map<string, unknown> }[] =
    []

  const lost = new Set<string>()
  let actor: Actor | null = null

  const tell = (stream: string, type: string, data: object, effectiveAt: string) => {
    const category = findCategory(stream.slice(0, stream.indexOf('-')))
    if (!category) throw new Error(`no category for ${stream}`)
    const before = states.get(stream) ?? category.initialState
    states.set(stream, category.evolve(before, { type, data, effectiveAt }))
  }
  const context = (at: string): DecisionContext => ({
    now: at,
    today: dayOf(at),
    lostFiles: lost,
    ...(actor ? { actor } : {}),
    stateOf: (category, id) =>
      (states.get(`${category.name}-${id}`) as typeof category.initialState) ?? category.initialState,
  })
  const append = (decision: Decision<AssessmentEvent>, at: string) => {
    const stream = `assessment-${assessmentId}`
    for (const { type, data, effectiveAt } of decision.accepted ? decision.events : decision.recorded) {
      const event = { type, data, effectiveAt: effectiveAt ?? at } as AssessmentEvent
      const before = states.get(stream) as KnownAssessment | undefined
      recorded.push({ event, before: before ?? null, world: new Map(states) })
      tell(stream, type, data, event.effectiveAt)
    }
  }

  const early = '2026-01-05T01:00:00.000Z'
  const person = { subjectId: legal, sealed: 'c2VhbGVk' }
  const place = { name: '常州安信消防', type: 'assessment', division, address: '竹林西路19号' }
  const conditions = { outcomes: assessConditions('assessment', figures), met: true, rectifyBy: null }
  const contract = { contractNumber: 'HT-1', amountFen: null, areaSquareMetres: null, division }
  tell(
    `institution-${uscc}`,
    'InstitutionRegistered',
    { ...place, establishedOn: '2019-05-06', legalRepresentative: person },
    early,
  )
  tell(`institution-${uscc}`, 'PracticeConditionsVerified', { figures, ...conditions }, early)
  tell(
    `institution-${uscc}`,
    'InstrumentCalibrated',
    {
      instrument,
      name: '压力表',
      calibratedOn: '2026-01-01',
      validUntil: '2026-12-31',
      certificateSha256: sha256,
    },
    early,
  )
  tell(
    `project-${project}`,
    'ProjectContracted',
    { institution: uscc, unit, kind: 'assessment', from: '2026-02-01', until: null, ...contract },
    early,
  )
  tell(
    `project-${project}`,
    'ProjectEntered',
    { entryNumber: 'SD1', dueOn: '2026-02-09', duePrecision: 'final', late: false },
    early,
  )
  tell(`assessmentProcess-${code}`, 'ProcessDrafted', { division: '320400', content }, early)
  tell(`assessmentProcess-${code}`, 'ProcessAdopted', { division: '320400', from: '2026-01-01' }, early)
  states.set(`practitioner-${lead}`, practitionerOf('grade-two-engineer', 'person-lead'))
  states.set(`practitioner-${technical}`, practitionerOf('grade-one-engineer', 'person-technical'))
  states.set(`practitioner-${engineer}`, practitionerOf('grade-two-engineer', 'person-engineer'))
  states.set(`practitioner-${operator}`, practitionerOf('senior-operator', 'person-operator'))

  let serial = 100
  const desk = {
    code,
    content,
    recorded,
    /** A new id. */
    id: () => idOf(serial++),
    /** Hours go by. */
    wait(hours: number) {
      now = new Date(Date.parse(now) + hours * 3_600_000).toISOString()
    },
    now: () => now,
    day: () => dayOf(now),
    state: () =>
      (states.get(`assessment-${assessmentId}`) as KnownAssessment | undefined) ?? assessment.initialState,
    known(): KnownAssessment {
      const state = desk.state()
      if (state.status === 'unknown') throw new Error('not engaged')
      return state
    },
    context: () => context(now),
    tell,
    /** Whoever asks from now on; null: nobody in particular, as services do. */
    logIn(who: Actor | null) {
      actor = who
    },
    /** An institution's account asks from now on, of that person. */
    logInAs(person: string | null) {
      actor = { id: 'account-1', role: 'institution', division, person }
    },
    /** The file is no longer in the evidence store. */
    lose: (sha256: string) => lost.add(sha256),
    /** Another stream is in this state from now on. */
    put(stream: string, state: unknown) {
      states.set(stream, state)
    },
    suspend(member: string, span: DaySpan) {
      const known = states.get(`practitioner-${member}`) as KnownPractitioner
      states.set(`practitioner-${member}`, { ...known, suspensions: [...known.suspensions, span] })
    },
    /** Asks, and keeps what is appended; a quarter of an hour goes by before. */
    ask(command: Command): Decision<AssessmentEvent> {
      desk.wait(0.25)
      const asked = { effectiveAt: now, ...command, id: assessmentId } as AssessmentCommand
      const relied = assessment.reliesOn?.(asked, desk.state()) ?? []
      const allowed = new Set(relied.map((each) => `${each.category}-${each.id}`))
      const strict: DecisionContext = {
        ...context(now),
        stateOf(category, id) {
          if (!allowed.has(`${category.name}-${id}`))
            throw new Error(`${command.type} reads ${category.name}-${id} and does not say so`)
          return context(now).stateOf(category, id)
        },
      }
      const decision = assessment.decide(asked, desk.state(), strict)
      append(decision, asked.effectiveAt)
      return decision
    },
    /** Asks, and is sure to get it. */
    get(command: Command) {
      const decision = desk.ask(command)
      if (!decision.accepted) throw new Error(`${command.type}: ${JSON.stringify(decision.refusal)}`)
    },
    processState: () => states.get(`assessmentProcess-${code}`) ?? assessmentProcess.initialState,
  }
  return desk
}
