import { type ProjectEvent, type ProjectState, project } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Contracts of institutions with units, who leads each, and the written conclusions with all their revisions. */

type State = { readonly project: ProjectState; readonly stamp: Stamp }

const projectTable = {
  columns: {
    id: 'text',
    division: 'text',
    institution: 'text',
    unit: 'text',
    /** maintenance · assessment */
    kind: 'text',
    contract_number: 'text',
    /** contracted · concluded · archived */
    status: 'text',
    contracted_on: 'text',
    serves_from: 'text',
    serves_until: 'text',
    /** Null until it is entered in the information system. */
    entered_on: 'text',
    entered_late: 'boolean',
    /** As last appointed, by practitioner id. */
    technical_lead: 'text',
    project_lead: 'text',
    conclusion_count: 'integer',
    concluded_on: 'text',
    retain_until: 'text',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'contracted_on'],
    ['unit', 'contracted_on'],
    ['technical_lead'],
    ['project_lead'],
  ],
  searchable: ['contract_number', 'id'],
} as const

const conclusionTable = {
  columns: {
    project: 'text',
    number: 'text',
    /** The number it replaces. */
    revises: 'text',
    document_sha256: 'text',
    issued_at: 'text',
    /** standing · void · revised */
    status: 'text',
  },
  primaryKey: ['project', 'number'],
} as const

export const projectRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'project-register',
  version: 1,
  categories: ['project'],
  tables: { project: projectTable, project_conclusion: conclusionTable },
  keysOf: (event) => [event.streamId],
  initialState: { project: project.initialState, stamp: unstamped },
  evolve: (state, event) => ({
    project: project.evolve(state.project, occurred<ProjectEvent>(event)),
    stamp: stampOf(event),
  }),
  rows(state, key) {
    if (state.project.status === 'unknown') return {}
    return {
      project: [projectRow(state.project, state.stamp, key)],
      project_conclusion: state.project.conclusions.map((conclusion) => ({
        project: key,
        number: conclusion.number,
        revises: conclusion.revises,
        document_sha256: conclusion.documentSha256,
        issued_at: conclusion.issuedAt,
        status: conclusion.status,
      })),
    }
  },
}

function projectRow(state: Exclude<ProjectState, { status: 'unknown' }>, stamp: Stamp, id: string) {
  const { contract, leads, entered } = state
  const { division, institution, unit, kind, amountFen, areaSquareMetres } = contract
  const lead = leads.at(-1)
  return {
    id,
    ...{ division, institution, unit, kind },
    contract_number: contract.contractNumber,
    status: state.status,
    contracted_on: state.contractedOn,
    serves_from: contract.from,
    serves_until: contract.until,
    entered_on: entered?.on ?? null,
    entered_late: entered?.late ?? null,
    technical_lead: lead?.technicalLead ?? null,
    project_lead: lead?.projectLead ?? null,
    conclusion_count: state.conclusions.length,
    concluded_on: state.concludedOn,
    retain_until: state.retainUntil,
    details: { amountFen, areaSquareMetres, leads },
    ...stampValues(stamp),
  }
}
