import {
  type ConditionFigures,
  dayOf,
  goneStatuses,
  type InstitutionType,
  type LocalDate,
  type SubjectKind,
  type Watched,
} from '@fireledger/domain'
import type { ReadStore } from '@fireledger/projections'

type CertificateRow = { readonly id: string; readonly valid_until: string | null }
type StaffingRow = {
  readonly type: InstitutionType
  readonly details: { readonly verified: { readonly figures: ConditionFigures } | null }
}

/** What warnings look at besides the score. */
export type WatchedNow = Pick<Watched, 'certificates' | 'staffing' | 'goneFrom'>

/** What warnings look at besides the score, as the registers have it now: certificates and staff, and since when it is gone. */
export function watchedOf(store: ReadStore, subject: string, kind: SubjectKind): WatchedNow {
  if (kind === 'unit') {
    const unit = store.get<{ closed_on: string | null }>('SELECT closed_on FROM unit WHERE id = ?', [subject])
    return { goneFrom: unit?.closed_on ?? null }
  }
  const column = { institution: 'employer', practitioner: 'id' }[kind]
  const certificates = store
    .all<CertificateRow>(
      `SELECT id, valid_until FROM practitioner WHERE ${column} = ? AND valid_until IS NOT NULL ORDER BY valid_until, id`,
      [subject],
    )
    .map((row) => ({ practitioner: row.id, until: row.valid_until }))
  const goneFrom = goneSince(store, subject, kind)
  if (kind !== 'institution') return { certificates, goneFrom }
  const row = store.get<StaffingRow>('SELECT type, details FROM institution WHERE uscc = ?', [subject])
  const figures = row?.details.verified?.figures
  return { certificates, goneFrom, staffing: row && figures ? { type: row.type, figures } : null }
}

type StatusRow = { readonly from_at: string; readonly status: string }

/** The first day of the last unbroken time of being gone; null while the register has the subject. */
function goneSince(
  store: ReadStore,
  subject: string,
  kind: 'institution' | 'practitioner',
): LocalDate | null {
  const owner = { institution: 'uscc', practitioner: 'practitioner' }[kind]
  const steps = store.all<StatusRow>(
    `SELECT from_at, status FROM ${kind}_status_step WHERE ${owner} = ? ORDER BY from_at`,
    [subject],
  )
  const present = steps.findLastIndex(({ status }) => !goneStatuses[kind].includes(status))
  const gone = steps[present + 1]
  return gone ? dayOf(gone.from_at) : null
}
