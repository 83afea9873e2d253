import { useSearchParams } from 'react-router'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import { ArticlesOf } from '../../parts/articles.tsx'
import { type AsOf, useAsOf } from '../../parts/as-of-bar.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePartsTexts } from '../../parts/use-texts.ts'
import { useMay } from '../../session/session-state.ts'
import { type CreditLine, type CreditView, useCredit } from './dossier-queries.ts'
import { GradeHistory } from './grade-history.tsx'
import { useDossierTexts } from './use-texts.ts'
import { Vetoes } from './vetoes.tsx'

/** What the score is made of on the day that is looked at. */
export function Credit({ uscc }: { uscc: string }) {
  const t = useDossierTexts()
  const clocks = useAsOf()
  const query = useCredit(uscc, clocks)
  const mayRead = useMay('read-register')
  return (
    <QueryView
      query={query}
      isEmpty={({ rulebook }) => rulebook === null}
      empty={<Nothing title={t('noGrade')} hint={t('noGradeHint')} />}
    >
      {(credit) => (
        <>
          <CreditLines credit={credit} />
          <p className="no-print">
            <a className="button" href={explanationPath(uscc, clocks)} target="_blank" rel="noreferrer">
              {t('explanation')}
            </a>
          </p>
          {mayRead && <GradeHistory uscc={uscc} />}
        </>
      )}
    </QueryView>
  )
}

/** The same in sentences, a page to print that the gateway writes. */
function explanationPath(uscc: string, { asOf, asKnownAt }: AsOf): string {
  const query = new URLSearchParams({ format: 'html', lang: currentLanguage() })
  if (asOf !== null) query.set('asOf', asOf)
  if (asKnownAt !== null) query.set('asKnownAt', asKnownAt)
  return `/v1/institutions/${uscc}/credit/explanation?${query}`
}

function CreditLines({ credit }: { credit: CreditView }) {
  const t = useDossierTexts()
  const parts = usePartsTexts()
  const inLanguage = useInLanguage()
  const { lines = [], warnings = [], vetoes = [], nextChange } = credit
  const show = useShownEvent()
  return (
    <>
      <p className="credit-about">
        {t('base', { base: credit.base ?? '', rulebook: credit.rulebook ?? '' })}
        {credit.illustrative && (
          <Tag tone="warn" title={parts('illustrativeHint')}>
            {parts('illustrative')}
          </Tag>
        )}
        {nextChange && (
          <span>
            {t('nextChange', {
              day: nextChange.on,
              score: nextChange.score ?? '',
              grade: nextChange.grade ?? '',
            })}
          </span>
        )}
      </p>
      <Vetoes of={vetoes} show={show} />
      {warnings.map(({ kind, message }) => (
        <p key={kind} className="notice tone-warn">
          {t('warnings')} {inLanguage(message)}
        </p>
      ))}
      {lines.length === 0 ? (
        <Nothing title={t('noLines')} hint={t('noLinesHint')} />
      ) : (
        <LinesTable lines={lines} show={show} />
      )}
    </>
  )
}

/** Opens an event in the timeline. */
function useShownEvent(): (event: string) => void {
  const [, setParameters] = useSearchParams()
  return (event) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.set('tab', 'timeline')
      after.set('event', event)
      return after
    })
}

function LinesTable({ lines, show }: { lines: readonly CreditLine[]; show: (event: string) => void }) {
  const t = useDossierTexts()
  const inLanguage = useInLanguage()
  return (
    <table className="listing">
      <thead>
        <tr>
          <th scope="col">{t('item')}</th>
          <th scope="col">{t('why')}</th>
          <th scope="col" className="number">
            {t('points')}
          </th>
          <th scope="col" className="number">
            {t('counted')}
          </th>
          <th scope="col">{t('validUntil')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('openEvent')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.eventId}>
            <th scope="row">
              {line.item} {inLanguage(line.title)}
            </th>
            <td>
              {inLanguage(line.why)}
              <ArticlesOf bases={line.legalBasis} />
            </td>
            <td className="number">{line.points}</td>
            <td className="number">{line.counted}</td>
            <td className="whole">{line.validUntil}</td>
            <td className="whole">
              <button type="button" className="link" onClick={() => show(line.eventId)}>
                {t('openEvent')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
