import type { CreditAccountCommand } from './credit-account.ts'
import type {
  CreditAccountEvent,
  CreditAccountState,
  OpenAccount,
  ReversalBasis,
} from './credit-account-events.ts'
import { grantRepair, repairLawOn } from './credit-repair.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import type { LegalBasis } from './law.ts'
import { rulebook, rulebookIdOf } from './rulebook.ts'
import type { RulebookContent } from './rulebook-content.ts'
import { findItem } from './rulebook-in-force.ts'
import type { LocalDate } from './values.ts'

/** Taking back: an adjustment reversed, a veto lifted, either of them repaired. */

type Of<Type extends CreditAccountCommand['type']> = Extract<CreditAccountCommand, { type: Type }>
type Withdrawn = { readonly basis: ReversalBasis } | null

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

/** What was repaired may still turn out never to have been; nothing else is taken back twice. Null: go on. */
function whenWithdrawn(before: Withdrawn, basis: ReversalBasis) {
  if (before === null) return null
  if (before.basis === basis) return accept<CreditAccountEvent>()
  return before.basis === 'repaired' ? null : refuseAlreadyReversed(before.basis)
}

/** Upholding takes the entry back by itself: what is claimed to follow from it has to be there. Null: it is. */
function refuseNotUpheld({ objections }: OpenAccount, entry: string, basis: ReversalBasis) {
  if (basis !== 'objection-upheld') return null
  if (objections.some((each) => each.entry === entry && each.outcome === 'upheld')) return null
  const text = {
    zh: '该记录没有裁定成立的异议；请先提出并裁定异议（裁定成立即撤销该记录），或者改用实际的撤销理由',
    en: 'no objection to this entry was upheld: file and decide one, which takes the entry back by itself, or name the basis that is true',
  }
  return refuse('objection-not-upheld', text, ['O7:31', 'HOUSE:credit-objection'], '/data/basis')
}

export function reverseAdjustment(
  { data }: Of<'ReverseAdjustment'>,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (state.status === 'unknown') return refuseEntryUnknown()
  const entry = state.entries.find((each) => each.eventId === data.supersedes)
  if (!entry) return refuseEntryUnknown()
  const answered = whenWithdrawn(entry.reversed, data.basis)
  if (answered) return answered
  const { supersedes, basis, reason } = data
  const notUpheld = refuseNotUpheld(state, supersedes, basis)
  if (notUpheld) return notUpheld
  const reversed = { supersedes, basis, effectiveOn: day, reason }
  if (basis !== 'repaired')
    return accept({ type: 'CreditAdjustmentReversed', data: { ...reversed, repair: null } })
  const content = contentOf(entry.rulebook, context)
  const exhausted = refuseExhausted(state, content, day)
  if (exhausted) return exhausted
  const gravity = (content && findItem(content, entry.item)?.gravity) ?? 'general'
  const granted = grantRepair({ gravity, effectiveOn: entry.effectiveOn }, data, day)
  if (!granted.accepted) return granted
  return accept({ type: 'CreditAdjustmentReversed', data: { ...reversed, repair: granted.repair } })
}

export function liftVeto(
  { data }: Of<'LiftVeto'>,
  state: CreditAccountState,
  context: DecisionContext,
  day: LocalDate,
): Decision<CreditAccountEvent> {
  if (state.status === 'unknown') return refuseEntryUnknown()
  const veto = state.vetoes.find((each) => each.eventId === data.supersedes)
  if (!veto) return refuseEntryUnknown()
  const answered = whenWithdrawn(veto.lifted, data.basis)
  if (answered) return answered
  const { supersedes, basis, reason } = data
  const notUpheld = refuseNotUpheld(state, supersedes, basis)
  if (notUpheld) return notUpheld
  const lifted = { supersedes, basis, effectiveOn: day, reason }
  if (basis !== 'repaired') return accept({ type: 'CreditVetoLifted', data: { ...lifted, repair: null } })
  if (veto.liftableFrom === null || day < veto.liftableFrom) {
    const text =
      veto.liftableFrom === null
        ? { zh: '该一票否决不得修复', en: 'this veto cannot be repaired' }
        : {
            zh: `该一票否决自${veto.liftableFrom}起方可修复`,
            en: `this veto can be repaired from ${veto.liftableFrom} on`,
          }
    return refuse('veto-not-liftable', text, repairBasis(day))
  }
  const content = contentOf(veto.rulebook, context)
  const exhausted = refuseExhausted(state, content, day)
  if (exhausted) return exhausted
  const gravity = content?.veto?.codes.find((each) => each.code === veto.code)?.gravity ?? 'serious'
  const granted = grantRepair({ gravity, effectiveOn: veto.effectiveOn }, data, day)
  if (!granted.accepted) return granted
  return accept({ type: 'CreditVetoLifted', data: { ...lifted, repair: granted.repair } })
}

function contentOf(reference: string, context: DecisionContext): RulebookContent | null {
  const book = context.stateOf(rulebook, rulebookIdOf(reference))
  return book.status === 'unknown' ? null : book.content
}

/** The law of the day, and what of the conditions is our own. */
function repairBasis(day: LocalDate): LegalBasis[] {
  return [`${repairLawOn(day).law}:`, 'HOUSE:credit-repair']
}

/** Repairs of entries and of vetoes are counted together. */
function refuseExhausted({ entries, vetoes }: OpenAccount, content: RulebookContent | null, day: LocalDate) {
  const most = content?.repairsPerYearMax ?? null
  const year = day.slice(0, 4)
  const done = [...entries.map((entry) => entry.reversed), ...vetoes.map((veto) => veto.lifted)].filter(
    (each) => each?.basis === 'repaired' && each.effectiveOn.startsWith(year),
  ).length
  if (most === null || done < most) return null
  const text = {
    zh: `${year}年信用修复已达${most}次`,
    en: `${year} already has ${most} repairs, the most in a year`,
  }
  return refuse('repairs-exhausted', text, repairBasis(day))
}
