import type { SimulatedLine, SimulatedMovement } from '@fireledger/client'
import { Link } from 'react-router'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { ArticlesOf } from '../../parts/articles.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { useSimulationTexts } from './use-texts.ts'

/** What moves one subject: the base, a veto, and every entry that counts otherwise, with article and event. */
export function MoverLines({ movement }: { movement: SimulatedMovement }) {
  const t = useSimulationTexts()
  const { before, after, lines } = movement
  return (
    <>
      {before.base !== after.base && (
        <p>{t('base', { before: before.base ?? '—', after: after.base ?? '—' })}</p>
      )}
      {before.veto !== after.veto && (
        <p>{t('veto', { before: before.veto ?? '—', after: after.veto ?? '—' })}</p>
      )}
      {lines.length === 0 ? <p>{t('linesNone')}</p> : <LinesTable movement={movement} />}
    </>
  )
}

function LinesTable({ movement }: { movement: SimulatedMovement }) {
  const t = useSimulationTexts()
  return (
    <table className="listing">
      <thead>
        <tr>
          <th scope="col">{t('item')}</th>
          <th scope="col" className="number">
            {t('pointsBefore')}
          </th>
          <th scope="col" className="number">
            {t('pointsAfter')}
          </th>
          <th scope="col">{t('articles')}</th>
          <th scope="col">{t('event')}</th>
        </tr>
      </thead>
      <tbody>
        {movement.lines.map((line) => (
          <Line key={`${line.item} ${line.factId} ${line.event}`} line={line} movement={movement} />
        ))}
      </tbody>
    </table>
  )
}

function Line({ line, movement }: { line: SimulatedLine; movement: SimulatedMovement }) {
  const t = useSimulationTexts()
  const inLanguage = useInLanguage()
  const toDivision = useDivisionLink()
  const { item, title, event, legalBasis, before, after } = line
  return (
    <tr>
      <th scope="row">
        {item} {inLanguage(title)}
        <br />
        <small>{inLanguage((after ?? before)?.why)}</small>
      </th>
      <td className="number">{before?.points ?? '—'}</td>
      <td className="number">{after?.points ?? '—'}</td>
      <td>
        <ArticlesOf bases={legalBasis} />
      </td>
      <td className="whole">
        {movement.subjectKind === 'institution' ? (
          <Link
            to={toDivision(`/institutions/${movement.subject}?tab=timeline&event=${event}`)}
            title={event}
          >
            {t('openEvent')}
          </Link>
        ) : (
          <span className="mono">{event}</span>
        )}
      </td>
    </tr>
  )
}
