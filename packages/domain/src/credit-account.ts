import { z } from 'zod'
import { type CommandOf, command, streamCategory } from './category.ts'
import {
  accountOpening,
  type CreditAccountEvent,
  type CreditAccountState,
  type CreditEntry,
  causeEventId,
  creditAccountEvents,
  evolveAccount,
  factId,
  initialAccount,
  itemCount,
  type PublishedGrade,
  type ReversalBasis,
  reversalBasis,
  rulebookCode,
} from './credit-account-events.ts'

import type { Decision, DecisionContext, Reliance } from './decider.ts'
import { accept, refuse, unreachable } from './decider.ts'
import { uscc } from './identifiers.ts'
import { adoptionOn, rulebook, rulebookIdOf } from './rulebook.ts'
import { rulebookId, type SubjectKind, violationCode } from './rulebook-content.ts'
import { findItem, judge, type RulebookVersion, rulebookVersion } from './rulebook-in-force.ts'
import { scoreOn } from './scoring.ts'
import { addMonths, dayOf, eventId, type LocalDate, localDate, text, ulid } from './values.ts'

/**
 * Credit account 信用档案 of one subject. Stream `creditAccount-<USCC | practitioner ULID | unit ULID>`.
 * The account holds facts and what a rulebook makes of each; the score of a day is computed by `scoring.ts`, never stored.
 */

const reason = text(500)

export const creditAccountCommands = {
  /** The points are not the caller's: the rulebook gives them. `effectiveAt` of the command is the moment of the fact. */
  AdjustCreditAccount: command(
    { zh: '信用计分', en: 'Adjust credit', law: ['O7:31'], permission: 'score', opens: true },
    {
      ...accountOpening,
      rulebook: rulebookId,
      item: rulebookCode,
      count: itemCount
        .default(1)
        .meta({ description: 'how often the item applies to the act: persons, documents' }),
      factId,
      violation: violationCode.nullable(),
      causeEventId,
      reason,
    },
  ),
  ReverseAdjustment: command(
    { zh: '撤销信用计分', en: 'Reverse adjustment', law: ['O7:31', 'N36:1'], permission: 'score' },
    { supersedes: eventId, basis: reversalBasis, reason },
  ),
  ImposeVeto: command(
    { zh: '一票否决', en: 'Impose veto', law: ['O7:31', 'FL:69'], permission: 'score', opens: true },
    { ...accountOpening, rulebook: rulebookId, code: rulebookCode, factId, causeEventId, reason },
  ),
  LiftVeto: command(
    { zh: '解除一票否决', en: 'Lift veto', law: ['O7:31', 'N36:1'], permission: 'score' },
    { supersedes: eventId, basis: reversalBasis, reason },
  ),
  /** Freezes and publishes the grade of a day that is over, e.g. 31 December. */
  PublishGrade: command(
    { zh: '公布信用等级', en: 'Publish grade', law: ['O7:31'], permission: 'score', opens: true },
    {
      ...accountOpening,
      rulebook: rulebookId,
      asOf: localDate,
      supersedes: eventId.nullable().default(null),
    },
  ),
}
export type CreditAccountCommand = CommandOf<typeof creditAccountCommands>

function reliesOn(command: CreditAccountCommand, state: CreditAccountState): Reliance[] {
  const ids = new Set<string>()
  if (state.status === 'open')
    for (const entry of [...state.entries, ...state.vetoes]) ids.add(rulebookIdOf(entry.rulebook))
  if ('rulebook' in command.data) ids.add(command.data.rulebook)
  return [...ids].sort().map((id) => ({ category: 'rulebook', id }))
}

type Command<Type extends CreditAccountCommand['type']> = Extract<CreditAccountCommand, { type: Type }>

function decide(
  command: CreditAccountCommand,
  state: CreditAccountState,
  context: DecisionContext,
): Decision<CreditAccountEvent> {
  const day = dayOf(command.effectiveAt)
  if (day > context.today) {
    const text = { zh: '事实日期晚于今日', en: 'the fact lies in the future; record it when it has happened' }
    return refuse('fact-in-the-future', text, ['O7:31'])
  }
  switch (command.type) {
    case 'AdjustCreditAccount':
      return adjust(command, state, context, day)
    case 'ImposeVeto':
      return imposeVeto(command, state, context, day)
    case 'PublishGrade':
      return publish(command, state, context)
    case 'ReverseAdjustment':
      return reverse(command, state, context, day)
    case 'LiftVeto':
      return liftVeto(command, state, day)
    default:
      return unreachable(command)
  }
}

type Opening = { readonly division: string; readonly subjectKind: SubjectKind; readonly rulebook: string }

