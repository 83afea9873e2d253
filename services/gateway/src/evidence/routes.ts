import type { FastifyInstance } from 'fastify'
import type { GatewayDependencies } from '../dependencies.ts'
import { registerAssessmentFiles } from './assessment-files.ts'
import type { Claims } from './claims.ts'
import { registerDownload } from './download.ts'
import { registerUpload } from './upload.ts'

/** Files of evidence, in and out. */
export function registerEvidence(api: FastifyInstance, deps: GatewayDependencies, claims: Claims): void {
  // In a scope of its own: here a body is no JSON but a stream.
  api.register(async (scope) => registerUpload(scope, deps, claims))
  registerDownload(api, deps)
  registerAssessmentFiles(api, deps)
}
