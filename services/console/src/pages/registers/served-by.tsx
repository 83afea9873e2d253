import type { RegisterRow } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { StatusTag, Tag } from '../../parts/status-tag.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { textOf } from './register-definition.ts'
import { useRegisterTexts } from './use-texts.ts'

/** After a fire the first question: which institutions served the place, and who on that day. */
export function ServedBy({ unit }: { unit: string }) {
  const t = useRegisterTexts()
  const [parameters, setParameters] = useSearchParams()
  const day = parameters.get('day')
  const query = useQuery({
    queryKey: ['register', 'projects', 'of-unit', unit],
    queryFn: ({ signal }) => client.list('projects', { unit, order: 'desc', limit: 100 }, { signal }),
  })
  const choose = (value: string) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      if (value === '') after.delete('day')
      else after.set('day', value)
      return after
    })
  return (
    <>
      <h2 className="row-events">{t('servedBy')}</h2>
      <label className="served-day">
        {t('onDay')}
        <input
          className="control"
          type="date"
          value={day ?? ''}
          onChange={({ target }) => choose(target.value)}
        />
      </label>
      <QueryView query={query} isEmpty={({ items }) => items.length === 0} empty={<p>{t('neverServed')}</p>}>
        {({ items }) => (
          <table className="listing">
            <tbody>
              {items.map((row) => (
                <Served key={textOf(row.id)} row={row} day={day} />
              ))}
            </tbody>
          </table>
        )}
      </QueryView>
    </>
  )
}

function Served({ row, day }: { row: RegisterRow; day: string | null }) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  const toDivision = useDivisionLink()
  const uscc = textOf(row.institution)
  const from = textOf(row.servesFrom ?? row.contractedOn)
  const until = textOf(row.servesUntil)
  const served = day !== null && from <= day && (until === '' || day <= until)
  return (
    <tr>
      <th scope="row">
        <InstitutionName uscc={uscc} /> {served && <Tag tone="warn">{t('servedThen')}</Tag>}
      </th>
      <td>{codeName('project-kind', row.kind)}</td>
      <td className="whole">
        {from} – {until}
      </td>
      <td>
        <StatusTag kind="project" status={row.status} />
      </td>
      <td className="whole">
        {day !== null && (
          <Link to={toDivision(`/replay?subject=${uscc}&asOf=${day}&asKnownAt=${day}`)}>
            {t('replayDay')}
          </Link>
        )}
      </td>
    </tr>
  )
}
