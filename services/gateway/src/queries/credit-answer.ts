import {
  type CreditFacts,
  type CreditVeto,
  consequencesOf,
  findItem,
  findViolation,
  isDisputed,
  isIllustrative,
  type LocalDate,
  publicationOn,
  type RulebookContent,
  type RulebookVersion,
  type Score,
  type ScoreLine,
  type Title,
} from '@fireledger/domain'

/** How a score is told: to the public its result and what follows from it, to others every line with its source. */

type Background = {
  readonly facts: CreditFacts
  /** The rulebooks that judged the facts. */
  readonly library: readonly RulebookVersion[]
  readonly explained: boolean
}

export function presentScore(score: Score, { content }: RulebookVersion, background: Background) {
  const { day, lines, inputs, ...result } = score
  const told = {
    ...result,
    // Whoever shows a number that no authority has published says so.
    illustrative: content.illustrative,
    consequences: consequencesOf(content, score.grade),
  }
  if (!background.explained) return { ...told, published: publishedRecords(background, day) }
  return {
    ...told,
    lines: lines.map((line) => presentLine(line, day, background)),
    vetoes: standingVetoes(inputs, day, background),
    inputs,
  }
}

/** What the public is shown of one record, and no more: neither who or what caused it, nor what an officer wrote. */
export type PublishedRecord = {
  readonly title: Title
  readonly effectiveOn: LocalDate
  /** As its rulebook weighed it, before caps; null: a veto. */
  readonly points: number | null
  /** Last day of publication by the law of the day; null: for good. */
  readonly until: LocalDate | null
}

/** The faults of an institution whose publication is visible on the day, whether or not they still count. */
export function publishedRecords(
  { facts, library }: Pick<Background, 'facts' | 'library'>,
  day: LocalDate,
): PublishedRecord[] {
  // As the account's own fold made them; scoring needs less of them.
  const vetoFacts = facts.vetoes as readonly CreditVeto[]
  const contentOf = (wanted: string) => library.find(({ reference }) => reference === wanted)?.content
  const entries = facts.entries.flatMap(({ rulebook, item: code, effectiveOn, points, reversed }) => {
    const content = contentOf(rulebook)
    const item = content && findItem(content, code)
    if (!item || item.polarity === 'bonus' || isTakenBack(reversed)) return []
    const endedOn = reversed?.effectiveOn ?? null
    const shown = publicationOn({ gravity: item.gravity, effectiveOn, endedOn, forLife: false }, day)
    return shown.visible ? [{ title: item.title, effectiveOn, points, until: shown.until }] : []
  })
  const vetoes = vetoFacts.flatMap(({ rulebook, code, effectiveOn, liftableFrom, lifted }) => {
    const veto = contentOf(rulebook)?.veto?.codes.find((each) => each.code === code)
    if (!veto || isTakenBack(lifted)) return []
    const endedOn = lifted?.effectiveOn ?? null
    const forLife = liftableFrom === null
    const shown = publicationOn({ gravity: veto.gravity, effectiveOn, endedOn, forLife }, day)
    return shown.visible ? [{ title: veto.title, effectiveOn, points: null, until: shown.until }] : []
  })
  return [...vetoes, ...entries].sort((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : 1))
}

/** The vetoes that stand on the day: what happened, by which article, and from when on it can be lifted. */
function standingVetoes(inputs: readonly string[], day: LocalDate, { facts, library }: Background) {
  const vetoes = (facts.vetoes as readonly CreditVeto[]).filter(({ eventId }) => inputs.includes(eventId))
  return vetoes.map(({ eventId, code, rulebook, effectiveOn, liftableFrom, factId }) => {
    const content = library.find(({ reference }) => reference === rulebook)?.content
    const veto = content?.veto?.codes.find((each) => each.code === code)
    const forLife = liftableFrom === null
    const gravity = veto?.gravity ?? 'serious'
    return {
      ...{ eventId, code, rulebook, effectiveOn, factId },
      title: veto?.title ?? { zh: code, en: code },
      legalBasis: veto?.legalBasis ?? [],
      /** First day of a repair; null: never. */
      liftableFrom,
      ...(isDisputed(facts, eventId, day) ? { disputed: true as const } : {}),
      publication: publicationOn({ gravity, effectiveOn, endedOn: null, forLife }, day),
    }
  })
}

/** As never having been: it is shown of no day. */
function isTakenBack(ended: { readonly basis: string } | null): boolean {
  return ended !== null && ended.basis !== 'repaired'
}

function presentLine(line: ScoreLine, day: string, { facts, library }: Background) {
  const entry = facts.entries.find(({ eventId }) => eventId === line.eventId)
  const content = library.find(({ reference }) => reference === entry?.rulebook)?.content
  const item = content && findItem(content, line.item)
  if (!entry || !content || !item) return line
  const { effectiveOn, reversed, factId, violation } = entry
  const endedOn = reversed?.effectiveOn ?? null
  return {
    ...line,
    effectiveOn,
    factId,
    /** What was done, by the catalogue of violations; the fact id names the case or inspection, the event its cause. */
    violation: violation && { code: violation, title: findViolation(violation)?.title ?? null },
    illustrative: isIllustrative(content, `/items/${placeOf(content, line.item)}/points`),
    publication:
      item.polarity === 'bonus'
        ? null
        : publicationOn({ gravity: item.gravity, effectiveOn, endedOn, forLife: false }, day),
  }
}

function placeOf({ items }: RulebookContent, code: string): number {
  return items.findIndex((item) => item.code === code)
}
