import { type BothLanguages, ProblemError } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { findEventType, useCatalogue } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { useCodeName } from '../../parts/use-texts.ts'
import { stagesOf, type Trail } from './trail.ts'

/** What the codes of a trail are called: by the process that the assessment follows, else by our own words. */

type Titled = { readonly title: BothLanguages }

type ProcessContent = Titled & {
  readonly illustrative: boolean
  readonly roles: readonly (Titled & { readonly role: string })[]
  readonly stages: readonly (Titled & {
    readonly code: string
    readonly evidence: readonly (Titled & { readonly kind: string })[]
  })[]
  readonly sampling: { readonly interviews: readonly (Titled & { readonly group: string })[] }
  readonly grading: { readonly grades: readonly (Titled & { readonly grade: string })[] } | null
  readonly sections: readonly (Titled & { readonly section: string })[]
}

type ProcessRecord = { readonly details?: { readonly content?: ProcessContent } }

/** The content of a process by its code; null when the ledger has none of that code. */
export function useProcess(code: string | null) {
  return useQuery({
    queryKey: ['process', code],
    queryFn: async ({ signal }) => {
      try {
        const { data } = await client.record<ProcessRecord>(
          'assessment-processes',
          code ?? '',
          {},
          { signal },
        )
        return data.details?.content ?? null
      } catch (error) {
        if (error instanceof ProblemError && error.kind === 'not-found') return null
        throw error
      }
    },
    enabled: code !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** In a team several people have one role, which the trail then names in the plural. */
const singular: Readonly<Record<string, string>> = { engineers: 'engineer', operators: 'operator' }

export type TrailWords = ReturnType<typeof useTrailWords>

export function useTrailWords(trail: Trail) {
  const inLanguage = useInLanguage()
  const codeName = useCodeName()
  const { data: catalogue } = useCatalogue()
  const [code = '', revision] = trail.process.split('@')
  // Without a revision it is a definition from before processes were kept in the ledger.
  const { data: process } = useProcess(revision === undefined ? null : code)
  const named = (found: Titled | undefined, otherwise: string) => inLanguage(found?.title, otherwise)
  const kinds = process?.stages.flatMap(({ evidence }) => evidence) ?? []
  const kind = (wanted: string) =>
    named(
      kinds.find((one) => one.kind === wanted),
      wanted,
    )
  return {
    process: named(process ?? undefined, code),
    illustrative: process?.illustrative ?? false,
    stage: (wanted: string | null) => {
      const stages = stagesOf(trail)
      const found = stages.find((one) => one.code === wanted)
      return found ? `${stages.indexOf(found) + 1} ${named(found, found.code)}` : (wanted ?? '')
    },
    kind,
    role: (wanted: string) => {
      const role = singular[wanted] ?? wanted
      return named(
        process?.roles.find((one) => one.role === role),
        codeName('team-role', role),
      )
    },
    group: (wanted: string) =>
      named(
        process?.sampling.interviews.find((one) => one.group === wanted),
        wanted,
      ),
    grade: (wanted: string) =>
      named(
        process?.grading?.grades.find((one) => one.grade === wanted),
        wanted,
      ),
    section: (wanted: string) =>
      named(
        process?.sections.find((one) => one.section === wanted),
        wanted,
      ),
    /** A piece of evidence or a check of the gate. */
    requirement: (wanted: string) => {
      const found = kind(wanted)
      return found === wanted ? codeName('gate', wanted) : found
    },
    eventType: (type: string) => inLanguage(catalogue && findEventType(catalogue, type)?.title, type),
    itemClass: (wanted: string) => codeName('item-class', wanted),
  }
}
