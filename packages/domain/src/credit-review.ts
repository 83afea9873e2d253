import { z } from 'zod'
import { libraryOf, rulebookFor } from './account-rulebooks.ts'
import { residencesOf } from './account-subject.ts'
import type { CreditAccountCommand } from './credit-account.ts'
import {
  type AnnouncedGrade,
  accountOpening,
  type CreditAccountEvent,
  type CreditAccountState,
  type OpenAccount,
} from './credit-account-events.ts'
import { creditWarningsOn, type Watched } from './credit-warnings.ts'
import { accept, type Decision, type DecisionContext, type Proposed } from './decider.ts'
import { conditionFigures, institutionType } from './practice-conditions.ts'
import { divisionOn } from './residence.ts'
import { rulebook } from './rulebook.ts'
import { gradesOf, rulebookId } from './rulebook-content.ts'
import { awaitedResult, type RulebookVersion, rulebookVersion } from './rulebook-in-force.ts'
import { gradeTimeline, scoreOn } from './scoring.ts'
import { dayOf, type LocalDate, localDate, ulid } from './values.ts'

/**
 * A look at an account on a day: is the grade another than the one last told, is there something to warn of. What is
 * found is recorded once, for those who watch; when nothing is new, nothing is recorded. No score is computed from it.
 */

export const reviewData = {
  ...accountOpening,
  rulebook: rulebookId.meta({ description: 'in force for the subject on the day' }),
  former: rulebookId
    .nullable()
    .default(null)
    .meta({ description: 'in force before, when the day is the first of another rulebook' }),
  watched: z
    .strictObject({
      certificates: z.array(z.strictObject({ practitioner: ulid, until: localDate })).max(10_000),
      staffing: z.strictObject({ type: institutionType, figures: conditionFigures }).nullable(),
    })
    .nullable()
    .meta({ description: 'what the registers say; null: the subject has left them, nobody is warned' }),
}

type ReviewCredit = Extract<CreditAccountCommand, { type: 'ReviewCredit' }>
type Facts = Pick<OpenAccount, 'entries' | 'vetoes' | 'objections'>

export function reviewCredit(
  command: ReviewCredit,
  state: CreditAccountState,
  context: DecisionContext,
): Decision<CreditAccountEvent> {
  const { id, data } = command
  const day = dayOf(command.effectiveAt)
  const named = rulebookFor(data, id, state, context, day)
  if (!named.accepted) return named
  const { version } = named
  const former =
    data.former === null ? null : rulebookVersion(data.former, context.stateOf(rulebook, data.former))
  const known = libraryOf(state, context, version)
  const library =
    former === null || known.some(({ reference }) => reference === former.reference)
      ? known
      : [...known, former]
  const open = state.status === 'open' ? state : null
  const facts: Facts = open ?? { entries: [], vetoes: [], objections: [] }
  const residences = residencesOf(data.subjectKind, id, context)
  const { division, subjectKind } = data
  const since = residences[0]?.from ?? day
  const whose = { division: divisionOn(residences, day) ?? division, subjectKind, since }
  const awaited = awaitedResult(version, whose, day, library) !== null
  const told = open?.announced ?? baseline(former ?? version, day)
  const change = awaited || told === null ? null : changeFrom(told, facts, version, day, library)
  const opening = { division, subjectKind }
  const steps = gradeTimeline(facts, library, { ...opening, residences, since })
  const watched = data.watched && { steps, content: version.content, ...data.watched }
  return accept(
    ...(change ? [{ type: 'GradeChanged' as const, data: { ...opening, asOf: day, ...change } }] : []),
    ...warnings(open, watched, day, { ...opening, rulebook: version.reference }),
  )
}

/**
 * What a subject without a fact has by the rulebook: the grade before its first one. Null where results are settled by
 * cycle, since the first result is no change of another.
 */
function baseline(version: RulebookVersion, day: LocalDate): AnnouncedGrade | null {
  const { cycle } = version.content
  if (cycle !== null && cycle.settledAfterMonths !== null) return null
  const { score, level, grade } = scoreOn({ entries: [], vetoes: [] }, version, day)
  return { rulebook: version.reference, score, level, grade, inputs: [] }
}

/** Null: the same grade as was told. */
function changeFrom(
  told: AnnouncedGrade,
  facts: Facts,
  version: RulebookVersion,
  day: LocalDate,
  library: readonly RulebookVersion[],
) {
  const { score, level, grade, veto, inputs } = scoreOn(facts, version, day, library)
  if (grade === told.grade && level === told.level) return null
  const because = [
    ...inputs.filter((input) => !told.inputs.includes(input)),
    ...told.inputs.filter((input) => !inputs.includes(input)),
  ].sort()
  const before = { rulebook: told.rulebook, score: told.score, level: told.level, grade: told.grade }
  const direction = directionOf(version, told, grade)
  const now = { rulebook: version.reference, score, level, grade }
  return { before, ...now, direction, veto: veto?.code ?? null, because }
}

function directionOf(version: RulebookVersion, told: AnnouncedGrade, grade: string) {
  if (told.rulebook !== version.reference) return 'other' as const
  const grades = gradesOf(version.content).map((each) => each.grade)
  return grades.indexOf(grade) < grades.indexOf(told.grade) ? ('up' as const) : ('down' as const)
}

type Opening = Pick<ReviewCredit['data'], 'division' | 'subjectKind'> & { readonly rulebook: string }

function warnings(
  open: OpenAccount | null,
  watched: Watched | null,
  day: LocalDate,
  opening: Opening,
): Proposed<CreditAccountEvent>[] {
  const due = watched === null ? [] : creditWarningsOn(watched, day)
  const standing = open?.warnings ?? []
  const is = (a: { kind: string; about: string }) => (b: { kind: string; about: string }) =>
    a.kind === b.kind && a.about === b.about
  const ended = standing
    .filter((each) => !due.some(is(each)))
    .map(({ eventId: warning, kind, about }) => ({
      type: 'CreditWarningEnded' as const,
      data: { warning, kind, about },
    }))
  const raised = due
    .filter((each) => !standing.some(is(each)))
    .map(({ kind, about, message }) => ({
      type: 'CreditWarningRaised' as const,
      data: { ...opening, kind, about, message },
    }))
  return [...ended, ...raised]
}
