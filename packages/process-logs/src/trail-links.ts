import { dayOf, type LedgerEvent } from '@fireledger/domain'
import type {
  SentenceReference,
  Trail,
  TrailCalibration,
  TrailEvidence,
  TrailFinding,
  TrailInstrument,
  TrailPerson,
  TrailStep,
} from './trail-schema.ts'

/** Evidence, findings, sentences, persons and instruments of an assessment, each with the others that hang on it. */

type Fields = Readonly<Record<string, unknown>>
type EvidenceData = Omit<TrailEvidence, 'id' | 'revision' | 'member' | 'findings' | 'sentences'> & {
  readonly evidenceId: string
  readonly recordedBy: string
}
type FindingData = Omit<TrailFinding, 'id' | 'revision' | 'member' | 'supersededBy' | 'sentences'> & {
  readonly findingId: string
  readonly recordedBy: string
}

type Links = Pick<Trail, 'findings' | 'evidence' | 'persons' | 'instruments'>

/** `calibrations`: of the institution's instruments, by instrument, as decisions here relied on them. */
export function linksIn(
  facts: readonly LedgerEvent[],
  steps: readonly TrailStep[],
  calibrations: ReadonlyMap<string, readonly TrailCalibration[]>,
): Links {
  const sentencesOn = sentencesByFinding(facts)
  const of = (type: string) => facts.filter((event) => event.type === type)
  const corrections = new Map(
    of('FindingRecorded').map(({ data }) => {
      const { supersedes, findingId } = data as FindingData
      return [supersedes, findingId]
    }),
  )
  const findings = of('FindingRecorded').map((event) => {
    const { findingId, recordedBy, ...data } = event.data as FindingData
    return {
      ...data,
      id: findingId,
      revision: event.revision,
      member: recordedBy,
      recordedAt: event.metadata.recordedAt,
      supersededBy: corrections.get(findingId) ?? null,
      sentences: sentencesOn.get(findingId) ?? [],
    }
  })
  const evidence = of('EvidenceRecorded').map((event) => {
    const { evidenceId, recordedBy, ...data } = event.data as EvidenceData
    const resting = findings.filter((finding) => finding.evidence.includes(evidenceId))
    return {
      ...data,
      id: evidenceId,
      revision: event.revision,
      member: recordedBy,
      findings: resting.map(({ id }) => id),
      sentences: distinct(resting),
    }
  })
  return {
    findings,
    evidence,
    persons: personsIn(facts, steps, findings, evidence),
    instruments: instrumentsIn(evidence, calibrations),
  }
}

function sentencesByFinding(facts: readonly LedgerEvent[]): Map<string, SentenceReference[]> {
  const found = new Map<string, SentenceReference[]>()
  // A later draft under the same number takes the earlier one's place.
  const drafts = new Map<string, readonly { id: string; findings: readonly string[] }[]>()
  for (const { type, data } of facts) {
    if (type !== 'ReportDrafted' && type !== 'ReportRevised') continue
    const { reportNumber, sentences } = data as {
      reportNumber: string
      sentences: { id: string; findings: string[] }[]
    }
    drafts.delete(reportNumber)
    drafts.set(reportNumber, sentences)
  }
  for (const [report, sentences] of drafts) {
    for (const { id, findings } of sentences) {
      for (const finding of findings)
        found.set(finding, [...(found.get(finding) ?? []), { report, sentence: id }])
    }
  }
  return found
}

function distinct(
  holders: readonly { readonly sentences: readonly SentenceReference[] }[],
): SentenceReference[] {
  const byKey = new Map(
    holders.flatMap(({ sentences }) => sentences).map((each) => [`${each.report} ${each.sentence}`, each]),
  )
  return [...byKey.values()]
}

function instrumentsIn(
  evidence: readonly TrailEvidence[],
  calibrations: ReadonlyMap<string, readonly TrailCalibration[]>,
): TrailInstrument[] {
  const ids = [...new Set(evidence.flatMap(({ instrument }) => instrument ?? []))]
  return ids.map((id) => {
    const own = evidence.filter(({ instrument }) => instrument === id)
    const known = calibrations.get(id) ?? []
    const isCovered = (day: string) =>
      known.some(({ calibratedOn, validUntil }) => calibratedOn <= day && day <= validUntil)
    return {
      id,
      calibrations: [...known],
      evidence: own.map((each) => each.id),
      uncovered: own.filter(({ takenAt }) => !isCovered(dayOf(takenAt))).map((each) => each.id),
      findings: [...new Set(own.flatMap(({ findings }) => findings))],
      sentences: distinct(own),
    }
  })
}

/** Everyone of the team at any time, and whoever answers for a step. */
function personsIn(
  facts: readonly LedgerEvent[],
  steps: readonly TrailStep[],
  findings: readonly TrailFinding[],
  evidence: readonly TrailEvidence[],
): TrailPerson[] {
  const roles = new Map<string, Set<string>>()
  for (const { data } of facts) {
    const { team } = data as Fields
    for (const [role, members] of Object.entries((team as Fields | undefined) ?? {})) {
      for (const id of [members].flat().map(String)) roles.set(id, (roles.get(id) ?? new Set()).add(role))
    }
  }
  for (const { member } of steps) if (member !== null && !roles.has(member)) roles.set(member, new Set())
  // By id: the order of the fields in an event must not show.
  const sorted = [...roles].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([id, own]) => {
    const recorded = {
      evidence: evidence.filter(({ member }) => member === id),
      findings: findings.filter(({ member }) => member === id),
    }
    return {
      id,
      roles: [...own].sort(),
      steps: steps.filter(({ member }) => member === id).map(({ revision }) => revision),
      evidence: recorded.evidence.map((each) => each.id),
      findings: recorded.findings.map((each) => each.id),
      sentences: distinct([...recorded.evidence, ...recorded.findings]),
      reliedOn: steps.flatMap(({ revision, reliedOn }) =>
        reliedOn
          .filter(({ stream }) => stream === `practitioner-${id}`)
          .map(({ revision: at }) => ({ revision: at, step: revision })),
      ),
    }
  })
}
