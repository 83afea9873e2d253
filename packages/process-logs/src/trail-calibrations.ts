import type { LedgerEvent } from '@fireledger/domain'
import type { TrailCalibration } from './trail-schema.ts'

/** Calibrations of an institution's instruments, as far as the decisions on an assessment relied on them. */

/** The stream in which they are; null when the assessment had not begun. */
export function institutionStream([first]: readonly LedgerEvent[]): string | null {
  if (first?.type !== 'AssessmentEngaged') return null
  return `institution-${(first.data as { institution: string }).institution}`
}

/**
 * By instrument. What the institution recorded after the last decision here belongs to no decision, and is left out: so a
 * trail does not change when an instrument is calibrated anew.
 */
export function calibrationsReliedOn(
  events: readonly LedgerEvent[],
  institution: readonly LedgerEvent[],
): Map<string, TrailCalibration[]> {
  const stream = institutionStream(events)
  const relied = events.flatMap(({ metadata }) => metadata.reliedOn.filter((each) => each.stream === stream))
  const last = Math.max(-1, ...relied.map(({ revision }) => revision))
  const found = new Map<string, TrailCalibration[]>()
  for (const { type, data, id, revision } of institution) {
    if (type !== 'InstrumentCalibrated' || revision > last) continue
    const { instrument, name, calibratedOn, validUntil, certificateSha256 } = data as Record<string, string>
    const own = found.get(String(instrument)) ?? []
    found.set(String(instrument), own)
    own.push({
      revision,
      eventId: id,
      name: String(name),
      calibratedOn: String(calibratedOn),
      validUntil: String(validUntil),
      certificateSha256: String(certificateSha256),
    })
  }
  return found
}
