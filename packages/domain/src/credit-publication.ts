import { libraryOf, rulebookFor } from './account-rulebooks.ts'
import type { CreditAccountCommand } from './credit-account.ts'
import type { CreditAccountEvent, CreditAccountState, PublishedGrade } from './credit-account-events.ts'
import type { ScoredFact, Withdrawal } from './credit-weights.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import type { RulebookVersion } from './rulebook-in-force.ts'
import { type CreditFacts, scoreOn, unsettled } from './scoring.ts'
import { sha256OfText } from './sha256.ts'
import type { LocalDate } from './values.ts'

/** The formal grade: frozen for a day that is over, published with a digest of all that it was computed from. */

/**
 * All that bears on the result of a day, as canonical text: one JSON array, entries and vetoes by event id. What was
 * taken back as never having been is left out, and so is a repair that came after the day: later events about other
 * days leave the text as it is.
 */
export function gradeInputs(
  subject: string,
  rulebook: RulebookVersion,
  facts: CreditFacts,
  day: LocalDate,
): string {
  const takenBack = (withdrawal: Withdrawal | null) => withdrawal !== null && withdrawal.basis !== 'repaired'
  const repair = (withdrawal: Withdrawal | null) =>
    withdrawal === null || withdrawal.effectiveOn > day
      ? null
      : [withdrawal.effectiveOn, withdrawal.restores ?? 1]
  const entries = facts.entries
    .filter((entry) => entry.effectiveOn <= day && !takenBack(entry.reversed))
    .map((entry) => [...factText(entry), repair(entry.reversed)])
  const vetoes = facts.vetoes
    .filter((veto) => veto.effectiveOn <= day && !takenBack(veto.lifted))
    .map((veto) => [veto.eventId, veto.code, veto.effectiveOn, repair(veto.lifted)])
  const sorted = (list: unknown[][]) => list.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
  return JSON.stringify([subject, day, rulebook.reference, sorted(entries), sorted(vetoes)])
}

function factText(entry: ScoredFact): unknown[] {
  const { eventId, rulebook, item, count, points, factId, violation, effectiveOn, validUntil } = entry
  const further = (entry.furtherActs ?? []).map((act) => [act.factId, act.violation])
  return [eventId, rulebook, item, count, points, factId, violation, further, effectiveOn, validUntil]
}

/** The result of the day under the rulebook, with the digest of its inputs: what a publication states. */
export function gradeToPublish(
  subject: string,
  rulebook: RulebookVersion,
  facts: CreditFacts,
  day: LocalDate,
  library: readonly RulebookVersion[],
) {
  const { score, level, grade, veto, inputs } = scoreOn(facts, unsettled(rulebook), day, library)
  return {
    asOf: day,
    score,
    level,
    grade,
    veto: veto?.code ?? null,
    rulebook: rulebook.reference,
    inputs: [...inputs],
    inputsDigest: sha256OfText(gradeInputs(subject, rulebook, facts, day)),
  }
}

type PublishGrade = Extract<CreditAccountCommand, { type: 'PublishGrade' }>

export function publishGrade(
  { id, data }: PublishGrade,
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
  const result = gradeToPublish(id, version, facts, data.asOf, libraryOf(state, context, version))
  const standing =
    state.status === 'open' ? state.published.findLast((each) => each.asOf === data.asOf) : undefined
  if (standing && samePublication(standing, result)) return accept()
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
  return accept({ type: 'GradePublished', data: { division, subjectKind, ...result, supersedes } })
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
