import type { RegisterRow } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { useDivision } from '../../shell/division.ts'

/** What is shown of the figures that the API counts over many cases. */

export type StageFigures = {
  readonly stage: string
  readonly entered: number
  readonly waiting: number
  readonly waitingOverdue: number
  readonly medianWorkingDays: number | null
  readonly p90WorkingDays: number | null
  readonly overdue: number
  readonly overdueShare: number | null
  readonly provisional: number
}

export type GateFigures = {
  readonly stage: string | null
  readonly detail: string
  readonly count: number
  readonly cases: number
  readonly caseShare: number
}

export type MarkFigures = Omit<GateFigures, 'detail'> & { readonly mark: string }

export const gateEvents = ['waived', 'refused', 'returned', 'voided'] as const
export type GateEvent = (typeof gateEvents)[number]

export type InstitutionFigures = Readonly<Record<GateEvent, number>> & {
  readonly institution: string | null
  readonly cases: number
  readonly open: number
  readonly stages: readonly StageFigures[]
}

/** `process`: `<code>@<revision>` */
export type ProcessCount = { readonly process: string; readonly cases: number }

export type View = {
  readonly kind: CaseKind
  readonly cases: number
  readonly open: number
  readonly processes: readonly ProcessCount[]
  readonly startedFrom: string | null
  readonly startedTo: string | null
  readonly pathCount: number
  readonly paths: readonly {
    readonly id: string
    readonly steps: readonly string[]
    readonly cases: number
    /** Of these, under way: for them the path goes on. */
    readonly open: number
    readonly share: number
  }[]
  readonly stages: readonly StageFigures[]
  readonly gates: Readonly<Record<GateEvent, readonly GateFigures[]>>
  readonly marks: readonly MarkFigures[]
  readonly institutions: readonly InstitutionFigures[]
}

export type CaseKind = 'assessment' | 'penaltyCase'
export const caseKinds: readonly CaseKind[] = ['assessment', 'penaltyCase']
export type Basis = 'stages' | 'activities'

/** What is asked: all of it in the address. */
export function useWish() {
  const [parameters, setParameters] = useSearchParams()
  const division = useDivision()
  const read = (name: string) => parameters.get(name)
  const kind: CaseKind = read('kind') === 'penaltyCase' ? 'penaltyCase' : 'assessment'
  const basis: Basis = read('basis') === 'activities' ? 'activities' : 'stages'
  const process = kind === 'assessment' ? read('process') : null
  const filters = {
    kind,
    process,
    division,
    institution: read('institution'),
    from: read('from'),
    to: read('to'),
  }
  return {
    kind,
    basis,
    filters,
    /** Which cases are listed beside: `path=<id>`, `gate=waived&stage=S3`, … */
    shown: read('cases'),
    set: (changes: Readonly<Record<string, string | null>>) =>
      setParameters((before) => {
        const after = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') after.delete(name)
          else after.set(name, value)
        }
        return after
      }),
  }
}

export type Wish = ReturnType<typeof useWish>

/** The processes that cases followed, the most followed first, whichever of them is looked at. */
export function useFollowed({ kind, filters }: Pick<Wish, 'kind' | 'filters'>) {
  const { process: _, ...others } = filters
  return useQuery({
    queryKey: ['figures', 'processes-followed', others],
    queryFn: async ({ signal }) =>
      (await client.get<View>('/process-view', { ...others, paths: 1, institutions: 1 }, { signal }))
        .processes,
    enabled: kind === 'assessment',
    placeholderData: (before) => before,
  })
}

export function useView({ basis, filters }: Pick<Wish, 'basis' | 'filters'>, ready: boolean) {
  return useQuery({
    enabled: ready,
    queryKey: ['figures', 'process-view', basis, filters],
    queryFn: ({ signal }) => client.get<View>('/process-view', { ...filters, basis }, { signal }),
    placeholderData: (before) => before,
  })
}

export type CaseRow = {
  readonly id: string
  readonly division: string
  readonly institution: string | null
  readonly unit: string | null
  readonly startedOn: string
  readonly endedOn: string | null
  readonly stage: string | null
}

export const casesShown = 200

/** The cases behind a figure. `question`: the part of the query that picks them, as a query string. */
export function useCases({ basis, filters }: Pick<Wish, 'basis' | 'filters'>, question: string) {
  return useQuery({
    queryKey: ['figures', 'process-cases', basis, filters, question],
    queryFn: ({ signal }) =>
      client.list<CaseRow>(
        'process-view/cases',
        { ...filters, basis, ...Object.fromEntries(new URLSearchParams(question)), limit: casesShown },
        { signal },
      ),
  })
}

export type ProcessRow = RegisterRow & {
  readonly code: string
  readonly name: string
  readonly illustrative: boolean
  readonly details: {
    readonly content: {
      readonly title: { readonly zh: string; readonly en: string }
      readonly stages: readonly {
        readonly code: string
        readonly title: { readonly zh: string; readonly en: string }
        readonly limitWorkingDays: number
        readonly evidence: readonly {
          readonly kind: string
          readonly title: { readonly zh: string; readonly en: string }
        }[]
      }[]
    }
  }
}

export function useProcesses() {
  return useQuery({
    queryKey: ['figures', 'processes'],
    queryFn: async ({ signal }) =>
      (await client.list<ProcessRow>('assessment-processes', { limit: 100 }, { signal })).items,
    staleTime: 300_000,
  })
}
