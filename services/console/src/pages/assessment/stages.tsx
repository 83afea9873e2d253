import { useSearchParams } from 'react-router'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDay } from '../../i18n/format.ts'
import { useAsOf } from '../../parts/as-of-bar.tsx'
import { Tag, type Tone } from '../../parts/status-tag.tsx'
import { stagesOf, type Trail, useMeasured, type Visit } from './trail.ts'
import { useAssessmentTexts } from './use-texts.ts'

const tones: Readonly<Record<string, Tone>> = {
  completed: 'good',
  returned: 'warn',
  reopened: 'warn',
  withdrawn: 'idle',
}

/** The stages in their order, each with every time that it was entered; choosing one narrows what is below. */
export function Stages({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  const inLanguage = useInLanguage()
  const [parameters, setParameters] = useSearchParams()
  const { visits: measured, measuredTo } = useMeasured(trail, useAsOf())
  const chosen = parameters.get('stage')
  const choose = (code: string) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      if (code === chosen) after.delete('stage')
      else after.set('stage', code)
      return after
    })
  return (
    <ol className="stages" aria-label={t('stages')}>
      {stagesOf(trail).map(({ code, title }, index) => {
        const visits = measured.filter(({ stage }) => stage === code)
        return (
          <li key={code}>
            <button
              type="button"
              className="stage"
              aria-pressed={chosen === code}
              data-reached={visits.length > 0}
              onClick={() => choose(code)}
            >
              <span className="stage-name">
                <span className="stage-number">{index + 1}</span>
                {inLanguage(title, code)}
              </span>
              {visits.length === 0 ? (
                <span className="stage-ahead">{t('outcome.ahead')}</span>
              ) : (
                visits.map((visit, time) => (
                  <StageVisit
                    key={visit.number}
                    visit={visit}
                    time={visits.length > 1 ? time + 1 : null}
                    measuredTo={measuredTo}
                  />
                ))
              )}
            </button>
          </li>
        )
      })}
    </ol>
  )
}

type StageVisitProps = { visit: Visit; time: number | null; measuredTo: string }

function StageVisit({ visit, time, measuredTo }: StageVisitProps) {
  const t = useAssessmentTexts()
  const { outcome, workingDays, limitWorkingDays, overdue, provisional, enteredAt, leftAt, reason } = visit
  const days = workingDays ?? 0
  return (
    <span className="stage-visit">
      <span>
        <Tag tone={tones[outcome ?? ''] ?? 'info'}>{t(`outcome.${outcome ?? 'inWork'}`)}</Tag>
        {time !== null && <small> {t('times', { number: time })}</small>}
      </span>
      <small title={`${formatDay(enteredAt)} – ${leftAt === null ? '' : formatDay(leftAt)}`}>
        {formatDay(enteredAt).slice(5)} → {leftAt !== null && formatDay(leftAt).slice(5)}
      </small>
      {workingDays !== null && (
        <small className={overdue ? 'stage-overdue' : ''}>
          {overdue && `▲ ${t('overdue')} `}
          {limitWorkingDays === null ? t('daysFree', { days }) : t('days', { days, limit: limitWorkingDays })}
          {provisional && ` (${t('provisional')})`}
        </small>
      )}
      {leftAt === null && <small className="stage-measured">{t('measuredTo', { day: measuredTo })}</small>}
      {reason !== null && outcome !== 'completed' && (
        <small className="stage-why">{t('why', { reason })}</small>
      )}
    </span>
  )
}
