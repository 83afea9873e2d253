import type { PointsContent, RulebookItem } from './rulebook-content.ts'

/**
 * Which scores the items of a rulebook can lead to, in hundredths of a point. Never too few: a grade that holds none of
 * them cannot be reached by anyone, however often which facts come together.
 */

/** Where a rulebook allows more steps than this, every score between the lowest and the highest is taken to be reachable. */
const stepsMax = 1_000_000

/** Whether some score from `from` up to, but not including, `below` can be reached. */
export function reachesBetween(content: PointsContent): (from: number, below: number) => boolean {
  const [lowest, highest] = reach(content)
  const down = stepsOf(content, 'deduction')
  const up = stepsOf(content, 'bonus')
  const offsets = offsetsBetween(cents(lowest - content.base), cents(highest - content.base), down, up)
  if (offsets === null) return (from, below) => from <= highest && below > lowest
  const scores = offsets
    .map((offset) => cents(content.base) + offset)
    .filter((score) => score >= cents(lowest) && score <= cents(highest))
  // What goes beyond them counts as they do.
  scores.push(cents(lowest), cents(highest))
  scores.sort((a, b) => a - b)
  return (from, below) => {
    const first = scores.find((score) => score >= cents(from))
    return first !== undefined && first < cents(below)
  }
}

/** The lowest and the highest score that the items allow. */
function reach(content: PointsContent): [number, number] {
  const most = (polarity: RulebookItem['polarity']) =>
    content.groups
      .filter((group) => group.polarity === polarity)
      .reduce((total, group) => {
        const items = content.items.filter((item) => item.group === group.code && item.points > 0)
        const sum = items.reduce((all, item) => all + (item.capPerYear ?? Number.POSITIVE_INFINITY), 0)
        // A cap binds per calendar year; points that stay valid longer add up over years.
        const spans = items.map((item) =>
          item.validInCycle ? 1 : Math.ceil((item.validityMonths ?? 1200) / 12) + 1,
        )
        const yearly = Math.min(sum, group.capPerYear ?? Number.POSITIVE_INFINITY)
        const standing = yearly === 0 ? 0 : yearly * Math.max(1, ...spans)
        return total + Math.min(standing, group.capStanding ?? Number.POSITIVE_INFINITY)
      }, 0)
  const bonus = Math.min(most('bonus'), content.bonusTotalCap ?? Number.POSITIVE_INFINITY)
  return [
    Math.max(content.range.minimum, content.base - most('deduction')),
    Math.min(content.range.maximum, content.base + bonus),
  ]
}

function cents(points: number): number {
  return Math.round(points * 100)
}

/** By how much one more fact may move the score. */
function stepsOf(content: PointsContent, polarity: RulebookItem['polarity']): number[] {
  const steps = content.groups
    .filter((group) => group.polarity === polarity)
    .flatMap((group) => {
      const items = content.items.filter((item) => item.group === group.code && item.points > 0)
      // A mean may be anything.
      if (group.dividedBy.length > 0) return items.length === 0 ? [] : [1]
      const own = items.flatMap((item) => weightsOf(content, item))
      const caps = [group.capPerYear, group.capStanding, ...items.map(({ capPerYear }) => capPerYear)]
      // What a cap leaves of a fact may be any difference of them.
      return joined(own, caps)
    })
  return polarity === 'bonus' ? joined(steps, [content.bonusTotalCap]) : steps
}

/** Of one fact: as it is, repeated, and the half that a repair may leave of it. */
function weightsOf({ multipliers }: PointsContent, item: RulebookItem): number[] {
  const factors = multipliers
    .filter(({ appliesTo }) => appliesTo.includes(item.code))
    .map(({ factor }) => factor)
  const weights = [1, ...factors].map((factor) => cents(item.points * factor))
  return item.gravity === 'serious' ? weights.flatMap((weight) => [weight, Math.round(weight / 2)]) : weights
}

function joined(steps: readonly number[], caps: readonly (number | null)[]): number[] {
  const set = caps.flatMap((cap) => (cap === null ? [] : [cents(cap)]))
  return steps.length === 0 || set.length === 0 ? [...steps] : [common([...steps, ...set])]
}

function common(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => {
    let [greater, smaller] = [a, b]
    while (smaller > 0) [greater, smaller] = [smaller, greater % smaller]
    return greater
  }, 0)
}

/**
 * All sums of the steps between the two bounds: what goes down and what goes up may be taken in turn. Null: too many to
 * be looked at.
 */
function offsetsBetween(
  low: number,
  high: number,
  down: readonly number[],
  up: readonly number[],
): number[] | null {
  const moves = [...new Set([...down.map((step) => -step), ...up])].filter((move) => move !== 0)
  // A base outside the range is another fault.
  if (moves.length === 0 || low > 0 || high < 0) return [0]
  const unit = common(moves.map(Math.abs))
  const margin = Math.max(...moves.map(Math.abs))
  const [first, last] = [Math.floor((low - margin) / unit), Math.ceil((high + margin) / unit)]
  if ((last - first) * moves.length > stepsMax) return null
  const seen = new Uint8Array(last - first + 1)
  const reached = [0]
  seen[-first] = 1
  for (let at = 0; at < reached.length; at++) {
    for (const move of moves) {
      const next = (reached[at] ?? 0) + move / unit
      if (next < first || next > last || seen[next - first] === 1) continue
      seen[next - first] = 1
      reached.push(next)
    }
  }
  return reached.map((steps) => steps * unit)
}
