import { useState } from 'react'
import { CasesLink } from './cases.tsx'
import { percent } from './stages.tsx'
import { useViewTexts } from './use-texts.ts'
import type { Basis, View } from './view-query.ts'
import type { ViewWords } from './view-words.ts'

const shownFirst = 12

/** The paths that cases took, the most taken first; a step that comes again is marked. */
export function Paths({ view, basis, words }: { view: View; basis: Basis; words: ViewWords }) {
  const t = useViewTexts()
  const [all, setAll] = useState(false)
  const shown = all ? view.paths : view.paths.slice(0, shownFirst)
  return (
    <>
      <table className="listing process-paths">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('col.cases')}
            </th>
            <th scope="col">{t('col.share')}</th>
            <th scope="col">{t('col.path')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, steps, cases, open, share }) => (
            <tr key={id}>
              <td className="number">
                <CasesLink question={`path=${id}`}>{cases}</CasesLink>
              </td>
              <td className="whole">
                <meter min={0} max={1} value={share} aria-label={percent(share)} /> {percent(share)}
              </td>
              <td>
                <ol className="path-steps">
                  {steps.map((step, index) => {
                    const again = steps.indexOf(step) < index
                    return (
                      <li
                        key={`${index + 1} ${step}`}
                        data-again={again}
                        title={again ? t('again') : undefined}
                      >
                        {again && <span aria-hidden="true">↺ </span>}
                        {words.step(basis, step)}
                      </li>
                    )
                  })}
                  {open > 0 && <li className="path-open">{t('pathOpen', { count: open })}</li>}
                </ol>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.paths.length > shown.length && (
        <p className="process-more">
          <button type="button" className="link" onClick={() => setAll(true)}>
            {t('morePaths', { count: view.pathCount - shown.length })}
          </button>
        </p>
      )}
      {all && view.pathCount > view.paths.length && (
        <p className="process-more">{t('firstPaths', { count: view.paths.length, of: view.pathCount })}</p>
      )}
    </>
  )
}
