import { formatDay, formatMoment } from '../../i18n/format.ts'
import { Nothing } from '../../parts/query-view.tsx'
import { Tag, type Tone } from '../../parts/status-tag.tsx'
import { EnteredBy } from './entered-by.tsx'
import { Look, Member } from './look.tsx'
import type { Report, Signature, Trail } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'

const acts = ['draft', 'check', 'audit', 'issue'] as const
const tones: Readonly<Record<Report['status'], Tone>> = {
  drafted: 'info',
  checked: 'info',
  audited: 'info',
  issued: 'good',
  delivered: 'good',
  void: 'bad',
}

/** Every report that there ever was, with who signed it and whether that still stands; the latest first. */
export function Reports({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  if (trail.reports.length === 0) return <Nothing title={t('noReport')} hint={t('noReportHint')} />
  return (
    <>
      {[...trail.reports].reverse().map((report) => (
        <ReportCard key={report.number} trail={trail} report={report} />
      ))}
    </>
  )
}

function ReportCard({ trail, report }: { trail: Trail; report: Report }) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  const { number, status, replaces, replacedBy, voided, delivered, sentences } = report
  return (
    <article className="report" aria-label={t('report', { number })}>
      <h3>
        {t('report', { number })} <Tag tone={tones[status]}>{t(`status.${status}`)}</Tag>
        <small>
          {replaces !== null && t('replaces', { number: replaces })}{' '}
          {replacedBy !== null && t('replacedBy', { number: replacedBy })}{' '}
          {delivered && t('deliveredOn', { day: delivered.on })}
        </small>
      </h3>
      {voided && (
        <p className="notice tone-bad">{t('voided', { at: formatDay(voided.at), reason: voided.reason })}</p>
      )}
      <ol className="signatures">
        {acts.map((act) => (
          <li key={act}>
            <strong>{t(`act.${act}`)}</strong>
            <Signatures trail={trail} of={report.signatures.filter((one) => one.act === act)} />
          </li>
        ))}
      </ol>
      {sentences.length > 0 && (
        <>
          <h4>{t('sentences')}</h4>
          <ol className="sentences">
            {sentences.map(({ id, section, text, findings, evidence }) => (
              <li key={id}>
                <small>{words.section(section)}</small> {text}{' '}
                <Look at={`sentence:${number}/${id}`}>
                  {t('findingsOf', { count: findings.length })} ·{' '}
                  {t('evidenceOf', { count: evidence.length })}
                </Look>
              </li>
            ))}
          </ol>
        </>
      )}
    </article>
  )
}

function Signatures({ trail, of }: { trail: Trail; of: readonly Signature[] }) {
  const t = useAssessmentTexts()
  if (of.length === 0) return <span className="unsigned">{t('unsigned')}</span>
  return (
    <>
      {of.map(({ eventId, member, enteredBy, at, stands }) => {
        const signed = (
          <>
            <Member trail={trail} id={member} /> <small>{formatMoment(at)}</small>{' '}
            <EnteredBy trail={trail} account={enteredBy} member={member} />
          </>
        )
        return (
          <span key={eventId}>
            {stands ? (
              signed
            ) : (
              <>
                <del>{signed}</del> <small>{t('takenBack')}</small>
              </>
            )}
          </span>
        )
      })}
    </>
  )
}
