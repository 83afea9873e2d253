import { createHash } from 'node:crypto'
import { assessment, type EventMetadata, findEvent, findShippedProcess } from '@fireledger/domain'
import { encodeEvent } from '@fireledger/event-store'
import type { givenGateway } from '../test-kit.ts'

/** An assessment that has been taken on, and what its people do with files. */

type Gateway = Awaited<ReturnType<typeof givenGateway>>

export const institution = '91320402MA1WABCD1L'
export const assessmentId = '01JD0000000000000000000301'
const engineer = '01JD0000000000000000000302'

const metadata: EventMetadata = {
  schemaVersion: assessment.events.AssessmentEngaged?.schemaVersion ?? 1,
  effectiveAt: '2026-03-01T01:00:00.000Z',
  recordedAt: '2026-03-01T01:00:00.000Z',
  commandId: 'engage',
  commandDigest: '0'.repeat(64),
  correlationId: 'engage',
  causationId: null,
  actor: { id: 'officer-3204-017', role: 'assessor', division: '320400' },
  legalBasis: [],
  rulebook: null,
  reliedOn: [],
  division: '320402',
  institutions: [institution],
  practitioners: [engineer],
  units: [],
  refusal: null,
}

/** The shipped process whose gates ask for the files themselves, as it was drafted and adopted. */
export async function adopt(gateway: Gateway, code: string): Promise<void> {
  const file = findShippedProcess(code)
  if (!file) throw new Error('the process is not shipped')
  const facts = {
    ProcessDrafted: { division: '320400', content: file.content },
    ProcessAdopted: { division: '320400', from: '2026-01-01' },
  }
  const events = Object.entries(facts).map(([type, data], index) =>
    encodeEvent({
      id: `00000000-0000-8000-a000-00000000000${index}`,
      type,
      data,
      metadata: {
        ...metadata,
        ...{ schemaVersion: findEvent(type)?.definition.schemaVersion ?? 1, division: '320400' },
        ...{ institutions: [], practitioners: [] },
      },
    }),
  )
  await gateway.ledger.append(`assessmentProcess-${code}`, events, -1)
}

/** Straight into the ledger: how it came to be taken on is no matter here. */
export async function engage(
  gateway: Gateway,
  id = assessmentId,
  of = institution,
  process = 'XF3005-EIGHT-1',
): Promise<void> {
  const content = findShippedProcess(process.split('@')[0] ?? '')?.content
  if (!content) throw new Error('the process is not shipped')
  const data = {
    division: '320402',
    institution: of,
    unit: '01JD0000000000000000000303',
    project: null,
    process,
    stages: content.stages.map(({ code, title, limitWorkingDays }) => ({ code, title, limitWorkingDays })),
    leastHours: [],
    team: {
      legalRepresentative: 'person-1',
      technicalLead: engineer,
      projectLead: engineer,
      engineers: [engineer],
      operators: [],
      archivist: 'person-2',
    },
  }
  const eventId = `00000000-0000-8000-a000-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`
  const event = encodeEvent({
    id: eventId,
    type: 'AssessmentEngaged',
    data,
    metadata: { ...metadata, institutions: [of] },
  })
  await gateway.ledger.append(`assessment-${id}`, [event], -1)
}

export type FileFacts = { bytes: number; mediaType: string; name: string }

/** Of the command that records a file as evidence of the first stage. */
export function evidenceOf(sha256: string, file: FileFacts | null, number = 1) {
  const stage = findShippedProcess('XF3005-EIGHT-1')?.content.stages[0]
  return {
    evidenceId: `01JD00000000000000000010${String(number).padStart(2, '0')}`,
    stage: stage?.code,
    kind: stage?.evidence[0]?.kind,
    title: '现场照片',
    sha256,
    recordedBy: engineer,
    instrument: null,
    place: '一层大厅',
    takenAt: '2026-03-01T02:00:00.000Z',
    file,
  }
}

export async function record(gateway: Gateway, authorization: string, data: object, id = assessmentId) {
  return command(gateway, authorization, 'record-evidence', data, id)
}

export async function command(
  gateway: Gateway,
  authorization: string,
  name: string,
  data: object,
  id = assessmentId,
) {
  return gateway.app.inject({
    method: 'POST',
    url: `/v1/assessments/${id}/${name}`,
    headers: { authorization, 'content-type': 'application/json', 'accept-language': 'en' },
    payload: JSON.stringify({ data }),
  })
}

export async function upload(
  gateway: Gateway,
  authorization: string,
  content: Uint8Array,
  headers: Record<string, string> = {},
) {
  return gateway.app.inject({
    method: 'POST',
    url: '/v1/evidence',
    headers: {
      authorization,
      'content-type': 'application/octet-stream',
      'content-length': String(content.length),
      'accept-language': 'en',
      ...headers,
    },
    payload: Buffer.from(content),
  })
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A photograph as far as anyone can tell by its beginning; of 11 bytes and more. */
export function photo(length = 5000, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])
  return bytes
}
