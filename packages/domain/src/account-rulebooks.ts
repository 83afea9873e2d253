import { refuseOtherDivision } from './account-subject.ts'
import type { CreditAccountState } from './credit-account-events.ts'
import { type DecisionContext, refuse } from './decider.ts'
import { adoptionOn, rulebook, rulebookIdOf } from './rulebook.ts'
import type { SubjectKind } from './rulebook-content.ts'
import { type RulebookVersion, rulebookVersion } from './rulebook-in-force.ts'
import { type LocalDate, ulid } from './values.ts'

/** Which rulebooks a decision about an account may use. */

type Opening = { readonly division: string; readonly subjectKind: SubjectKind; readonly rulebook: string }

/** The rulebook that the command names, if it may judge this subject on the day; else why not. */
export function rulebookFor(
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
  return refuseOtherDivision(data, id, context, day) ?? { accepted: true as const, version }
}

/** Every rulebook that judged something here, and the one named now. */
export function libraryOf(
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
