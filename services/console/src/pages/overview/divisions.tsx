import type { Division } from '@fireledger/client'
import { Link } from 'react-router'
import { formatCount } from '../../i18n/format.ts'
import { IllustrativeMark } from '../../parts/illustrative-mark.tsx'
import { openCasesOf, sumOf, useFigures } from './figures.ts'
import { useOverviewTexts } from './use-texts.ts'

/** The parts of the division side by side; each leads to its own overview. */
export function Divisions({ parts }: { parts: readonly Division[] }) {
  const t = useOverviewTexts()
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">{t('division')}</th>
          <th scope="col">{t('colInstitutions')}</th>
          <th scope="col">{t('colPractitioners')}</th>
          <th scope="col">{t('colConcluded')}</th>
          <th scope="col">{t('colCases')}</th>
          <th scope="col">{t('colLow')}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <DivisionRow key={part.code} part={part} />
        ))}
      </tbody>
    </table>
  )
}

const low = /^[C-E]/

function DivisionRow({ part: { code, name } }: { part: Division }) {
  const { data } = useFigures(code, {})
  const lowOf = (counts: Readonly<Record<string, number>> = {}) =>
    sumOf(
      counts,
      Object.keys(counts).filter((grade) => low.test(grade)),
    )
  const lowGrades = lowOf(data?.grades)
  const illustrative = lowOf(data?.illustrativeGrades) > 0
  const cells = data
    ? [
        data.institutions.active ?? 0,
        data.practitioners.registered ?? 0,
        data.inspections.concluded ?? 0,
        openCasesOf(data),
        lowGrades,
      ]
    : [null, null, null, null, null]
  return (
    <tr aria-busy={data === undefined}>
      <th scope="row">
        <Link to={{ search: `?division=${code}` }}>{name}</Link>
      </th>
      {cells.map((cell, index) => (
        <td key={`${code} ${index + 1}`}>
          {cell === null ? '…' : formatCount(cell)}
          {illustrative && index === cells.length - 1 && <IllustrativeMark />}
        </td>
      ))}
    </tr>
  )
}
