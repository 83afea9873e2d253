import { countSteps } from './path-steps.ts'
import type { ReadStore } from './read-store.ts'

/**
 * Figures over many cases, counted from the rows of `process-cases` when they are asked for: paths, what follows what,
 * where cases wait, which gates are waived, refused and returned, by stage and by institution.
 */

/** A condition over columns that cases, visits and gate events share: kind, process, division, institution, started_on. */
export type CaseCondition = { readonly sql: string; readonly parameters: readonly (string | number)[] }

/**
 * Stages, paths and what hangs on them are kept apart by process and version: `process` is `<code>@<revision>`, so that S4 of
 * one standard is never counted with S4 of another.
 */

/** stages: a path is the stages in the order entered. activities: what was done, step by step. */
export type Basis = 'stages' | 'activities'

export type ProcessViewOptions = {
  readonly basis: Basis
  /** In China; says what of the waiting is overdue. */
  readonly today: string
  readonly pathsMax: number
  readonly institutionsMax: number
}

export type ProcessFigures = { readonly process: string; readonly cases: number; readonly open: number }

export type Path = {
  readonly id: string
  readonly process: string
  readonly steps: readonly string[]
  readonly cases: number
  /** Of these, the cases under way: for them the path goes on. */
  readonly open: number
  /** Of all cases, 0 to 1. */
  readonly share: number
}

/** How often `to` came right after `from`; null: the beginning or the end of a case. `open`: no end, the case is under way. */
export type Follows = {
  readonly process: string
  readonly from: string | null
  readonly to: string | null
  readonly open: boolean
  readonly count: number
}

/** `count`: how often; `cases`: in how many cases. */
export type Occurrence = {
  readonly process: string
  readonly step: string
  readonly count: number
  readonly cases: number
}

export type StageFigures = {
  readonly process: string
  readonly stage: string
  readonly entered: number
  readonly completed: number
  readonly returned: number
  readonly reopened: number
  readonly withdrawn: number
  /** In it now, and of those how many past their last day. */
  readonly waiting: number
  readonly waitingOverdue: number
  /** Over visits that have ended: the least value that so many of them do not exceed. Null without any. */
  readonly medianWorkingDays: number | null
  readonly p90WorkingDays: number | null
  readonly meanElapsedDays: number | null
  readonly overdue: number
  /** Of visits that have ended; null without any. */
  readonly overdueShare: number | null
  /** Visits whose working days were not all known yet. */
  readonly provisional: number
}

export type GateFigures = {
  readonly process: string
  readonly stage: string | null
  readonly detail: string
  readonly count: number
  readonly cases: number
  /** Of all cases, 0 to 1. */
  readonly caseShare: number
}

/** A question to a human about the course of a case. */
export type MarkFigures = {
  readonly process: string
  readonly mark: string
  readonly stage: string | null
  readonly count: number
  readonly cases: number
  readonly caseShare: number
}

export type InstitutionFigures = {
  readonly institution: string | null
  readonly cases: number
  readonly open: number
  readonly waived: number
  readonly refused: number
  readonly returned: number
  readonly voided: number
  readonly stages: readonly StageFigures[]
}

export type ProcessView = {
  readonly basis: Basis
  readonly cases: number
  readonly open: number
  readonly startedFrom: string | null
  readonly startedTo: string | null
  /** Those with the most cases first. */
  readonly processes: readonly ProcessFigures[]
  readonly steps: number
  readonly pathCount: number
  /** The most taken ones first. */
  readonly paths: readonly Path[]
  readonly follows: readonly Follows[]
  readonly occurrences: readonly Occurrence[]
  readonly stages: readonly StageFigures[]
  readonly gates: {
    readonly waived: readonly GateFigures[]
    readonly refused: readonly GateFigures[]
    readonly returned: readonly GateFigures[]
    readonly voided: readonly GateFigures[]
  }
  /** Skipped, too fast, out of time, back-dated, at two sites at once within one case. */
  readonly marks: readonly MarkFigures[]
  /** Those with the most cases first. */
  readonly institutions: readonly InstitutionFigures[]
}

