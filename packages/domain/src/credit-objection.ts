import type { CreditAccountCommand } from './credit-account.ts'
import type {
  CreditAccountEvent,
  CreditAccountState,
  CreditObjection,
  OpenAccount,
} from './credit-account-events.ts'
import { accept, type Decision, type DecisionContext, refuse, unreachable } from './decider.ts'
import type { Actor } from './metadata.ts'
import { dayOf, type LocalDate } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/**
 * Objection 信用异议: filed within ten working days of the notice, decided within ten, extended once by five. The entry
 * is shown as disputed and counts until the ruling; upheld, it is taken back as never having been.
 */

const toFile = 10
const toDecide = 10
const toExtend = 5

type ObjectionCommand = Extract<CreditAccountCommand, { type: `${string}Objection` | 'NoteObjectionOverdue' }>
type Of<Type extends ObjectionCommand['type']> = Extract<ObjectionCommand, { type: Type }>

export function decideObjection(
  command: ObjectionCommand,
  state: CreditAccountState,
  { actor, today }: DecisionContext,
): Decision<CreditAccountEvent> {
  const day = dayOf(command.effectiveAt)
  const { entry } = command.data
  const disputed = state.status === 'open' ? findDisputed(state, entry) : null
  if (state.status === 'unknown' || disputed === null) {
    const text = {
      zh: '该信用档案中没有此记录',
      en: 'this account has no such entry; read its history for the id',
    }
    return refuse('entry-unknown', text, ['O7:31'], '/data/entry')
  }
  const objections = state.objections.filter((each) => each.entry === entry)
  if (command.type === 'FileObjection')
    return refuseBackdated(actor, day, today) ?? file(command, objections, disputed.takenBack, day)
  const pending = objections.find((each) => each.decidedOn === null)
  if (command.type === 'NoteObjectionOverdue') {
    // Decided or extended meanwhile, or told already: nothing to tell.
    if (!pending || pending.overdue || day <= pending.dueOn) return accept()
    return accept({ type: 'CreditObjectionOverdue', data: { entry, dueOn: pending.dueOn } })
  }
  if (!pending) return refuseNonePending(command, objections)
  switch (command.type) {
    case 'ExtendObjection':
      return extend(command, pending, day)
    case 'DecideObjection':
      return rule(command, pending, disputed, day)
    default:
      return unreachable(command)
  }
}

type Disputed = { readonly kind: 'adjustment' | 'veto'; readonly takenBack: boolean }

function findDisputed({ entries, vetoes }: OpenAccount, id: string): Disputed | null {
  const never = (withdrawal: { readonly basis: string } | null) =>
    withdrawal !== null && withdrawal.basis !== 'repaired'
  const entry = entries.find((each) => each.eventId === id)
  if (entry) return { kind: 'adjustment', takenBack: never(entry.reversed) }
  const veto = vetoes.find((each) => each.eventId === id)
  return veto ? { kind: 'veto', takenBack: never(veto.lifted) } : null
}

/** Null: it is dated as it may be. Whoever files for themselves does so now; officers record what came in before. */
function refuseBackdated(actor: Actor | undefined, day: LocalDate, today: LocalDate) {
  if (actor?.role !== 'institution' || day === today) return null
  const text = {
    zh: '本机构自行提出异议的，以提出之日为准，请勿填写其他日期',
    en: 'an objection that you file yourself is filed today: leave effectiveAt out',
  }
  return refuse('objection-backdated', text, ['HOUSE:credit-objection'], '/effectiveAt')
}

function file(
  { data }: Of<'FileObjection'>,
  objections: readonly CreditObjection[],
  takenBack: boolean,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (objections.some((each) => each.decidedOn === null)) return accept()
  if (objections.length > 0) {
    const text = {
      zh: '该记录的异议已经裁定；不服的，可以申请行政复议',
      en: 'an objection to this entry was decided already; what remains is administrative review',
    }
    return refuse('objection-already-decided', text, ['HOUSE:credit-objection', 'ARL:20'])
  }
  if (takenBack) {
    const text = { zh: '该记录已撤销', en: 'the entry was taken back already' }
    return refuse('entry-already-reversed', text, ['O7:31'], '/data/entry')
  }
  if (data.noticedOn > day) {
    const text = { zh: '告知日期晚于异议日期', en: 'the notice lies after the objection' }
    return refuse('notice-after-objection', text, ['HOUSE:credit-objection'], '/data/noticedOn')
  }
  const lastDay = addWorkingDays(data.noticedOn, toFile).day
  if (day > lastDay) {
    const text = {
      zh: `异议期限至${lastDay}，已届满`,
      en: `the time for an objection ended on ${lastDay}, ten working days after the notice`,
    }
    return refuse('objection-late', text, ['HOUSE:credit-objection'])
  }
  const { day: dueOn, provisional } = addWorkingDays(day, toDecide)
  return accept({ type: 'CreditObjectionFiled', data: { ...data, dueOn, provisional } })
}

function refuseNonePending(
  command: Of<'ExtendObjection' | 'DecideObjection'>,
  objections: readonly CreditObjection[],
) {
  const decided = objections.at(-1)
  if (command.type === 'DecideObjection' && decided?.outcome === command.data.outcome)
    return accept<CreditAccountEvent>()
  const text = { zh: '没有待裁定的异议', en: 'no objection to this entry is pending' }
  return refuse('objection-not-pending', text, ['HOUSE:credit-objection'], '/data/entry')
}

function extend(
  { data }: Of<'ExtendObjection'>,
  pending: CreditObjection,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (pending.extended) {
    const text = { zh: '异议处理只能延期一次', en: 'the time of a ruling is extended once only' }
    return refuse('objection-already-extended', text, ['HOUSE:credit-objection'])
  }
  if (day > pending.dueOn) {
    const text = {
      zh: `裁定期限${pending.dueOn}已届满，不能延期`,
      en: `the ruling was due on ${pending.dueOn}; what is overdue is not extended`,
    }
    return refuse('objection-overdue', text, ['HOUSE:credit-objection'])
  }
  const { day: dueOn, provisional } = addWorkingDays(pending.dueOn, toExtend)
  return accept({ type: 'CreditObjectionExtended', data: { ...data, dueOn, provisional } })
}

/** A ruling that comes too late still holds; that it was late is recorded. */
function rule(
  { data }: Of<'DecideObjection'>,
  pending: CreditObjection,
  { kind, takenBack }: Disputed,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (day < pending.filedOn) {
    const text = { zh: '裁定日期早于异议日期', en: 'the ruling lies before the objection' }
    return refuse('ruling-before-objection', text, ['HOUSE:credit-objection'])
  }
  const decided = {
    type: 'CreditObjectionDecided' as const,
    data: { ...data, inTime: day <= pending.dueOn },
  }
  if (data.outcome === 'rejected' || takenBack) return accept(decided)
  const { entry: supersedes, reason } = data
  return accept(decided, {
    type: kind === 'adjustment' ? 'CreditAdjustmentReversed' : 'CreditVetoLifted',
    data: { supersedes, basis: 'objection-upheld', effectiveOn: day, repair: null, reason },
  })
}
