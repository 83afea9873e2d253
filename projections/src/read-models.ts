import { anomalyRegister } from './anomaly-register.ts'
import { assessmentProcessRegister } from './assessment-process-register.ts'
import { assessmentSteps } from './assessment-steps.ts'
import { assessmentTrail } from './assessment-trail.ts'
import { commandReceipts } from './command-receipts.ts'
import { complaintRegister } from './complaint-register.ts'
import { creditGrades } from './credit-grades.ts'
import { dailyCounters } from './daily-counters.ts'
import { inspections } from './inspections.ts'
import { institutionHistory } from './institution-history.ts'
import { institutionRegister } from './institution-register.ts'
import { meritRegister } from './merit-register.ts'
import { namedFiles } from './named-files.ts'
import { penaltyCases } from './penalty-cases.ts'
import { personalReads } from './personal-reads.ts'
import { practitionerRegister } from './practitioner-register.ts'
import { processCases } from './process-cases.ts'
import { projectRegister } from './project-register.ts'
import type { Projection } from './projection.ts'
import { refusedAttempts } from './refused-attempts.ts'
import { rulebookRegister } from './rulebook-register.ts'
import { unitRegister } from './unit-register.ts'

/** Every read model there is: what the runner keeps, rebuild and verify go over, and the gateway reads. */
export const readModels: readonly Projection[] = [
  unitRegister,
  institutionRegister,
  practitionerRegister,
  projectRegister,
  inspections,
  penaltyCases,
  complaintRegister,
  anomalyRegister,
  meritRegister,
  creditGrades,
  rulebookRegister,
  assessmentProcessRegister,
  assessmentTrail,
  assessmentSteps,
  processCases,
  institutionHistory,
  namedFiles,
  dailyCounters,
  commandReceipts,
  refusedAttempts,
  personalReads,
]
