import { anomalies, complaints, merits } from './conduct-registers.tsx'
import { RegisterPage } from './register-page.tsx'
import {
  assessments,
  inspections,
  institutions,
  penaltyCases,
  practitioners,
  projects,
  units,
} from './registers.tsx'

/** Each register as a page. The key makes a new page of each, so that no selection is carried over. */

export function InstitutionsPage() {
  return <RegisterPage key="institutions" register={institutions} />
}

export function PractitionersPage() {
  return <RegisterPage key="practitioners" register={practitioners} />
}

export function UnitsPage() {
  return <RegisterPage key="units" register={units} />
}

export function ProjectsPage() {
  return <RegisterPage key="projects" register={projects} />
}

export function InspectionsPage() {
  return <RegisterPage key="inspections" register={inspections} />
}

export function PenaltyCasesPage() {
  return <RegisterPage key="penalty-cases" register={penaltyCases} />
}

export function AssessmentsPage() {
  return <RegisterPage key="assessments" register={assessments} />
}

export function ComplaintsPage() {
  return <RegisterPage key="complaints" register={complaints} />
}

export function AnomaliesPage() {
  return <RegisterPage key="anomalies" register={anomalies} />
}

export function MeritsPage() {
  return <RegisterPage key="merits" register={merits} />
}