/** The rulebook that the command names, if it may judge this subject on the day; else why not. */
function rulebookFor(
  data: Opening,
  id: string,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
) {
  const kindOfId = ulid.safeParse(id).success === (data.subjectKind !== 'institution')
  if (!kindOfId || (state.status === 'open' && state.subjectKind !== data.subjectKind)) {
    const text = {
      zh: '对象类别与档案编号不符：机构用统一社会信用代码，人员和单位用本系统编号',
      en: 'this id is not of that kind of subject: institutions go by USCC, people and units by their own id',
    }
    return refuse('subject-kind-differs', text, ['O7:31'], '/data/subjectKind')
  }
  const version = rulebookVersion(data.rulebook, context.stateOf(rulebook, data.rulebook))
  if (!version) {
    const text = { zh: `规则${data.rulebook}不存在`, en: `there is no rulebook ${data.rulebook}` }
    return refuse('rulebook-unknown', text, ['O7:31'], '/data/rulebook')
  }
  if (!adoptionOn(version, data.division, data.subjectKind, day)) {
    const text = {
      zh: `规则${data.rulebook}在${day}对${data.division}的该类对象不具效力`,
      en: `rulebook ${data.rulebook} was not in force on ${day} for ${data.subjectKind} in ${data.division}; name the one that was`,
    }
    return refuse('rulebook-not-in-force', text, ['O7:31'], '/data/rulebook')
  }
  return { accepted: true as const, version }
}

/** Every rulebook that judged something here, and the one named now. */
function libraryOf(
  state: CreditAccountState,
  context: DecisionContext,
  named: RulebookVersion,
): RulebookVersion[] {
  if (state.status === 'unknown') return [named]
  const ids = new Set([...state.entries, ...state.vetoes].map((entry) => rulebookIdOf(entry.rulebook)))
  ids.delete(rulebookIdOf(named.reference))
  const others = [...ids].map((id) => rulebookVersion(id, context.stateOf(rulebook, id)))
  return [named, ...others.filter((version) => version !== null)]
}

function adjust(
  { id, data }: Command<'AdjustCreditAccount'>,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  const named = rulebookFor(data, id, state, context, day)
  if (!named.accepted) return named
  const { version } = named
  const item = findItem(version.content, data.item)
  if (!item) {
    const text = { zh: `规则没有项目${data.item}`, en: `the rulebook has no item ${data.item}` }
    return refuse('item-unknown', text, ['O7:31'], '/data/item')
  }
  const known = standingEntries(state).find(
    (entry) => entry.factId === data.factId && entry.item === data.item,
  )
  if (known) {
    if (known.count === data.count && known.effectiveOn === day) return accept()
    const text = {
      zh: '该事实已按此项目计分；如有误，请先撤销原记录',
      en: 'this act is already counted under this item; reverse that entry first if it is wrong',
    }
    return refuse('fact-already-counted', text, ['O7:31'], '/data/factId')
  }
  if (item.polarity === 'bonus') {
    const facts = state.status === 'open' ? state : { entries: [], vetoes: [] }
    const { level } = scoreOn(facts, version, day, libraryOf(state, context, version))
    if (version.content.levels.find((each) => each.code === level)?.consequences.bonusAllowed === false) {
      const text = { zh: `${day}信用级别为${level}，不得加分`, en: `level ${level} on ${day} earns no bonus` }
      return refuse('bonus-barred', text, ['O7:31'], '/data/item')
    }
  }
  const { rulebook: _, ...facts } = data
  const judged = judge(item, data.count, day)
  return accept({
    type: 'CreditAdjusted',
    data: { ...facts, rulebook: version.reference, ...judged, effectiveOn: day },
  })
}

/** Entries that count, or counted until a repair. */
function standingEntries(state: CreditAccountState): readonly CreditEntry[] {
  if (state.status === 'unknown') return []
  return state.entries.filter((entry) => entry.reversed === null || entry.reversed.basis === 'repaired')
}

function imposeVeto(
  { id, data }: Command<'ImposeVeto'>,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  const named = rulebookFor(data, id, state, context, day)
  if (!named.accepted) return named
  const { reference, content } = named.version
  const veto = content.veto?.codes.find((each) => each.code === data.code)
  if (!veto) {
    const text = { zh: `规则没有一票否决项${data.code}`, en: `the rulebook has no veto ${data.code}` }
    return refuse('veto-unknown', text, ['O7:31'], '/data/code')
  }
  const already =
    state.status === 'open' &&
    state.vetoes.some(
      (each) =>
        each.factId === data.factId &&
        each.code === data.code &&
        (each.lifted === null || each.lifted.basis === 'repaired'),
    )
  if (already) return accept()
  const liftableFrom = veto.liftableAfterMonths === null ? null : addMonths(day, veto.liftableAfterMonths)
  return accept({
    type: 'CreditVetoImposed',
    data: { ...data, rulebook: reference, effectiveOn: day, liftableFrom },
  })
}

function refuseEntryUnknown() {
  const text = {
    zh: '该信用档案中没有此记录',
    en: 'this account has no such entry; read its history for the id',
  }
  return refuse('entry-unknown', text, ['O7:31'], '/data/supersedes')
}

function refuseAlreadyReversed(basis: ReversalBasis) {
  const text = { zh: `该记录已撤销（${basis}）`, en: `the entry was taken back already (${basis})` }
  return refuse('entry-already-reversed', text, ['O7:31'], '/data/supersedes')
}

