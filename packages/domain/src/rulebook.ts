import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { dayInWords } from './day-in-words.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, divisionContains } from './identifiers.ts'
import {
  type RulebookContent,
  rulebookContent,
  rulebookId,
  type SubjectKind,
  subjectKind,
  subjectNames,
} from './rulebook-content.ts'
import { draftFaults, type RulebookFault, rulebookFaults } from './rulebook-faults.ts'
import { dayOf, type LocalDate, localDate, text } from './values.ts'

/**
 * Credit rulebook 信用评分规则. Stream `rulebook-<code>`, e.g. `rulebook-CZ-DEFAULT-1`.
 * drafted (as often as needed) → adopted for a division and a kind of subject, from a day → retired from a day.
 * What was adopted never changes again: another content is another rulebook.
 */

const division = divisionCode.meta({ description: 'the area the rulebook may be adopted in, GB/T 2260' })
const reason = text(500)
/** Rules do not reach back, unless that serves those whom they judge: then it has to be said. */
const retroactiveReason = text(500).nullable().meta({
  description: 'why it is to judge days before its adoption, e.g. since it is milder; null: it does not',
})

export const rulebookEvents = {
  /** The whole content, as data. Order 7 art. 31 leaves the rules to the provinces. */
  RulebookDrafted: event(
    { zh: '规则起草', en: 'Rulebook drafted', law: ['O7:31'], schemaVersion: 2 },
    { division, content: rulebookContent },
  ),
  /** In force for subjects of this kind in this division, from this day on. */
  RulebookAdopted: event(
    { zh: '规则施行', en: 'Rulebook adopted', law: ['O7:31'], schemaVersion: 2 },
    { division: divisionCode, subjectKind, from: localDate, retroactiveReason },
  ),
  /** No longer in force from this day, wherever it was. */
  RulebookRetired: event(
    { zh: '规则废止', en: 'Rulebook retired', law: ['O7:31'] },
    { from: localDate, reason },
  ),
}
export type RulebookEvent = EventOf<typeof rulebookEvents>

export type Adoption = {
  readonly division: string
  readonly subjectKind: SubjectKind
  readonly from: LocalDate
}

export type RulebookState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'draft' | 'adopted' | 'retired'
      readonly division: string
      readonly content: RulebookContent
      /** Of the stream, at the event that drafted the content. */
      readonly contentRevision: number
      /** Of the stream, at the last event. */
      readonly revision: number
      readonly adoptions: readonly Adoption[]
      /** First day on which it is no longer in force. */
      readonly retiredFrom: LocalDate | null
    }

type Known = Exclude<RulebookState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as RulebookState

/** `CZ-DEFAULT-1@0`: what a credit decision names as its rulebook. */
export function referTo(id: string, state: Known): string {
  return `${id}@${state.contentRevision}`
}

/** The id in a reference. */
export function rulebookIdOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf('@'))
}

/** The adoption by which the rulebook holds on the day, for the division and the kind; the narrowest, then the latest. */
export function adoptionOn(
  { adoptions, retiredFrom }: { adoptions: readonly Adoption[]; retiredFrom: LocalDate | null },
  division: string,
  kind: SubjectKind,
  day: LocalDate,
): Adoption | null {
  if (retiredFrom !== null && day >= retiredFrom) return null
  const holding = adoptions.filter(
    (adoption) =>
      adoption.subjectKind === kind && adoption.from <= day && divisionContains(adoption.division, division),
  )
  return holding.sort(narrowestThenLatest).at(0) ?? null
}

/** Sorts the adoption that goes before the other one first. */
export function narrowestThenLatest(a: Adoption, b: Adoption): number {
  if (a.division !== b.division && divisionContains(a.division, b.division)) return 1
  if (a.division !== b.division && divisionContains(b.division, a.division)) return -1
  return a.from < b.from ? 1 : a.from > b.from ? -1 : 0
}

