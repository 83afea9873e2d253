/**
 * How everything here is measured: the ledger, its limit and its peers take turns in one process, several rounds, so that
 * a loaded machine loads all of them. Only ratios taken in one run mean anything, and of wall clock and processor time the
 * latter is disturbed less.
 */

export type Sample = {
  /** In the measurement's unit. */
  readonly value: number
  /** Of this process with all its threads, for one unit of work; null where work is done elsewhere. */
  readonly cpuMicroseconds: number | null
}

export type Side = () => Promise<Sample>

/** `of` divided by `to`; at least or at most so much is aimed for. Without either it is told and not judged. */
export type Comparison = {
  readonly of: string
  readonly to: string
  readonly atLeast?: number
  readonly atMost?: number
}

export type Measurement = {
  readonly name: string
  readonly unit: string
  readonly sides: Readonly<Record<string, Side>>
  readonly comparisons: readonly Comparison[]
  /** What could not be measured here, and why. */
  readonly skipped?: readonly string[]
  readonly notes?: readonly string[]
  /** A round that is not counted comes first: what is measured is code that has run before. */
  readonly warmsUp?: boolean
  /** Fewer than asked for, where one round takes long. */
  readonly roundsMax?: number
  close(): Promise<void>
}

export type BenchOptions = {
  readonly rounds: number
  /** Sizes of ledgers, smallest first. */
  readonly sizes: readonly number[]
  /** Seconds in all, to show that everything runs: its figures mean nothing. */
  readonly quick: boolean
  readonly peers: boolean
  /** Where made ledgers are kept between runs. */
  readonly keepIn: string
}

/** A row of the table of aims. Measurements are prepared one after the other, each closed before the next. */
export type Row = {
  readonly name: string
  readonly aim: string
  measurements(options: BenchOptions): AsyncIterable<Measurement> | Iterable<Measurement>
}

export type Spread = { readonly min: number; readonly median: number; readonly max: number }

export type Verdict = Comparison & {
  /** Of the rounds' own ratios: neighbours in time are compared. */
  readonly ratio: Spread
  /** The same of processor time, turned so that more is better as well; null where a side has none. */
  readonly cpuRatio: Spread | null
  readonly met: boolean | null
}

export type Result = {
  readonly row: string
  readonly name: string
  readonly unit: string
  readonly rounds: number
  readonly sides: Readonly<
    Record<string, { readonly value: Spread; readonly cpuMicroseconds: Spread | null }>
  >
  readonly verdicts: readonly Verdict[]
  readonly skipped: readonly string[]
  readonly notes: readonly string[]
}

/** So many units of work: their rate, and the processor time of one. */
export async function perSecond(units: number, work: () => unknown): Promise<Sample> {
  const begin = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return {
    value: units / ((performance.now() - begin) / 1000),
    cpuMicroseconds: (user + system) / units,
  }
}

export async function measure(row: string, measurement: Measurement, rounds: number): Promise<Result> {
  const names = Object.keys(measurement.sides)
  const samples = new Map<string, Sample[]>(names.map((name) => [name, []]))
  const wanted = Math.min(rounds, measurement.roundsMax ?? rounds)
  if (measurement.warmsUp && wanted > 1) for (const side of Object.values(measurement.sides)) await side()
  for (let round = 0; round < wanted; round++) {
    // Whoever goes second finds warm caches: they take turns.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const side = measurement.sides[name]
      if (side) samples.get(name)?.push(await side())
    }
  }
  const of = (name: string) => samples.get(name) ?? []
  return {
    row,
    name: measurement.name,
    unit: measurement.unit,
    rounds: wanted,
    sides: Object.fromEntries(
      names.map((name) => [
        name,
        { value: spread(of(name).map(({ value }) => value)), cpuMicroseconds: cpuOf(of(name)) },
      ]),
    ),
    verdicts: measurement.comparisons
      .filter(({ of: ours, to }) => of(ours).length > 0 && of(to).length > 0)
      .map((comparison) => judge(comparison, of(comparison.of), of(comparison.to))),
    skipped: measurement.skipped ?? [],
    notes: measurement.notes ?? [],
  }
}

function judge(comparison: Comparison, ours: readonly Sample[], theirs: readonly Sample[]): Verdict {
  const ratio = spread(ours.map(({ value }, round) => value / (theirs[round]?.value ?? Number.NaN)))
  const both = [...ours, ...theirs].every(({ cpuMicroseconds }) => cpuMicroseconds !== null)
  const cpu = ours.map((one, round) => (theirs[round]?.cpuMicroseconds ?? 0) / (one.cpuMicroseconds || 1))
  const { atLeast, atMost } = comparison
  const met =
    atLeast !== undefined ? ratio.median >= atLeast : atMost !== undefined ? ratio.median <= atMost : null
  return { ...comparison, ratio, cpuRatio: both ? spread(cpu) : null, met }
}

function cpuOf(samples: readonly Sample[]): Spread | null {
  const known = samples.flatMap(({ cpuMicroseconds }) => (cpuMicroseconds === null ? [] : [cpuMicroseconds]))
  return known.length === samples.length && known.length > 0 ? spread(known) : null
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return { min: sorted[0] ?? Number.NaN, median: middle, max: sorted.at(-1) ?? Number.NaN }
}

/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