function reverse(
  { data }: Command<'ReverseAdjustment'>,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (state.status === 'unknown') return refuseEntryUnknown()
  const entry = state.entries.find((each) => each.eventId === data.supersedes)
  if (!entry) return refuseEntryUnknown()
  if (entry.reversed)
    return entry.reversed.basis === data.basis ? accept() : refuseAlreadyReversed(entry.reversed.basis)
  if (data.basis === 'repaired') {
    const book = context.stateOf(rulebook, rulebookIdOf(entry.rulebook))
    const most = book.status === 'unknown' ? null : book.content.repairsPerYearMax
    const year = day.slice(0, 4)
    const done = state.entries.filter(
      ({ reversed }) => reversed?.basis === 'repaired' && reversed.effectiveOn.startsWith(year),
    ).length
    if (most !== null && done >= most) {
      const text = {
        zh: `${year}年信用修复已达${most}次`,
        en: `${year} already has ${most} repairs, the most in a year`,
      }
      return refuse('repairs-exhausted', text, ['N36:1', 'HOUSE:credit-repair'])
    }
  }
  return accept({ type: 'CreditAdjustmentReversed', data: { ...data, effectiveOn: day } })
}

function liftVeto(
  { data }: Command<'LiftVeto'>,
  state: CreditAccountState,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (state.status === 'unknown') return refuseEntryUnknown()
  const veto = state.vetoes.find((each) => each.eventId === data.supersedes)
  if (!veto) return refuseEntryUnknown()
  if (veto.lifted)
    return veto.lifted.basis === data.basis ? accept() : refuseAlreadyReversed(veto.lifted.basis)
  if (data.basis === 'repaired' && (veto.liftableFrom === null || day < veto.liftableFrom)) {
    const text =
      veto.liftableFrom === null
        ? { zh: '该一票否决不得修复', en: 'this veto cannot be repaired' }
        : {
            zh: `该一票否决自${veto.liftableFrom}起方可修复`,
            en: `this veto can be repaired from ${veto.liftableFrom} on`,
          }
    return refuse('veto-not-liftable', text, ['N36:1', 'HOUSE:credit-repair'])
  }
  return accept({ type: 'CreditVetoLifted', data: { ...data, effectiveOn: day } })
}

function publish(
  { id, data }: Command<'PublishGrade'>,
  state: CreditAccountState,
  context: DecisionContext,
): Decision<CreditAccountEvent> {
  if (data.asOf >= context.today) {
    const text = { zh: `${data.asOf}尚未结束`, en: `${data.asOf} is not over; publish from the day after` }
    return refuse('day-not-over', text, ['O7:31'], '/data/asOf')
  }
  const named = rulebookFor(data, id, state, context, data.asOf)
  if (!named.accepted) return named
  const { version } = named
  const facts = state.status === 'open' ? state : { entries: [], vetoes: [] }
  const { score, level, grade, veto, inputs } = scoreOn(
    facts,
    version,
    data.asOf,
    libraryOf(state, context, version),
  )
  const result = {
    asOf: data.asOf,
    score,
    level,
    grade,
    veto: veto?.code ?? null,
    rulebook: version.reference,
  }
  const standing =
    state.status === 'open' ? state.published.findLast((each) => each.asOf === data.asOf) : undefined
  if (standing && samePublication(standing, { ...result, inputs: [...inputs] })) return accept()
  if ((standing?.eventId ?? null) !== data.supersedes) {
    const text = standing
      ? {
          zh: `${data.asOf}的等级已公布（${standing.grade}）；更正时须写明被替代的记录`,
          en: `a grade for ${data.asOf} (${standing.grade}) is published; to correct it, name that event`,
        }
      : { zh: '没有可替代的公布记录', en: 'there is no publication of that day to supersede' }
    return refuse('grade-already-published', text, ['O7:31'], '/data/supersedes')
  }
  const { division, subjectKind, supersedes } = data
  return accept({
    type: 'GradePublished',
    data: { division, subjectKind, ...result, inputs: [...inputs], supersedes },
  })
}

type Publication = Pick<PublishedGrade, 'score' | 'level' | 'grade' | 'veto' | 'rulebook' | 'inputs'>

function samePublication(a: Publication, b: Publication): boolean {
  return (
    a.score === b.score &&
    a.level === b.level &&
    a.grade === b.grade &&
    a.veto === b.veto &&
    a.rulebook === b.rulebook &&
    a.inputs.join() === b.inputs.join()
  )
}

export const creditAccount = streamCategory({
  name: 'creditAccount',
  path: 'credit-accounts',
  title: { zh: '信用档案', en: 'Credit account' },
  id: z.union([uscc, ulid]),
  events: creditAccountEvents,
  commands: creditAccountCommands,
  initialState: initialAccount,
  evolve: evolveAccount,
  reliesOn,
  decide,
  concerns: (state, id) => {
    const kind = state.status === 'unknown' ? null : state.subjectKind
    return {
      division: state.status === 'unknown' ? null : state.division,
      institutions: kind === 'institution' ? [id] : [],
      practitioners: kind === 'practitioner' ? [id] : [],
      units: kind === 'unit' ? [id] : [],
    }
  },
})
