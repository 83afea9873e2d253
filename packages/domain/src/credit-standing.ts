import { countOn, type IsOwn, type Result, resultOf, vetoGrade } from './credit-counting.ts'
import { settledDay } from './credit-cycles.ts'
import type { WeighedFact, Withdrawal } from './credit-weights.ts'
import type { RulebookContent } from './rulebook-content.ts'
import type { RulebookVersion } from './rulebook-in-force.ts'
import type { LocalDate } from './values.ts'

/** Where a subject stands on a day under a rulebook: by what is valid, or by a veto whatever that comes to. */

export type ScoredVeto = {
  readonly eventId: string
  readonly code: string
  readonly effectiveOn: LocalDate
  readonly lifted: Withdrawal | null
}

export type Standing = Result & {
  /** The veto that decides the grade; null when the score does. */
  readonly veto: { readonly eventId: string; readonly code: string; readonly since: LocalDate } | null
}

/** Facts are a rulebook's own when it judged them, or one that was adopted for the same area. */
export function ownedBy(rulebook: RulebookVersion, library: readonly RulebookVersion[]): IsOwn {
  const areas = new Set(rulebook.adoptions.map(({ division }) => division))
  const own = new Set(
    library
      .filter((version) => version.adoptions.some(({ division }) => areas.has(division)))
      .map((version) => version.reference),
  )
  return (fact) => fact.rulebook === rulebook.reference || own.has(fact.rulebook)
}

/** What is valid on a day. Days that are asked for in order are answered in one pass over the facts. */
export function validity(weighed: readonly WeighedFact[]): (day: LocalDate) => readonly WeighedFact[] {
  let valid: WeighedFact[] = []
  let next = 0
  let last = ''
  return (day) => {
    if (day < last) {
      valid = []
      next = 0
    }
    last = day
    for (let fact = weighed[next]; fact && fact.from <= day; fact = weighed[++next]) valid.push(fact)
    valid = valid.filter(({ until }) => until === null || day <= until)
    return valid
  }
}

/** Asks for standings; days that are asked for in order are answered in one pass. */
export function rater(
  vetoes: readonly ScoredVeto[],
  validAt: (day: LocalDate) => readonly WeighedFact[],
  library: readonly RulebookVersion[],
): (rulebook: RulebookVersion, day: LocalDate) => Standing {
  const owned = new Map<string, IsOwn>()
  return (rulebook, day) => {
    const { content, reference } = rulebook
    const isOwn = owned.get(reference) ?? ownedBy(rulebook, library)
    owned.set(reference, isOwn)
    const settled = settledDay(content.cycle, day)
    const counted = countOn(validAt(settled), content, settled, isOwn)
    return withVeto(resultOf(counted, content, isOwn), vetoes, content, day)
  }
}

export function withVeto(
  { score, level, grade }: Result,
  vetoes: readonly ScoredVeto[],
  content: RulebookContent,
  day: LocalDate,
): Standing {
  const veto = content.veto ? firstVeto(vetoes, day) : null
  const vetoed = veto && vetoGrade(content)
  return {
    score,
    level: vetoed?.level ?? level,
    grade: vetoed?.grade ?? grade,
    veto: veto && { eventId: veto.eventId, code: veto.code, since: veto.effectiveOn },
  }
}

function firstVeto(vetoes: readonly ScoredVeto[], day: LocalDate): ScoredVeto | null {
  return vetoes
    .filter((veto) => vetoStands(veto, day))
    .reduce<ScoredVeto | null>((first, veto) => (first && keyOf(first) <= keyOf(veto) ? first : veto), null)
}

function keyOf(veto: ScoredVeto): string {
  return `${veto.effectiveOn} ${veto.code} ${veto.eventId}`
}

export function vetoStands(veto: ScoredVeto, day: LocalDate): boolean {
  if (day < veto.effectiveOn) return false
  return veto.lifted === null || (veto.lifted.basis === 'repaired' && day < veto.lifted.effectiveOn)
}