function evolve(state: RulebookState, event: RulebookEvent): RulebookState {
  if (event.type === 'RulebookDrafted') {
    const revision = state.status === 'unknown' ? 0 : state.revision + 1
    const empty = { status: 'draft' as const, adoptions: [], retiredFrom: null }
    return { ...empty, ...event.data, contentRevision: revision, revision }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before RulebookDrafted`)
  const revision = state.revision + 1
  switch (event.type) {
    case 'RulebookAdopted': {
      const { division, subjectKind, from } = event.data
      return {
        ...state,
        status: 'adopted',
        revision,
        adoptions: [...state.adoptions, { division, subjectKind, from }],
      }
    }
    case 'RulebookRetired':
      return { ...state, status: 'retired', revision, retiredFrom: event.data.from }
    default:
      return unreachable(event)
  }
}

export const rulebookCommands = {
  DraftRulebook: command(
    { zh: '起草规则', en: 'Draft rulebook', law: ['O7:31'], permission: 'legislate', opens: true },
    { division, content: rulebookContent },
  ),
  /** `effectiveAt` is the day of the adoption: one that the ledger learns of late was adopted then. */
  AdoptRulebook: command(
    { zh: '施行规则', en: 'Adopt rulebook', law: ['O7:31', 'LL:'], permission: 'legislate' },
    {
      division: divisionCode,
      subjectKind,
      from: localDate,
      retroactiveReason: retroactiveReason.default(null),
    },
  ),
  RetireRulebook: command(
    { zh: '废止规则', en: 'Retire rulebook', law: ['O7:31'], permission: 'legislate' },
    { from: localDate, reason },
  ),
}
export type RulebookCommand = CommandOf<typeof rulebookCommands>

function decide(command: RulebookCommand, state: RulebookState): Decision<RulebookEvent> {
  if (command.type === 'DraftRulebook') {
    if (state.status === 'adopted' || state.status === 'retired') {
      return refuse(
        'rulebook-adopted',
        {
          zh: '已施行的规则不得修改，请以新代码另行起草',
          en: 'an adopted rulebook does not change; draft the new content under a new code',
        },
        ['O7:31'],
      )
    }
    if (state.status === 'draft' && sameContent(state, command.data)) return accept()
    return (
      refuseFaulty(draftFaults(command.data.content), '/data') ??
      accept({ type: 'RulebookDrafted', data: command.data })
    )
  }
  if (state.status === 'unknown') {
    return refuse(
      'rulebook-not-drafted',
      { zh: '规则尚未起草', en: 'there is no such rulebook; draft it first' },
      ['O7:31'],
    )
  }
  switch (command.type) {
    case 'AdoptRulebook':
      return adopt(command, state)
    case 'RetireRulebook':
      return retire(command.data, state)
    default:
      return unreachable(command)
  }
}

function sameContent(state: Known, data: { division: string; content: RulebookContent }): boolean {
  return state.division === data.division && JSON.stringify(state.content) === JSON.stringify(data.content)
}

/** The first fault gives the code and the place; all are told. */
function refuseFaulty(faults: readonly RulebookFault[], root = '') {
  const [first] = faults
  if (!first) return null
  const zh = faults.map((each) => `${root}${each.pointer}：${each.zh}`).join('；')
  const en = faults.map((each) => `${root}${each.pointer}: ${each.en}`).join('; ')
  const { refusal, ...refused } = refuse(
    `rulebook-${first.code}`,
    { zh: `规则有误：${zh}`, en: `the rulebook is faulty: ${en}` },
    ['O7:31'],
    `${root}${first.pointer}`,
  )
  const errors = faults.map((each) => ({
    code: `rulebook-${each.code}`,
    message: { zh: each.zh, en: each.en },
    legalBasis: ['O7:31'] as const,
    pointer: `${root}${each.pointer}`,
  }))
  return { ...refused, refusal: { ...refusal, ...(faults.length > 1 ? { errors } : {}) } }
}

function adopt(
  { data, effectiveAt }: Extract<RulebookCommand, { type: 'AdoptRulebook' }>,
  state: Known,
): Decision<RulebookEvent> {
  if (state.status === 'retired') {
    return refuse('rulebook-retired', { zh: '规则已废止', en: 'the rulebook is retired' }, ['O7:31'])
  }
  const faulty = refuseFaulty(rulebookFaults(state.content))
  if (faulty) return faulty
  if (!divisionContains(state.division, data.division)) {
    const text = { zh: `规则只适用于${state.division}`, en: `the rulebook is for ${state.division} only` }
    return refuse('rulebook-out-of-scope', text, ['O7:31'], '/data/division')
  }
  if (!state.content.subjectKinds.includes(data.subjectKind)) {
    const kinds = state.content.subjectKinds.join(', ')
    const named = state.content.subjectKinds.map((kind) => subjectNames[kind]).join('、')
    const text = { zh: `规则不适用于该类对象（适用：${named}）`, en: `the rulebook is for ${kinds} only` }
    return refuse('rulebook-subject-kind', text, ['O7:31'], '/data/subjectKind')
  }
  const already = state.adoptions.some(
    (adoption) =>
      adoption.division === data.division &&
      adoption.subjectKind === data.subjectKind &&
      adoption.from <= data.from,
  )
  if (already) return accept()
  if (data.retroactiveReason === null && data.from < dayOf(effectiveAt))
    return refuseBackdated(data.from, dayOf(effectiveAt))
  return accept({ type: 'RulebookAdopted', data })
}

/** An adoption that the ledger learns of late is one thing, rules made for days that are over another. */
function refuseBackdated(from: LocalDate, adoptedOn: LocalDate) {
  const [first, day] = [dayInWords(from), dayInWords(adoptedOn)]
  const text = {
    zh: `施行日${first.zh}早于决定施行之日${day.zh}，规则不溯及既往。以前已经决定、现在补录的，请以决定之日为effectiveAt；更有利于当事人而须溯及的，请填写理由（retroactiveReason）`,
    en: `in force from ${first.en}, before the day of its adoption, ${day.en}: rules do not reach back. If it was adopted earlier and is recorded only now, give that day as effectiveAt; if it must reach back since that is better for those whom it judges, give the reason (retroactiveReason)`,
  }
  return refuse('rulebook-backdated', text, ['LL:', 'O7:31'], '/data/from')
}

function retire(data: { from: LocalDate; reason: string }, state: Known): Decision<RulebookEvent> {
  if (state.status === 'retired') {
    if (state.retiredFrom === data.from) return accept()
    return refuse('rulebook-retired', { zh: '规则已废止', en: 'the rulebook is retired already' }, ['O7:31'])
  }
  if (state.status === 'draft') {
    const text = { zh: '规则尚未施行，无需废止', en: 'the rulebook was never adopted' }
    return refuse('rulebook-not-adopted', text, ['O7:31'])
  }
  return accept({ type: 'RulebookRetired', data })
}

export const rulebook = streamCategory({
  name: 'rulebook',
  path: 'rulebooks',
  title: { zh: '信用评分规则', en: 'Credit rulebook' },
  id: rulebookId,
  visibility: 'public',
  events: rulebookEvents,
  commands: rulebookCommands,
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