export function readProcessView(
  store: ReadStore,
  where: CaseCondition,
  options: ProcessViewOptions,
): ProcessView {
  const { basis, pathsMax } = options
  const totals = readTotals(store, where)
  const all = readPaths(store, where, basis)
  const { follows, occurrences, steps } = countSteps(all)
  const share = (cases: number) => (totals.cases === 0 ? 0 : cases / totals.cases)
  return {
    basis,
    ...totals,
    processes: readProcesses(store, where),
    steps,
    pathCount: all.length,
    paths: all.slice(0, pathsMax).map((path) => ({ ...path, share: share(path.cases) })),
    follows,
    occurrences,
    stages: readStages(store, where, options.today, null).get('') ?? [],
    gates: readGates(store, where, share),
    marks: readMarks(store, where, share),
    institutions: readInstitutions(store, where, options),
  }
}

type Totals = Pick<ProcessView, 'cases' | 'open' | 'startedFrom' | 'startedTo'>

function readTotals(store: ReadStore, where: CaseCondition): Totals {
  const row = store.get<Totals>(
    `SELECT count(*) AS cases, coalesce(sum(stage IS NOT NULL), 0) AS "open",
       min(started_on) AS startedFrom, max(started_on) AS startedTo
     FROM process_case WHERE ${where.sql}`,
    where.parameters,
  )
  return row ? { ...row } : { cases: 0, open: 0, startedFrom: null, startedTo: null }
}

function readProcesses(store: ReadStore, where: CaseCondition): ProcessFigures[] {
  return store
    .all<ProcessFigures>(
      `SELECT process_reference AS process, count(*) AS cases, sum(stage IS NOT NULL) AS "open" FROM process_case
       WHERE ${where.sql} GROUP BY 1 ORDER BY cases DESC, 1`,
      where.parameters,
    )
    .map((row) => ({ ...row }))
}

export type CountedPath = Omit<Path, 'share'>

function readPaths(store: ReadStore, where: CaseCondition, basis: Basis): CountedPath[] {
  const path = basis === 'stages' ? 'stage_path' : 'activity_path'
  return store
    .all<{ id: string; process: string; text: string; cases: number; open: number }>(
      `SELECT ${path}_id AS id, process_reference AS process, min(${path}) AS text, count(*) AS cases,
         sum(stage IS NOT NULL) AS "open"
       FROM process_case WHERE ${where.sql} GROUP BY 1, 2 ORDER BY cases DESC, id`,
      where.parameters,
    )
    .map(({ id, process, text, cases, open }) => ({
      id,
      process,
      cases,
      open,
      steps: text === '' ? [] : text.split(' '),
    }))
}

type VisitRow = {
  readonly institution: string | null
  readonly process: string
  readonly stage: string
  readonly outcome: string | null
  readonly days: number | null
  readonly late: number
  readonly count: number
  readonly seconds: number | null
  readonly guessed: number
}

/** By institution, or under one empty name when none are given. */
function readStages(
  store: ReadStore,
  where: CaseCondition,
  today: string,
  institutions: readonly (string | null)[] | null,
): Map<string, StageFigures[]> {
  const named = institutions?.filter((each) => each !== null) ?? []
  // Cases of no institution are no member of any list.
  const orNone = institutions?.includes(null) ? ' OR institution IS NULL' : ''
  const only =
    institutions === null ? '' : ` AND (institution IN (${named.map(() => '?').join(', ')})${orNone})`
  const rows = store.all<VisitRow>(
    `SELECT ${institutions === null ? 'NULL' : 'institution'} AS institution, process_reference AS process,
       stage, outcome, working_days AS days,
       CASE WHEN left_at IS NULL THEN due_on < ? ELSE overdue END AS late, count(*) AS count, sum(elapsed_seconds) AS seconds, sum(provisional) AS guessed
     FROM process_visit WHERE ${where.sql}${only} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 5`,
    [today, ...where.parameters, ...named],
  )
  const byInstitution = groupBy(rows, (row) => row.institution ?? '')
  return new Map(
    [...byInstitution].map(([institution, own]) => [
      institution,
      [...groupBy(own, (row) => `${row.process} ${row.stage}`)]
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([, visits]) => stageFigures(visits)),
    ]),
  )
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** `visits`: of one stage, counted by outcome and working days, in the order of the days. */
function stageFigures(visits: readonly VisitRow[]): StageFigures {
  const { process = '', stage = '' } = visits[0] ?? {}
  const sum = (rows: readonly VisitRow[], of: (row: VisitRow) => number | null = (row) => row.count) =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0)
  const ended = visits.filter(({ outcome }) => outcome !== null)
  const waiting = visits.filter(({ outcome }) => outcome === null)
  const by = (outcome: string) => sum(visits.filter((row) => row.outcome === outcome))
  const count = sum(ended)
  const overdue = sum(ended.filter(({ late }) => late === 1))
  return {
    process,
    stage,
    entered: sum(visits),
    completed: by('completed'),
    returned: by('returned'),
    reopened: by('reopened'),
    withdrawn: by('withdrawn'),
    waiting: sum(waiting),
    waitingOverdue: sum(waiting.filter(({ late }) => late === 1)),
    medianWorkingDays: rank(ended, count, 0.5),
    p90WorkingDays: rank(ended, count, 0.9),
    meanElapsedDays:
      count === 0 ? null : Math.round((sum(ended, (row) => row.seconds) / count / 86_400) * 100) / 100,
    overdue,
    overdueShare: count === 0 ? null : overdue / count,
    provisional: sum(visits, (row) => row.guessed),
  }
}

