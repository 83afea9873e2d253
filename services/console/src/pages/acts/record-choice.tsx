import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId } from 'react'
import { client } from '../../api/client.ts'
import { useDivision } from '../../shell/division.ts'
import { useActsTexts } from './use-texts.ts'

type Found = Readonly<Record<string, unknown>>

/** Registers that can be searched, with the column of the id and what names a row. */
const registers: Readonly<Record<string, { readonly id: string; readonly names: readonly string[] }>> = {
  units: { id: 'id', names: ['name'] },
  institutions: { id: 'uscc', names: ['name'] },
  practitioners: { id: 'id', names: ['registrationNumber', 'qualification'] },
  projects: { id: 'id', names: ['contractNumber', 'kind'] },
  inspections: { id: 'id', names: ['campaign', 'status', 'plannedFor'] },
  'penalty-cases': { id: 'id', names: ['caseNumber', 'status'] },
  assessments: { id: 'id', names: ['reportNumber', 'stage'] },
  rulebooks: { id: 'id', names: ['name'] },
}

const foundMax = 6

/** The record that the act is about: its id, or a search for it. */
export function RecordChoice({
  path,
  id,
  onChange,
}: {
  path: string
  id: string
  onChange: (id: string) => void
}) {
  const t = useActsTexts()
  const division = useDivision()
  const inputId = useId()
  const register = registers[path]
  const q = useDeferredValue(id.trim())
  const { data } = useQuery({
    queryKey: ['records-found', path, division, q],
    queryFn: ({ signal }) => client.list<Found>(path, { q, division, limit: foundMax }, { signal }),
    enabled: register !== undefined && q.length >= 2,
    retry: false,
  })
  const found = register && data ? data.items.filter((row) => row[register.id] !== q) : []
  return (
    <div className="act-field">
      <label htmlFor={inputId}>{t('record')}</label>
      <input
        id={inputId}
        className="control mono"
        value={id}
        placeholder={t('recordHint')}
        onChange={({ target }) => onChange(target.value)}
      />
      {register && found.length > 0 && (
        <ul className="act-found" aria-label={t('found')}>
          {found.map((row) => (
            <li key={String(row[register.id])}>
              <button type="button" onClick={() => onChange(String(row[register.id]))}>
                {register.names
                  .map((name) => row[name])
                  .filter((value) => typeof value === 'string')
                  .join(' · ')}{' '}
                <span className="mono">{String(row[register.id])}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
