import { createHash } from 'node:crypto'
import {
  type EventMetadata,
  findShippedProcess,
  outlineOf,
  type ProcessContent,
  usccCheckCharacter,
} from '../../packages/domain/src/index.ts'
import { encodeEvent, type NewEvent } from '../../packages/event-store/src/index.ts'

/**
 * Assessments through all eight stages, from numbers alone: evidence of every kind, findings with evidence, returns,
 * waivers, refused signatures, reports with sentences, some voided and revised, a fifth still under way.
 */

const process = findShippedProcess('XF3005-EIGHT-2')
if (!process) throw new Error('the process is among the files')
const { content } = process
const institutionsCount = 100
const first = Date.UTC(2024, 0, 8)
const hourMs = 3_600_000

/** Linear congruential; its numbers need to look mixed, not to be unpredictable. */
function randomFrom(seed: number) {
  let value = (seed * 2_654_435_761) >>> 0
  return (below: number): number => {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((value / 2 ** 32) * below)
  }
}

function ulidOf(kind: number, number: number): string {
  return `0${kind}${String(number).padStart(24, '0')}`
}

export function assessmentIdOf(number: number): string {
  return ulidOf(1, number)
}

function usccOf(number: number): string {
  const body = `91320400${String(number).padStart(9, '0')}`
  return body + usccCheckCharacter(body)
}

type Told = { readonly type: string; readonly data: object; readonly at: number; readonly refused?: boolean }

/** All events of one assessment, ready to be appended. */
export function assessmentEvents(number: number): NewEvent[] {
  const random = randomFrom(number + 1)
  const told = [...story(number, random)]
  const institution = usccOf(number % institutionsCount)
  return told.map(({ type, data, at, refused }, index) => {
    const when = new Date(at).toISOString()
    const late = random(100) === 0 ? 10 * 24 * hourMs : 60_000
    const metadata: EventMetadata = {
      schemaVersion: currentVersion[type] ?? 1,
      effectiveAt: when,
      recordedAt: new Date(at + late).toISOString(),
      commandId: ulidOf(2, number * 1000 + index),
      commandDigest: '0'.repeat(64),
      correlationId: ulidOf(2, number * 1000 + index),
      causationId: null,
      actor: { id: `account-${number % institutionsCount}`, role: 'institution', division: '320402' },
      legalBasis: ['XF3005:7'],
      rulebook: null,
      reliedOn:
        type === 'StageCompleted' ? [{ stream: `practitioner-${ulidOf(3, number % 500)}`, revision: 2 }] : [],
      division: '320402',
      institutions: [institution],
      practitioners: [ulidOf(3, number % 500)],
      units: [ulidOf(4, number % 2000)],
      refusal: refused
        ? { code: 'signer-not-entitled', message: { zh: '注册已过期', en: 'expired' }, legalBasis: ['O7:12'] }
        : null,
    }
    return encodeEvent({ id: idOf(number, index), type, data, metadata })
  })
}

const currentVersion: Readonly<Record<string, number>> = {
  AssessmentEngaged: 2,
  EvidenceRecorded: 2,
  ReportDrafted: 2,
  ReportRevised: 2,
}

