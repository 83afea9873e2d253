import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { UnitName } from '../../parts/unit-name.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { useViewTexts } from './use-texts.ts'
import { casesShown, useCases, useWish, type Wish } from './view-query.ts'
import type { ViewWords } from './view-words.ts'

/** From a figure to the cases that it counts. */
export function CasesLink({ question, children }: { question: string; children: ReactNode }) {
  const { set } = useWish()
  return (
    <button type="button" className="link" onClick={() => set({ cases: question })}>
      {children}
    </button>
  )
}

/** The cases behind the figure that was chosen, each leading to its own page. */
export function Cases({ wish, words }: { wish: Wish; words: ViewWords }) {
  const t = useViewTexts()
  return (
    <SidePanel open={wish.shown !== null} onClose={() => wish.set({ cases: null })} title={t('cases')}>
      {wish.shown !== null && <CaseList wish={wish} question={wish.shown} words={words} />}
    </SidePanel>
  )
}

function CaseList({ wish, question, words }: { wish: Wish; question: string; words: ViewWords }) {
  const t = useViewTexts()
  const toDivision = useDivisionLink()
  const query = useCases(wish, question)
  const pathOf = (id: string) =>
    wish.kind === 'assessment' ? `/assessments/${id}` : `/penalty-cases?row=${id}`
  return (
    <QueryView query={query} isEmpty={({ items }) => items.length === 0} lines={8}>
      {({ items, nextCursor }) => (
        <>
          {nextCursor !== null && <p>{t('firstCases', { count: casesShown })}</p>}
          <table className="listing">
            <thead>
              <tr>
                {(['started', 'ended', 'institution', 'unit', 'stageNow'] as const).map((heading) => (
                  <th key={heading} scope="col">
                    {t(`col.${heading}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map(({ id, startedOn, endedOn, institution, unit, stage }) => (
                <tr key={id}>
                  <th scope="row" className="whole">
                    <Link to={toDivision(pathOf(id))} title={id}>
                      {startedOn}
                    </Link>
                  </th>
                  <td className="whole">{endedOn ?? '—'}</td>
                  <td>{institution === null ? '—' : <InstitutionName uscc={institution} />}</td>
                  <td>{unit === null ? '—' : <UnitName id={unit} />}</td>
                  <td>{stage === null ? t('through') : words.stage(stage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </QueryView>
  )
}
