import type { Trail, TrailEvidence, TrailFinding, TrailInstrument, TrailPerson } from './trail-schema.ts'

/** From any one thing in a trail to everything it rests on, and to everything that rests on it. */

export type TrailStart =
  | { readonly sentence: string; readonly report: string }
  | { readonly finding: string }
  | { readonly evidence: string }
  | { readonly person: string }
  | { readonly instrument: string }

type LinkedSentence = Trail['reports'][number]['sentences'][number] & {
  readonly report: string
  /** Of the report that it stands in. */
  readonly status: Trail['reports'][number]['status']
}

export type TrailWalk = {
  readonly sentences: readonly LinkedSentence[]
  readonly findings: readonly TrailFinding[]
  readonly evidence: readonly TrailEvidence[]
  readonly persons: readonly Pick<TrailPerson, 'id' | 'roles'>[]
  readonly instruments: readonly Pick<TrailInstrument, 'id' | 'calibrations'>[]
  readonly presence: Trail['presence']
}

/** Null when the trail has no such thing. */
export function walkTrail(trail: Trail, start: TrailStart): TrailWalk | null {
  const found = findingsAt(trail, start)
  if (!found) return null
  const evidence = trail.evidence.filter(
    ({ id }) => found.evidence.has(id) || found.findings.some((finding) => finding.evidence.includes(id)),
  )
  const shown =
    'sentence' in start || 'finding' in start
      ? evidence
      : trail.evidence.filter(({ id }) => found.evidence.has(id))
  const sentences = sentencesOf(trail).filter((sentence) =>
    'sentence' in start
      ? sentence.id === start.sentence && sentence.report === start.report
      : found.findings.some(({ id }) => sentence.findings.includes(id)),
  )
  const members = new Set([...shown, ...found.findings].map(({ member }) => member))
  if ('person' in start) members.add(start.person)
  const instruments = new Set(shown.map(({ instrument }) => instrument))
  const ids = new Set(shown.map(({ id }) => id))
  return {
    sentences,
    findings: found.findings,
    evidence: shown,
    persons: trail.persons.filter(({ id }) => members.has(id)).map(({ id, roles }) => ({ id, roles })),
    instruments: trail.instruments
      .filter(({ id }) => instruments.has(id))
      .map(({ id, calibrations }) => ({ id, calibrations })),
    presence: trail.presence.filter(({ evidence: proof, member }) => ids.has(proof) || members.has(member)),
  }
}

function sentencesOf(trail: Trail): LinkedSentence[] {
  return trail.reports.flatMap(({ number, status, sentences }) =>
    sentences.map((sentence) => ({ ...sentence, report: number, status })),
  )
}

/** The findings next to the start, and the evidence that is itself meant or lies below them. */
function findingsAt(
  trail: Trail,
  start: TrailStart,
): { readonly findings: TrailFinding[]; readonly evidence: ReadonlySet<string> } | null {
  if ('sentence' in start) {
    const sentence = sentencesOf(trail).find(
      ({ id, report }) => id === start.sentence && report === start.report,
    )
    if (!sentence) return null
    const findings = trail.findings.filter(({ id }) => sentence.findings.includes(id))
    return { findings, evidence: new Set(sentence.evidence) }
  }
  if ('finding' in start) {
    const findings = trail.findings.filter(({ id }) => id === start.finding)
    return findings.length === 0
      ? null
      : { findings, evidence: new Set(findings.flatMap((each) => each.evidence)) }
  }
  const own = trail.evidence.filter((each) => {
    if ('evidence' in start) return each.id === start.evidence
    return 'instrument' in start ? each.instrument === start.instrument : each.member === start.person
  })
  const known = 'person' in start ? trail.persons.some(({ id }) => id === start.person) : own.length > 0
  if (!known) return null
  const ids = new Set(own.map(({ id }) => id))
  const findings = trail.findings.filter(
    ({ member, evidence }) =>
      evidence.some((id) => ids.has(id)) || ('person' in start && member === start.person),
  )
  return { findings, evidence: ids }
}