function idOf(number: number, index: number): string {
  const hex = createHash('sha256').update(`${number}/${index}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function* story(number: number, random: (below: number) => number): Generator<Told> {
  let at = first + random(900) * 24 * hourMs
  const team = teamOf(number)
  const { projectLead: lead, technicalLead: technical } = team
  const engineer = ulidOf(3, number % 700)
  const engagement = {
    division: '320402',
    institution: usccOf(number % institutionsCount),
    unit: ulidOf(4, number % 2000),
  }
  yield {
    type: 'AssessmentEngaged',
    at,
    data: { ...engagement, project: null, team, process: 'XF3005-EIGHT-2@0', ...outlineOf(content) },
  }
  const work = { findings: [] as string[], evidence: 0 }
  const reportNumber = `CZ-${number}`
  const stopsAt = random(5) === 0 ? random(content.stages.length) : content.stages.length
  for (let place = 0; place < content.stages.length; place++) {
    const stage = content.stages[place] as ProcessContent['stages'][number]
    at += (4 + random(60)) * hourMs
    yield* stageWork(number, stage, work, at, random, { lead, engineer })
    if (place >= stopsAt) return
    if (stage.code === 'S6')
      yield { type: 'ReportDrafted', at, data: reportOf(reportNumber, engineer, work.findings) }
    if (stage.code === 'S7') {
      if (random(20) === 0) yield refusedSignature(at, reportNumber, engineer)
      yield { type: 'ReportChecked', at: at + 1000, data: { reportNumber, checkedBy: lead } }
    }
    const back = stage.backTo[0]
    if (back !== undefined && random(12) === 0) {
      yield {
        type: 'StageReturned',
        at: at + hourMs,
        data: { stage: stage.code, to: back, returnedBy: technical, reason: '资料不全' },
      }
      place = content.stages.findIndex(({ code }) => code === back) - 1
      continue
    }
    if (stage.code === 'S7') {
      yield { type: 'ReportAudited', at: at + 2000, data: { reportNumber, auditedBy: technical } }
      yield {
        type: 'ReportIssued',
        at: at + 3000,
        data: { reportNumber, issuedBy: team.legalRepresentative, sha256: 'ef'.repeat(32) },
      }
    }
    at += (1 + random(50)) * hourMs
    yield {
      type: 'StageCompleted',
      at,
      data: { stage: stage.code, completedBy: lead, score: stage.code === 'S5' ? 88.5 : null },
    }
  }
  if (random(30) === 0) yield* revision(at, reportNumber, team.legalRepresentative, engineer, work.findings)
}

function* revision(
  at: number,
  reportNumber: string,
  voidedBy: string,
  draftedBy: string,
  findings: readonly string[],
): Generator<Told> {
  const reason = '数据有误'
  yield { type: 'ReportVoided', at: at + hourMs, data: { reportNumber, voidedBy, reason } }
  const draft = reportOf(`${reportNumber}-1`, draftedBy, findings)
  yield {
    type: 'ReportRevised',
    at: at + 2 * hourMs,
    data: { ...draft, replaces: reportNumber, reason, reopens: 'S7' },
  }
}

function teamOf(number: number) {
  return {
    legalRepresentative: `legal-${number % institutionsCount}`,
    technicalLead: ulidOf(3, 500 + (number % 100)),
    projectLead: ulidOf(3, number % 500),
    engineers: [ulidOf(3, number % 700)],
    operators: [],
    archivist: 'archivist-1',
  }
}

function refusedSignature(at: number, reportNumber: string, member: string): Told {
  return {
    type: 'SignatureRefused',
    at,
    refused: true,
    data: { act: 'check', stage: null, reportNumber, member, obstacle: 'expired' },
  }
}

function* stageWork(
  number: number,
  stage: ProcessContent['stages'][number],
  work: { findings: string[]; evidence: number },
  at: number,
  random: (below: number) => number,
  { lead, engineer }: { lead: string; engineer: string },
): Generator<Told> {
  const own: string[] = []
  for (const { kind } of stage.evidence) {
    if (random(40) === 0) {
      yield {
        type: 'GateWaived',
        at,
        data: { stage: stage.code, requirement: kind, waivedBy: lead, reason: '不适用' },
      }
      continue
    }
    const evidenceId = ulidOf(5, number * 1000 + work.evidence++)
    own.push(evidenceId)
    const data = {
      ...{
        evidenceId,
        stage: stage.code,
        kind,
        title: `${kind}材料`,
        sha256: 'ab'.repeat(32),
        recordedBy: engineer,
      },
      ...{ instrument: stage.onSite ? `PG-${number % 40}` : null, place: stage.onSite ? '一层大厅' : null },
      ...{ takenAt: new Date(at).toISOString(), file: null, heldElsewhere: null },
    }
    yield { type: 'EvidenceRecorded', at, data }
  }
  if (stage.code !== 'S4') return
  for (let item = 0; item < 20; item++) {
    const findingId = ulidOf(6, number * 1000 + work.findings.length)
    work.findings.push(findingId)
    const data = {
      ...{ findingId, item: `4.${item}`, class: 'B', conforms: random(6) > 0, score: { earned: 4, full: 5 } },
      ...{ description: '按标准检查', evidence: own.slice(0, 2), recordedBy: engineer, supersedes: null },
    }
    yield { type: 'FindingRecorded', at: at + item * 1000, data }
  }
}

function reportOf(reportNumber: string, draftedBy: string, findings: readonly string[]) {
  const sentences = findings.slice(0, 60).map((finding, index) => ({
    ...{ id: `4.${index}`, section: 'results', text: '该项检查结果符合标准要求。', findings: [finding] },
  }))
  return { reportNumber, sha256: 'cd'.repeat(32), draftedBy, sentences }
}
