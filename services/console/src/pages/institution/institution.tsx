import { Tabs } from 'antd'
import { Link, useParams, useSearchParams } from 'react-router'
import { formatDay } from '../../i18n/format.ts'
import { type AsOf, AsOfBar, useAsOf } from '../../parts/as-of-bar.tsx'
import { Facts } from '../../parts/facts.tsx'
import { GradeBadge } from '../../parts/grade-badge.tsx'
import { PersonName } from '../../parts/masked.tsx'
import { Failure, Skeleton } from '../../parts/query-view.tsx'
import { RevealNames } from '../../parts/reveal-names.tsx'
import { StatusTag, Tag } from '../../parts/status-tag.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import { useMay } from '../../session/session-state.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { anomalies, complaints } from '../registers/conduct-registers.tsx'
import { assessments, inspections, penaltyCases, practitioners, projects } from '../registers/registers.tsx'
import { Conditions } from './conditions.tsx'
import { Credit } from './credit.tsx'
import { type CreditView, type InstitutionRecord, useCredit, useInstitution } from './dossier-queries.ts'
import { Follows } from './follows.tsx'
import { History } from './history.tsx'
import { RowsOf } from './rows-of.tsx'
import { useDossierTexts } from './use-texts.ts'
import './institution.css'

/** Everything about one institution, on any day and as known on any day. */
export function InstitutionPage() {
  const { uscc = '' } = useParams()
  const clocks = useAsOf()
  const t = useDossierTexts()
  const record = useInstitution(uscc, clocks)
  const credit = useCredit(uscc, clocks)
  return (
    <>
      <AsOfBar />
      {record.data ? (
        <DossierHead record={record.data} credit={credit.data} />
      ) : (
        <section className="panel dossier-head">
          <h1>{t('unknown', { uscc })}</h1>
          {record.isError ? (
            <Failure error={record.error} onRetry={() => void record.refetch()} />
          ) : (
            <Skeleton lines={3} />
          )}
        </section>
      )}
      {record.data && <DossierTabs record={record.data} />}
    </>
  )
}

function DossierHead({ record, credit }: { record: InstitutionRecord; credit: CreditView | undefined }) {
  const t = useDossierTexts()
  const codeName = useCodeName()
  const toDivision = useDivisionLink()
  const clocks = useAsOf()
  const { uscc, name, type, address, status, statusSince } = record
  return (
    <section className="panel dossier-head">
      <div className="dossier-title">
        <h1>{name}</h1>
        <StatusTag kind="institution" status={status} />
        {credit?.disputed && <Tag tone="warn">{t('disputed')}</Tag>}
        {record.person !== undefined && <RevealNames />}
        <Link className="button no-print" to={toDivision(replayPath(uscc, clocks))}>
          {t('replay')}
        </Link>
      </div>
      <div className="dossier-grade">
        <GradeBadge grade={credit?.grade ?? null} large illustrative={credit?.illustrative} />
        {credit?.score !== null && credit?.score !== undefined && (
          <span>{t('score', { score: credit.score })}</span>
        )}
        <Follows credit={credit} />
      </div>
      <div className="dossier-facts">
        <Facts
          of={[
            [
              t('uscc'),
              <span key="uscc" className="mono">
                {uscc}
              </span>,
            ],
            [t('type'), codeName('institution-type', type)],
            [t('statusSince'), statusSince ? formatDay(statusSince) : null],
            ...(record.person
              ? ([[t('legalRepresentative'), <PersonName key="p" person={record.person} />]] as const)
              : []),
            [t('establishedOn'), record.establishedOn],
            [t('address'), address],
            ...(record.suspendedUntil
              ? ([[t('suspendedUntil'), formatDay(record.suspendedUntil)]] as const)
              : []),
            ...(record.rectifyBy ? ([[t('rectifyBy'), record.rectifyBy]] as const) : []),
          ]}
        />
      </div>
    </section>
  )
}

/** The same day, and what was known of it, in the replay. */
function replayPath(uscc: string, { asOf, asKnownAt }: AsOf): string {
  const query = new URLSearchParams({ subject: uscc })
  if (asOf !== null) query.set('asOf', asOf)
  if (asKnownAt !== null) query.set('asKnownAt', asKnownAt)
  return `/replay?${query}`
}

function DossierTabs({ record }: { record: InstitutionRecord }) {
  const t = useDossierTexts()
  const [parameters, setParameters] = useSearchParams()
  const seesRegister = useMay('read-register')
  const seesCases = useMay('read-cases')
  const { uscc } = record
  const tabs = [
    { key: 'timeline', shown: true, children: <History uscc={uscc} /> },
    { key: 'conditions', shown: seesRegister, children: <Conditions record={record} /> },
    {
      key: 'people',
      shown: seesRegister,
      children: <RowsOf register={practitioners} query={{ employer: uscc }} without="employer" />,
    },
    {
      key: 'projects',
      shown: seesRegister,
      children: <RowsOf register={projects} query={{ institution: uscc }} without="institution" />,
    },
    {
      key: 'inspections',
      shown: seesCases,
      children: <RowsOf register={inspections} query={{ institution: uscc }} without="institution" />,
    },
    {
      key: 'penalties',
      shown: seesCases,
      children: <RowsOf register={penaltyCases} query={{ institution: uscc }} without="institution" />,
    },
    {
      key: 'anomalies',
      shown: seesCases,
      children: <RowsOf register={anomalies} query={{ institution: uscc }} without="institution" />,
    },
    {
      key: 'complaints',
      shown: seesCases,
      children: <RowsOf register={complaints} query={{ institution: uscc }} without="institution" />,
    },
    { key: 'credit', shown: true, children: <Credit uscc={uscc} /> },
    {
      key: 'assessments',
      shown: seesCases,
      children: <RowsOf register={assessments} query={{ institution: uscc }} without="institution" />,
    },
  ] as const
  const active = parameters.get('tab') ?? 'timeline'
  const shown = tabs.find(({ key }) => key === active)
  const choose = (key: string) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.set('tab', key)
      for (const name of ['row', 'event', 'at']) after.delete(name)
      return after
    })
  return (
    <section className="panel dossier-tabs">
      <h2 className="dossier-on-paper">{t(`tab.${shown?.key ?? 'timeline'}`)}</h2>
      <Tabs
        activeKey={active}
        onChange={choose}
        destroyOnHidden
        items={tabs
          .filter(({ shown }) => shown)
          .map(({ key, children }) => ({ key, label: t(`tab.${key}`), children }))}
      />
    </section>
  )
}
