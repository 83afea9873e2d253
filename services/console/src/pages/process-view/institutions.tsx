import { InstitutionName } from '../../parts/institution-name.tsx'
import { useViewTexts } from './use-texts.ts'
import { gateEvents, type InstitutionFigures, useWish, type View } from './view-query.ts'
import type { ViewWords } from './view-words.ts'

/** By institution: how many cases, what happened at its gates, and how long each stage took there. */
export function Institutions({ view, words }: { view: View; words: ViewWords }) {
  const t = useViewTexts()
  const stages = view.stages.map(({ stage }) => stage)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="process-wide" tabIndex={0} aria-label={t('institutions')}>
      <table className="listing">
        <thead>
          <tr>
            <th scope="col">{t('col.institution')}</th>
            {(['cases', 'open'] as const).map((heading) => (
              <th key={heading} scope="col" className="number">
                {t(`col.${heading}`)}
              </th>
            ))}
            {gateEvents.map((event) => (
              <th key={event} scope="col" className="number">
                {t(`event.${event}`)}
              </th>
            ))}
            {stages.map((stage) => (
              <th key={stage} scope="col" className="number" title={words.stage(stage)}>
                {words.stage(stage)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.institutions.map((figures) => (
            <InstitutionRow key={figures.institution ?? ''} figures={figures} stages={stages} words={words} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

type RowProps = { figures: InstitutionFigures; stages: readonly string[]; words: ViewWords }

function InstitutionRow({ figures, stages, words }: RowProps) {
  const t = useViewTexts()
  const { set } = useWish()
  const { institution, cases, open } = figures
  return (
    <tr>
      <th scope="row">
        {institution === null ? (
          t('noInstitution')
        ) : (
          <>
            <InstitutionName uscc={institution} />{' '}
            <button type="button" className="link no-print" onClick={() => set({ institution })}>
              {t('only')}
            </button>
          </>
        )}
      </th>
      <td className="number">{cases}</td>
      <td className="number">{open}</td>
      {gateEvents.map((event) => (
        <td key={event} className="number">
          {figures[event]}
        </td>
      ))}
      {stages.map((stage) => {
        const found = figures.stages.find((one) => one.stage === stage)
        const late = found !== undefined && found.overdue + found.waitingOverdue > 0
        return (
          <td
            key={stage}
            className={`number${late ? ' stage-late' : ''}`}
            title={late ? t('lateThere', { stage: words.stage(stage), count: found.overdue }) : undefined}
          >
            {late && <span aria-hidden="true">▲ </span>}
            {found?.medianWorkingDays ?? '—'}
          </td>
        )
      })}
    </tr>
  )
}
