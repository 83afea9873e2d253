import type { FastifyInstance } from 'fastify'
import type { GatewayDependencies } from '../dependencies.ts'
import type { Live } from '../live/live.ts'
import { registerProjectionOperations } from '../projection-operations.ts'
import { anomalies } from './anomalies.ts'
import { assessmentProcesses } from './assessment-processes.ts'
import { assessments } from './assessments.ts'
import { registerCatalogue } from './catalogue.ts'
import { registerCitations } from './citations.ts'
import { complaints } from './complaints.ts'
import { registerCredit } from './credit.ts'
import { creditAccounts, creditObjections, creditWarnings, gradeChanges } from './credit-accounts.ts'
import { registerDashboard } from './dashboard.ts'
import { registerDivisions } from './divisions.ts'
import { registerEvents } from './events.ts'
import { registerExplanations } from './explanation.ts'
import { registerExports } from './exports.ts'
import { registerHistory } from './history.ts'
import { inspections } from './inspections.ts'
import { institutions } from './institutions.ts'
import { registerLedger } from './ledger.ts'
import { registerList } from './lists.ts'
import { merits } from './merits.ts'
import { penaltyCases } from './penalty-cases.ts'
import { registerPersonalReads } from './personal-reads.ts'
import { practitioners } from './practitioners.ts'
import { registerProcessView } from './process-view.ts'
import { projects } from './projects.ts'
import { registerRecord } from './records.ts'
import { refusedAttempts } from './refused-attempts.ts'
import type { Register } from './register.ts'
import { rulebooks } from './rulebooks.ts'
import { registerSchemas } from './schemas.ts'
import { registerStreams } from './streams.ts'
import { registerTrail } from './trail.ts'
import { units } from './units.ts'

/** Every register that can be listed and looked up. */
export const registers: readonly Register[] = [
  units,
  institutions,
  practitioners,
  projects,
  inspections,
  penaltyCases,
  complaints,
  anomalies,
  merits,
  creditAccounts,
  rulebooks,
  assessmentProcesses,
  assessments,
]

export function registerQueries(app: FastifyInstance, deps: GatewayDependencies, live: Live): void {
  for (const register of registers) {
    registerList(app, register, deps)
    registerRecord(app, register, deps)
  }
  for (const told of [refusedAttempts, gradeChanges, creditWarnings, creditObjections])
    registerList(app, told, deps)
  registerHistory(app, deps)
  registerCredit(app, deps)
  registerExplanations(app, deps)
  registerTrail(app, deps)
  registerExports(app, deps)
  registerProcessView(app, deps)
  registerSchemas(app)
  registerStreams(app, deps)
  registerEvents(app, deps)
  registerLedger(app, deps, live, registerProjectionOperations(app, deps))
  registerDashboard(app, deps)
  registerDivisions(app)
  registerPersonalReads(app, deps)
  registerCatalogue(app)
  registerCitations(app)
}
