import { useInLanguage } from '../../i18n/define-texts.ts'
import { useViewTexts } from './use-texts.ts'
import { caseKinds, type ProcessCount, type ProcessRow, type Wish } from './view-query.ts'

type FiltersProps = {
  wish: Wish
  processes: readonly ProcessRow[]
  followed: readonly ProcessCount[]
}

/** Which cases are counted; everything chosen stands in the address, the division in the bar above. */
export function Filters({ wish, processes, followed }: FiltersProps) {
  const t = useViewTexts()
  const inLanguage = useInLanguage()
  const { kind, filters, set } = wish
  const nameOf = (process: string) => {
    const code = process.split('@')[0]
    return inLanguage(processes.find((one) => one.code === code)?.details.content.title, '')
  }
  return (
    <search className="process-filters no-print">
      <label>
        {t('kind')}
        <select
          className="control"
          value={kind}
          onChange={({ target }) =>
            set({ kind: target.value === 'assessment' ? null : target.value, process: null, cases: null })
          }
        >
          {caseKinds.map((each) => (
            <option key={each} value={each}>
              {t(`kind.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {kind === 'assessment' && (
        <label>
          {t('process')}
          <select
            className="control process-choice"
            value={filters.process ?? ''}
            onChange={({ target }) => set({ process: target.value, cases: null })}
          >
            {followed.map(({ process, cases }) => (
              <option key={process} value={process}>
                {t('processOf', { name: nameOf(process), process, cases })}
              </option>
            ))}
          </select>
        </label>
      )}
      {(['from', 'to'] as const).map((end) => (
        <label key={end}>
          {t(end)}
          <input
            className="control"
            type="date"
            value={filters[end] ?? ''}
            onChange={({ target }) => set({ [end]: target.value, cases: null })}
          />
        </label>
      ))}
      {filters.institution !== null && (
        <button type="button" className="link" onClick={() => set({ institution: null, cases: null })}>
          {t('allInstitutions')}
        </button>
      )}
    </search>
  )
}
