import type { BothLanguages } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { formatDay } from '../../i18n/format.ts'
import type { AsOf } from '../../parts/as-of-bar.tsx'

/** What is shown of the trail that the API computes from the events of one assessment. */

export type Visit = {
  readonly number: number
  readonly stage: string
  readonly title: BothLanguages
  readonly enteredAt: string
  readonly leftAt: string | null
  readonly outcome: 'completed' | 'returned' | 'reopened' | 'withdrawn' | null
  readonly reason: string | null
  readonly workingDays: number | null
  readonly limitWorkingDays: number | null
  readonly overdue: boolean | null
  readonly provisional: boolean
}

/** Who entered it: `person` is whose login it was, where it is somebody's. */
export type Account = { readonly id: string; readonly role: string; readonly person: string | null }

export type Step = {
  readonly revision: number
  readonly eventId: string
  readonly type: string
  readonly stage: string | null
  readonly member: string | null
  readonly effectiveAt: string
  readonly recordedAt: string
  readonly actor: Account
  readonly refusal: {
    readonly code: string
    readonly message: BothLanguages
    readonly legalBasis: readonly string[]
  } | null
  readonly data: Readonly<Record<string, unknown>>
}

export type SentenceReference = { readonly report: string; readonly sentence: string }

export type Evidence = {
  readonly id: string
  readonly stage: string
  readonly kind: string
  readonly title: string
  readonly sha256: string
  readonly takenAt: string
  readonly file: { readonly bytes: number; readonly mediaType: string; readonly name: string } | null
  /** Where the original lies, when it is not a file of the ledger. */
  readonly heldElsewhere?: { readonly holder: string; readonly place: string } | null
  readonly place: string | null
  readonly instrument: string | null
  readonly member: string
  readonly findings: readonly string[]
  readonly sentences: readonly SentenceReference[]
}

export type Finding = {
  readonly id: string
  readonly item: string
  readonly class: string
  readonly conforms: boolean
  readonly score: { readonly earned: number; readonly full: number } | null
  readonly description: string
  readonly member: string
  readonly evidence: readonly string[]
  readonly supersededBy: string | null
  readonly sentences: readonly SentenceReference[]
}

export type Signature = {
  readonly act: 'draft' | 'check' | 'audit' | 'issue'
  readonly member: string
  readonly enteredBy: Account
  readonly at: string
  readonly eventId: string
  readonly stands: boolean
}

export type Presence = {
  readonly revision: number
  readonly member: string
  readonly arrivedAt: string
  readonly leftAt: string
  readonly place: string
  readonly evidence: string
}

export type Calibration = {
  readonly name: string
  readonly calibratedOn: string
  readonly validUntil: string
}

export type Report = {
  readonly number: string
  readonly replaces: string | null
  readonly replacedBy: string | null
  readonly status: 'drafted' | 'checked' | 'audited' | 'issued' | 'delivered' | 'void'
  readonly signatures: readonly Signature[]
  readonly voided: { readonly at: string; readonly reason: string } | null
  readonly delivered: { readonly on: string } | null
  readonly sentences: readonly {
    readonly id: string
    readonly section: string
    readonly text: string
    readonly findings: readonly string[]
    readonly evidence: readonly string[]
  }[]
}

