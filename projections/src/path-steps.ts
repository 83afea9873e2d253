import type { CountedPath, Follows, Occurrence } from './process-view.ts'

/** From the paths and how many cases took each, so that no case is gone through by itself. */
export function countSteps(paths: readonly CountedPath[]) {
  const follows = new Map<string, Mutable<Follows>>()
  const occurrences = new Map<string, Mutable<Occurrence>>()
  let steps = 0
  const follow = (pair: Omit<Follows, 'count'>, count: number) => {
    if (count === 0) return
    const key = `${pair.process} ${pair.from ?? ''} ${pair.to ?? ''} ${pair.open}`
    const counted = follows.get(key) ?? { ...pair, count: 0 }
    counted.count += count
    follows.set(key, counted)
  }
  for (const { process, steps: own, cases, open } of paths) {
    steps += own.length * cases
    for (const [from, to] of pairsOf(own)) {
      follow({ process, from, to, open: false }, to === null ? cases - open : cases)
      if (to === null) follow({ process, from, to, open: true }, open)
    }
    const met = new Set<string>()
    for (const step of own) {
      const key = `${process} ${step}`
      const counted = occurrences.get(key) ?? { process, step, count: 0, cases: 0 }
      counted.count += cases
      if (!met.has(step)) counted.cases += cases
      met.add(step)
      occurrences.set(key, counted)
    }
  }
  return { steps, follows: mostFirst(follows), occurrences: mostFirst(occurrences) }
}

type Mutable<Row> = { -readonly [Field in keyof Row]: Row[Field] }

function pairsOf(steps: readonly string[]): [string | null, string | null][] {
  if (steps.length === 0) return []
  return [null, ...steps].map((from, index) => [from, steps[index] ?? null])
}

function mostFirst<Counted extends { count: number }>(counted: ReadonlyMap<string, Counted>): Counted[] {
  return [...counted]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([, each]) => each)
}
