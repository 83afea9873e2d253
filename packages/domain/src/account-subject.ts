import type { CreditAccountCommand } from './credit-account.ts'
import type { CreditAccountState } from './credit-account-events.ts'
import { type DecisionContext, type Reliance, refuse } from './decider.ts'
import { institution } from './institution.ts'
import { practitioner } from './practitioner.ts'
import { divisionOn, type Residence } from './residence.ts'
import type { SubjectKind } from './rulebook-content.ts'
import { unit } from './unit.ts'
import type { LocalDate } from './values.ts'

/**
 * Whose account it is and where the subject belongs: the registers say it, never the account and never the caller.
 * Otherwise whoever opens an account first, from anywhere, would take it from the authority that has to keep it.
 */

function kindOf({ data }: CreditAccountCommand, state: CreditAccountState): SubjectKind | null {
  if (state.status === 'open') return state.subjectKind
  return 'subjectKind' in data ? data.subjectKind : null
}

/** The subject's own stream in its register. */
export function subjectStream(command: CreditAccountCommand, state: CreditAccountState): Reliance[] {
  const kind = kindOf(command, state)
  return kind === null ? [] : [{ category: kind, id: command.id }]
}

/** Its divisions over time, by its register; none where no register knows it. */
export function residencesOf(kind: SubjectKind, id: string, context: DecisionContext): readonly Residence[] {
  const states = {
    institution: () => context.stateOf(institution, id),
    practitioner: () => context.stateOf(practitioner, id),
    unit: () => context.stateOf(unit, id),
  }
  const state = states[kind]()
  return state.status === 'unknown' ? [] : state.residences
}

/** The division whose officers keep the account today: the subject's; for one in no register, the account's. */
export function accountJurisdiction(
  command: CreditAccountCommand,
  state: CreditAccountState,
  context: DecisionContext,
): string | null {
  const kind = kindOf(command, state)
  const home = kind && divisionOn(residencesOf(kind, command.id, context), context.today)
  return home ?? (state.status === 'open' ? state.division : null)
}

type Claim = { readonly division: string; readonly subjectKind: SubjectKind }

/** Null: the subject is in its register, and belonged on the day where the command says. */
export function refuseOtherDivision(claim: Claim, id: string, context: DecisionContext, day: LocalDate) {
  const home = divisionOn(residencesOf(claim.subjectKind, id, context), day)
  if (home === claim.division) return null
  if (home === null) {
    const text = {
      zh: '该对象未登记，不能建立信用档案；请先登记',
      en: 'no register knows this subject, so it has no credit account: register it first',
    }
    return refuse('subject-not-registered', text, ['O7:20', 'O7:31'])
  }
  const text = {
    zh: `该对象在${day}登记于${home}，不在${claim.division}`,
    en: `on ${day} the subject was registered in ${home}, not in ${claim.division}: send the division of the register`,
  }
  return refuse('division-differs', text, ['O7:31', 'O7:33'], '/data/division')
}
