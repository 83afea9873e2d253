import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import type { GradeCount, LocalDate, SubjectKind, Title } from '@fireledger/domain'
import { csvHeadings } from './export.ts'
import type { Replayed } from './messages.ts'

/** What a simulation has found, kept packed: as JSON and as CSV, the same bytes for the same inputs. */

export type SimulationSummary = {
  readonly status: 'finished'
  readonly rulebook: {
    readonly id: string
    readonly reference: string
    readonly title: Title
    readonly illustrative: boolean
  }
  readonly division: string
  readonly subjectKind: SubjectKind
  readonly asOf: LocalDate
  /** Null: the whole history. */
  readonly from: LocalDate | null
  /** SHA-256 of the plan, the rulebook's content and the ids of all events read. */
  readonly inputsDigest: string
  readonly events: number
  readonly subjects: number
  readonly moved: number
  readonly up: number
  readonly down: number
  readonly scoreChanged: number
  /** Why nobody moves, where that does not follow from the grades; null: it does, or somebody moves. */
  readonly note: Title | null
  readonly before: readonly GradeCount[]
  readonly after: readonly GradeCount[]
}

export type SimulationFormat = 'json' | 'csv'

export type SimulationResult = {
  readonly summary: SimulationSummary
  /** Of both formats together, as kept. */
  readonly bytes: number
  /** The summary with all movements, or the movements as rows; unpacked while it is read. */
  read(format: SimulationFormat): Readable
}

/** A gzip file may have several members one after another: parts need not be unpacked to be joined. */
export function packResult(summary: SimulationSummary, passes: readonly Replayed[]): SimulationResult {
  const head = JSON.stringify(summary, null, 1).replace(/\n}$/, ',\n "movements": [\n')
  const moving = passes.filter(({ tally }) => tally.moved > 0)
  const parts: Record<SimulationFormat, readonly Uint8Array[]> = {
    json: [
      gzipSync(head),
      ...moving.flatMap(({ json }, place) => (place === 0 ? [json] : [gzipSync(',\n'), json])),
      gzipSync('\n]}\n'),
    ],
    csv: [gzipSync(csvHeadings), ...moving.map(({ csv }) => csv)],
  }
  const bytes = [...parts.json, ...parts.csv].reduce((sum, part) => sum + part.length, 0)
  return {
    summary,
    bytes,
    read: (format) => Readable.from(parts[format], { objectMode: false }).pipe(createGunzip()),
  }
}
