import type { EvidenceStore } from '@fireledger/evidence'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../cursors.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { assessments } from '../queries/assessments.ts'
import { findRow } from '../queries/records.ts'
import * as values from '../query-values.ts'
import { visibleNamings } from './named.ts'
import { evidenceProblem } from './problems.ts'

const filesQuery = z.strictObject({ limit: values.limit, after: values.after })

type NamedRow = {
  readonly sha256: string
  readonly event_id: string
  readonly position: number
  readonly recorded_at: string
  readonly type: string
  readonly pointer: string
  readonly evidence_id: string | null
  readonly evidence_title: string | null
  readonly file_name: string | null
  readonly media_type: string | null
  readonly bytes: number | null
  readonly holder: string | null
  readonly held_at: string | null
}

/**
 * `GET /v1/assessments/{id}/files`: every file that the assessment names, be it evidence, a report or a receipt, and
 * whether it is here to be had.
 */
export function registerAssessmentFiles(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { id: string }; Querystring: z.output<typeof filesQuery> }>(
    '/assessments/:id/files',
    {
      schema: {
        operationId: 'assessment-files',
        tags: ['assessments', 'evidence'],
        summary: '评估文件 Assessment: the files that it names, and whether they are stored',
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring: filesQuery,
      },
    },
    async (request) => {
      const { principal, query, params } = request
      if (!holds(principal, assessments.permission)) throw forbidden(principal, assessments.permission)
      await awaitMinPosition(request, deps.projector, assessments.projection.name)
      await awaitMinPosition(request, deps.projector, 'named-files')
      findRow(assessments, deps, principal, params.id)
      const asked = ['files', params.id]
      const after = query.after === undefined ? [-1, ''] : decodeCursor(asked, query.after, 2)
      const visible = visibleNamings(principal)
      const rows = deps.readStore.all<NamedRow>(
        `SELECT DISTINCT sha256, event_id, position, recorded_at, type, pointer, evidence_id, evidence_title,
           file_name, media_type, bytes, holder, held_at
         FROM named_file WHERE category = 'assessment' AND stream_id = ? AND (position, sha256) > (?, ?)
           AND ${visible.sql} ORDER BY position, sha256 LIMIT ?`,
        [params.id, ...after, ...visible.parameters, query.limit + 1],
      )
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      const items = []
      for (const row of page) items.push(await present(row, deps.evidence))
      const more = last !== undefined && rows.length > page.length
      return { items, nextCursor: more ? encodeCursor(asked, [last.position, last.sha256]) : null }
    },
  )
}

async function present(row: NamedRow, evidence: EvidenceStore) {
  const stored = await evidence.stat(row.sha256).catch((error) => {
    throw evidenceProblem(error)
  })
  return {
    sha256: row.sha256,
    event: { id: row.event_id, type: row.type, position: String(row.position), recordedAt: row.recorded_at },
    /** Where in the event's data. */
    pointer: row.pointer,
    evidence: row.evidence_id,
    title: row.evidence_title,
    /** What the event says of the file; null when it says only its hash. */
    file:
      row.file_name === null ? null : { name: row.file_name, mediaType: row.media_type, bytes: row.bytes },
    heldElsewhere: row.holder === null ? null : { holder: row.holder, place: row.held_at },
    /** Null when it is not in the store. */
    href: stored && `/v1/evidence/${row.sha256}`,
  }
}
