import type { Dashboard } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { formatCount, formatMoney } from '../../i18n/format.ts'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { useMay } from '../../session/session-state.ts'
import { useDivision } from '../../shell/division.ts'
import { Clocks } from './clocks.tsx'
import { Divisions } from './divisions.tsx'
import { openCasesOf, sumOf, useFigures } from './figures.ts'
import { Grades } from './grades.tsx'
import { Ticker } from './ticker.tsx'
import { useOverviewTexts } from './use-texts.ts'
import './overview.css'

/** What a duty officer has open all day: figures, what happens now, and whose clock is running out. */
export function OverviewPage() {
  const t = useOverviewTexts()
  const division = useDivision()
  const seesCases = useMay('read-cases')
  const whole = useFigures(division, {})
  const year = useFigures(
    division,
    { from: `${whole.data?.today.slice(0, 4)}-01-01` },
    whole.data !== undefined,
  )
  const { data: named } = useQuery({
    queryKey: ['division', division],
    queryFn: ({ signal }) => client.division(division, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const name = division === null ? t('wholeCountry') : (named?.fullName ?? division)
  return (
    <>
      <PageHead title={t('title')} about={t('about', { division: name, today: whole.data?.today ?? '' })} />
      <QueryView query={whole} lines={2}>
        {(all) => <KeyFigures all={all} year={year.data} />}
      </QueryView>
      <div className="overview-grid">
        <Panel title={t('ticker')} flush className="overview-ticker">
          <Ticker />
        </Panel>
        <Panel title={t('clocks')} flush className="overview-clocks">
          {seesCases ? (
            <Clocks division={division} />
          ) : (
            <Nothing title={t('clocksClosed')} hint={t('clocksClosedHint')} />
          )}
        </Panel>
        <Panel title={t('grades')} className="overview-grades">
          <QueryView query={whole} lines={6}>
            {({ grades, illustrativeGrades }) => <Grades grades={grades} illustrative={illustrativeGrades} />}
          </QueryView>
        </Panel>
        {named && named.parts.length > 0 && (
          <Panel title={t('divisions')} flush className="overview-divisions">
            <Divisions parts={named.parts} />
          </Panel>
        )}
      </div>
    </>
  )
}

function KeyFigures({ all, year }: { all: Dashboard; year: Dashboard | undefined }) {
  const t = useOverviewTexts()
  const total = (name: string) => all.totals[name] ?? 0
  const thisYear = (name: string) => year?.totals[name] ?? 0
  const underWay = sumOf(
    all.assessments,
    Object.keys(all.assessments).filter((stage) => stage !== 'archived'),
  )
  const registered = Object.values(all.institutions).reduce((sum, count) => sum + count, 0)
  const gone = sumOf(all.institutions, ['withdrawn', 'removed', 'banned'])
  const figures = [
    [
      t('institutions'),
      formatCount(all.institutions.active ?? 0),
      t('institutionsOf', { count: registered, gone }),
    ],
    [
      t('practitioners'),
      formatCount(all.practitioners.registered ?? 0),
      t('practitionersOf', { count: formatCount(total('practitionersRegistered')) }),
    ],
    [
      t('inspections'),
      formatCount(thisYear('inspectionsConcluded')),
      t('inspectionsOf', { count: thisYear('rectificationsOrdered') }),
    ],
    [t('cases'), formatCount(openCasesOf(all)), t('casesOf', { count: thisYear('casesDecided') })],
    [t('fines'), formatMoney(thisYear('finesDecidedFen')), t('finesOf', { count: thisYear('finesPaid') })],
    [t('assessments'), formatCount(underWay), t('assessmentsOf', { count: thisYear('reportsIssued') })],
  ] as const
  return (
    <dl className="key-figures">
      {figures.map(([name, value, about]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          <dd className="key-figure-about">{about}</dd>
        </div>
      ))}
    </dl>
  )
}