/** Nearest rank: the least number of days that this share of the visits does not exceed. */
function rank(ended: readonly VisitRow[], count: number, share: number): number | null {
  const sorted = ended.toSorted((a, b) => (a.days ?? 0) - (b.days ?? 0))
  let seen = 0
  for (const row of sorted) {
    seen += row.count
    if (seen >= share * count) return row.days
  }
  return null
}

function readGates(
  store: ReadStore,
  where: CaseCondition,
  share: (cases: number) => number,
): ProcessView['gates'] {
  const rows = store.all<Omit<GateFigures, 'caseShare'> & { kind: string }>(
    `SELECT gate_event AS kind, process_reference AS process, stage, detail, count(*) AS count,
       count(DISTINCT case_id) AS cases
     FROM process_gate_event WHERE ${where.sql} GROUP BY 1, 2, 3, 4 ORDER BY count DESC, stage, detail, process`,
    where.parameters,
  )
  const of = (kind: string) =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ kind: _, ...row }) => ({ ...row, caseShare: share(row.cases) }))
  return { waived: of('waived'), refused: of('refused'), returned: of('returned'), voided: of('voided') }
}

function readMarks(store: ReadStore, where: CaseCondition, share: (cases: number) => number): MarkFigures[] {
  return store
    .all<Omit<MarkFigures, 'caseShare'>>(
      `SELECT process_reference AS process, mark, stage, sum(count) AS count, count(*) AS cases FROM process_mark
       WHERE ${where.sql} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3, 1`,
      where.parameters,
    )
    .map((row) => ({ ...row, caseShare: share(row.cases) }))
}

function readInstitutions(
  store: ReadStore,
  where: CaseCondition,
  { today, institutionsMax }: ProcessViewOptions,
): InstitutionFigures[] {
  const most = store.all<{ institution: string | null; cases: number; open: number }>(
    `SELECT institution, count(*) AS cases, sum(stage IS NOT NULL) AS "open" FROM process_case
     WHERE ${where.sql} GROUP BY institution ORDER BY cases DESC, institution LIMIT ?`,
    [...where.parameters, institutionsMax],
  )
  if (most.length === 0) return []
  const names = most.map(({ institution }) => institution)
  const stages = readStages(store, where, today, names)
  const gates = groupBy(
    store.all<{ institution: string | null; kind: string; count: number }>(
      `SELECT institution, gate_event AS kind, count(*) AS count FROM process_gate_event
       WHERE ${where.sql} GROUP BY 1, 2`,
      where.parameters,
    ),
    (row) => row.institution ?? '',
  )
  return most.map(({ institution, cases, open }) => {
    const own = gates.get(institution ?? '') ?? []
    const countOf = (kind: string) => own.find((row) => row.kind === kind)?.count ?? 0
    return {
      institution,
      cases,
      open,
      waived: countOf('waived'),
      refused: countOf('refused'),
      returned: countOf('returned'),
      voided: countOf('voided'),
      stages: stages.get(institution ?? '') ?? [],
    }
  })
}