export type Trail = {
  readonly assessment: string
  readonly institution: string
  readonly unit: string
  readonly process: string
  readonly status: 'open' | 'archived'
  readonly stage: string | null
  readonly score: number | null
  /** The day up to which a stage in work is measured. */
  readonly measuredTo: string
  readonly visits: readonly Visit[]
  readonly reports: readonly Report[]
  readonly findings: readonly Finding[]
  readonly evidence: readonly Evidence[]
  readonly persons: readonly {
    readonly id: string
    readonly roles: readonly string[]
    readonly steps: readonly number[]
    readonly evidence: readonly string[]
    readonly findings: readonly string[]
  }[]
  readonly instruments: readonly {
    readonly id: string
    readonly calibrations: readonly Calibration[]
    readonly evidence: readonly string[]
    /** Evidence taken on a day that no calibration covers. */
    readonly uncovered: readonly string[]
  }[]
  readonly presence: readonly Presence[]
  readonly waivers: readonly {
    readonly revision: number
    readonly stage: string
    readonly requirement: string
    readonly member: string
    readonly reason: string
  }[]
  readonly marks: readonly {
    readonly code: string
    readonly title: BothLanguages
    readonly stage: string | null
    readonly revision: number
    readonly detail: BothLanguages
  }[]
  readonly steps: readonly Step[]
}

export function useTrail(id: string, { asOf, asKnownAt }: AsOf) {
  return useQuery({
    queryKey: ['figures', 'trail', id, asOf, asKnownAt],
    queryFn: async ({ signal }) => {
      const path = `/assessments/${encodeURIComponent(id)}/trail`
      const { data, etag } = await client.read<Trail>(path, { asOf, asKnownAt }, { signal })
      return { trail: data, digest: etag?.replaceAll('"', '') ?? '' }
    },
  })
}

/**
 * The visits with a stage in work measured up to today: a trail asked of no moment ends with its last event, and its digest
 * is of that. Asked of a past day, it is measured up to that day.
 */
export function useMeasured(trail: Trail, { asOf, asKnownAt }: AsOf): Pick<Trail, 'visits' | 'measuredTo'> {
  const today = formatDay(new Date())
  const isBehind = trail.stage !== null && asOf === null && asKnownAt === null && trail.measuredTo < today
  const { data } = useQuery({
    queryKey: ['figures', 'trail-measured', trail.assessment, today],
    queryFn: ({ signal }) => {
      const path = `/assessments/${encodeURIComponent(trail.assessment)}/trail`
      return client.get<Trail>(path, { asOf: today }, { signal })
    },
    enabled: isBehind,
  })
  return isBehind && data ? data : trail
}

/** Sentence, finding, evidence, person or instrument: `finding:<id>`, `sentence:<report>/<id>`. */
export type Look = string

export type Walk = {
  readonly sentences: readonly {
    readonly report: string
    readonly status: Report['status']
    readonly id: string
    readonly section: string
    readonly text: string
  }[]
  readonly findings: readonly Finding[]
  readonly evidence: readonly Evidence[]
  readonly persons: readonly { readonly id: string; readonly roles: readonly string[] }[]
  readonly instruments: readonly { readonly id: string; readonly calibrations: readonly Calibration[] }[]
  readonly presence: readonly Presence[]
}

/** Everything that one thing rests on and everything that rests on it, as the API walks the trail. */
export function useWalk(id: string, look: Look | null, { asOf, asKnownAt }: AsOf) {
  return useQuery({
    queryKey: ['figures', 'trail-walk', id, look, asOf, asKnownAt],
    queryFn: ({ signal }) => {
      const path = `/assessments/${encodeURIComponent(id)}/trail/links`
      return client.get<Walk>(path, { ...startOf(look ?? ''), asOf, asKnownAt }, { signal })
    },
    enabled: look !== null,
  })
}

function startOf(look: Look): Readonly<Record<string, string>> {
  const [kind = '', id = ''] = look.split(/:(.*)/s)
  if (kind !== 'sentence') return { [kind]: id }
  const [report = '', sentence = ''] = id.split(/\/(.*)/s)
  return { report, sentence }
}

/** The stages of the process in their order, from the event that began the assessment. */
export function stagesOf({ steps, visits }: Trail): readonly { code: string; title: BothLanguages }[] {
  const began = steps[0]?.data.stages as readonly { code: string; title: BothLanguages }[] | undefined
  if (began) return began
  return [...new Map(visits.map(({ stage, title }) => [stage, { code: stage, title }])).values()]
}
