import { z } from 'zod'
import { rulebookFor } from './account-rulebooks.ts'
import { accountJurisdiction, subjectStream } from './account-subject.ts'
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
  furtherActs,
  initialAccount,
  itemCount,
  objectionOutcome,
  reversalBasis,
  rulebookCode,
} from './credit-account-events.ts'
import { decideObjection } from './credit-objection.ts'
import { publishGrade } from './credit-publication.ts'
import { liftVeto, reverseAdjustment } from './credit-reversal.ts'
import { reviewCredit, reviewData } from './credit-review.ts'
import { accept, type Decision, type DecisionContext, type Reliance, refuse, unreachable } from './decider.ts'
import { uscc } from './identifiers.ts'
import { rulebookIdOf } from './rulebook.ts'
import { rulebookId, violationCode } from './rulebook-content.ts'
import { findItem, judge } from './rulebook-in-force.ts'
import { addMonths, dayOf, eventId, type LocalDate, localDate, sha256Hex, text, ulid } from './values.ts'

/**
 * Credit account 信用档案 of one subject. Stream `creditAccount-<USCC | practitioner ULID | unit ULID>`.
 * The account holds facts and what a rulebook makes of each; the score of a day is computed by `scoring.ts`, never stored.
 */

const reason = text(500)

/** What a repair 信用修复 needs besides time; the other bases leave it null. */
const repairPapers = {
  curedOn: localDate.nullable().default(null).meta({ description: 'the day on which the fault was cured' }),
  commitmentSha256: sha256Hex
    .nullable()
    .default(null)
    .meta({ description: 'of the credit commitment 信用承诺书' }),
}
const entry = eventId.meta({ description: 'the adjustment or the veto that is disputed' })

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
      furtherActs: furtherActs.default([]),
      causeEventId,
      reason,
    },
  ),
  ReverseAdjustment: command(
    { zh: '撤销信用计分', en: 'Reverse adjustment', law: ['O7:31', 'N58:', 'N36:'], permission: 'score' },
    { supersedes: eventId, basis: reversalBasis, reason, ...repairPapers },
  ),
  ImposeVeto: command(
    { zh: '一票否决', en: 'Impose veto', law: ['O7:31', 'FL:69'], permission: 'score', opens: true },
    { ...accountOpening, rulebook: rulebookId, code: rulebookCode, factId, causeEventId, reason },
  ),
  LiftVeto: command(
    { zh: '解除一票否决', en: 'Lift veto', law: ['O7:31', 'N58:', 'N36:'], permission: 'score' },
    { supersedes: eventId, basis: reversalBasis, reason, ...repairPapers },
  ),
  /** By an institution of its own account, or on behalf of the subject; `effectiveAt` is the day of the filing. */
  FileObjection: command(
    {
      zh: '提出信用异议',
      en: 'File objection',
      law: ['O7:31', 'HOUSE:credit-objection'],
      permission: 'object',
    },
    { entry, noticedOn: localDate, grounds: text(2000) },
  ),
  ExtendObjection: command(
    { zh: '信用异议延期', en: 'Extend objection', law: ['HOUSE:credit-objection'], permission: 'score' },
    { entry, reason },
  ),
  DecideObjection: command(
    {
      zh: '裁定信用异议',
      en: 'Decide objection',
      law: ['O7:31', 'HOUSE:credit-objection'],
      permission: 'score',
    },
    { entry, outcome: objectionOutcome, reason },
  ),
  /** That the time for the ruling has passed. */
  NoteObjectionOverdue: command(
    {
      zh: '认定信用异议逾期',
      en: 'Note objection overdue',
      law: ['HOUSE:credit-objection'],
      permission: 'score',
      internal: true,
    },
    { entry },
  ),
  /** Tells of a changed grade and of warnings, if there is anything new on the day of `effectiveAt`. */
  ReviewCredit: command(
    {
      zh: '信用检视',
      en: 'Review credit',
      law: ['O7:31', 'HOUSE:credit-warning'],
      permission: 'score',
      opens: true,
      internal: true,
    },
    reviewData,
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
  if (command.type === 'ReviewCredit' && command.data.former !== null) ids.add(command.data.former)
  const rulebooks = [...ids].sort().map((id) => ({ category: 'rulebook', id }))
  return [...subjectStream(command, state), ...rulebooks]
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
      return publishGrade(command, state, context)
    case 'ReverseAdjustment':
      return reverseAdjustment(command, state, context, day)
    case 'LiftVeto':
      return liftVeto(command, state, context, day)
    case 'ReviewCredit':
      return reviewCredit(command, state, context)
    case 'FileObjection':
    case 'ExtendObjection':
    case 'DecideObjection':
    case 'NoteObjectionOverdue':
      return decideObjection(command, state, context)
    default:
      return unreachable(command)
  }
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
  const { rulebook: _, ...facts } = data
  const judged = judge(item, data.count, day, version.content.cycle)
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

export const creditAccount = streamCategory({
  name: 'creditAccount',
  path: 'credit-accounts',
  title: { zh: '信用档案', en: 'Credit account' },
  id: z.union([uscc, ulid]),
  visibility: 'register',
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
  jurisdiction: accountJurisdiction,
})
