import type { ConditionFigures, InstitutionType, SubjectKind, Watched } from '@fireledger/domain'
import type { ReadStore } from '@fireledger/projections'

type CertificateRow = { readonly id: string; readonly valid_until: string | null }
type StaffingRow = {
  readonly type: InstitutionType
  readonly details: { readonly verified: { readonly figures: ConditionFigures } | null }
}

/** What warnings look at besides the score, as the registers have it now: certificates and staff. */
export function watchedOf(
  store: ReadStore,
  subject: string,
  kind: SubjectKind,
): Pick<Watched, 'certificates' | 'staffing'> {
  const column = { institution: 'employer', practitioner: 'id', unit: null }[kind]
  if (column === null) return {}
  const certificates = store
    .all<CertificateRow>(
      `SELECT id, valid_until FROM practitioner WHERE ${column} = ? AND valid_until IS NOT NULL ORDER BY valid_until, id`,
      [subject],
    )
    .map((row) => ({ practitioner: row.id, until: row.valid_until }))
  if (kind !== 'institution') return { certificates }
  const row = store.get<StaffingRow>('SELECT type, details FROM institution WHERE uscc = ?', [subject])
  const figures = row?.details.verified?.figures
  return { certificates, staffing: row && figures ? { type: row.type, figures } : null }
}
