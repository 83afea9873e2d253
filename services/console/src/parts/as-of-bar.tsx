import { Button } from 'antd'
import { useSearchParams } from 'react-router'
import { usePartsTexts } from './use-texts.ts'

/** Both clocks of the address: what held by a day, and what the ledger knew by a day; days in China. */
export type AsOf = { readonly asOf: string | null; readonly asKnownAt: string | null }

const isDay = (value: string | null) => value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value)

export function useAsOf(): AsOf & { set(next: Partial<AsOf>): void } {
  const [parameters, setParameters] = useSearchParams()
  const read = (name: string) => (isDay(parameters.get(name)) ? parameters.get(name) : null)
  return {
    asOf: read('asOf'),
    asKnownAt: read('asKnownAt'),
    set: (next) =>
      setParameters((before) => {
        const after = new URLSearchParams(before)
        for (const [name, value] of Object.entries(next)) {
          if (value === null || value === undefined || value === '') after.delete(name)
          else after.set(name, value)
        }
        return after
      }),
  }
}

/** Moves a page to a past day, on either clock; says loudly that it has been moved. */
export function AsOfBar() {
  const t = usePartsTexts()
  const { asOf, asKnownAt, set } = useAsOf()
  const past = asOf !== null || asKnownAt !== null
  return (
    <div className="as-of-bar" data-past={past}>
      <label>
        {t('asOf')}
        <input
          className="control"
          type="date"
          value={asOf ?? ''}
          onChange={({ target }) => set({ asOf: target.value })}
        />
      </label>
      <label>
        {t('asKnownAt')}
        <input
          className="control"
          type="date"
          value={asKnownAt ?? ''}
          onChange={({ target }) => set({ asKnownAt: target.value })}
        />
      </label>
      {past && (
        <>
          <strong role="status">{t('past')}</strong>
          <Button size="small" onClick={() => set({ asOf: null, asKnownAt: null })}>
            {t('now')}
          </Button>
        </>
      )}
    </div>
  )
}
