import { formatDay } from '../../i18n/format.ts'
import { Nothing } from '../../parts/query-view.tsx'
import { StatusTag, Tag } from '../../parts/status-tag.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import type { InstitutionRecord } from './dossier-queries.ts'
import { useDossierTexts } from './use-texts.ts'

/** What practice asks for and what was found, and how the institution stood over time. */
export function Conditions({ record }: { record: InstitutionRecord }) {
  const t = useDossierTexts()
  const codeName = useCodeName()
  const verified = record.details?.verified ?? null
  return (
    <div className="dossier-columns">
      <section>
        <h2>
          {t('outcomes')} {verified && <small>{t('verifiedOn', { day: verified.on })}</small>}
        </h2>
        {verified === null ? (
          <Nothing title={t('neverVerified')} hint={t('neverVerifiedHint')} />
        ) : (
          <table className="listing">
            <thead>
              <tr>
                <th scope="col">{t('condition')}</th>
                <th scope="col">{t('required')}</th>
                <th scope="col">{t('found')}</th>
                <th scope="col">{t('result')}</th>
              </tr>
            </thead>
            <tbody>
              {verified.outcomes.map(({ code, met, required, found }) => (
                <tr key={code}>
                  <th scope="row">{codeName('condition', code)}</th>
                  <td>{required}</td>
                  <td>{found}</td>
                  <td>
                    <Tag tone={met ? 'good' : 'bad'}>{t(met ? 'met' : 'unmet')}</Tag>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section>
        <h2>{t('statuses')}</h2>
        <ol className="status-steps">
          {[...(record.statuses ?? [])].reverse().map(({ fromAt, toAt, status }) => (
            <li key={fromAt}>
              <StatusTag kind="institution" status={status} />
              <span>
                {toAt === null
                  ? t('since', { from: formatDay(fromAt) })
                  : t('until', { from: formatDay(fromAt), to: formatDay(toAt) })}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}
