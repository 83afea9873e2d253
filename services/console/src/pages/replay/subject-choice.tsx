import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import { client } from '../../api/client.ts'
import { useDivision } from '../../shell/division.ts'
import { useReplayTexts } from './use-texts.ts'

type Found = { readonly uscc: string; readonly name: string }

const foundMax = 8

/** Finds the institution to replay by a part of its name or by its code. */
export function SubjectChoice({ onChoose }: { onChoose: (uscc: string) => void }) {
  const t = useReplayTexts()
  const division = useDivision()
  const id = useId()
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const { data } = useQuery({
    queryKey: ['institutions-found', division, q],
    queryFn: ({ signal }) => client.list<Found>('institutions', { q, division, limit: foundMax }, { signal }),
    enabled: q.length >= 2,
  })
  return (
    <div className="replay-choice">
      <label htmlFor={id}>{t('subject')}</label>
      <input
        id={id}
        className="control"
        type="search"
        value={words}
        placeholder={t('subjectHint')}
        onChange={({ target }) => setWords(target.value)}
      />
      {q.length >= 2 && data && (
        <ul aria-label={t('found')}>
          {data.items.length === 0 && <li>{t('foundNone')}</li>}
          {data.items.map(({ uscc, name }) => (
            <li key={uscc}>
              <button
                type="button"
                onClick={() => {
                  setWords('')
                  onChoose(uscc)
                }}
              >
                {name} <span className="mono">{uscc}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
