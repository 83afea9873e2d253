import { Tabs } from 'antd'
import { Fragment } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { ArticlesOf } from '../../parts/articles.tsx'
import { AsOfBar, useAsOf } from '../../parts/as-of-bar.tsx'
import { Facts } from '../../parts/facts.tsx'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { PageHead } from '../../parts/panel.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { RevealNames } from '../../parts/reveal-names.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { UnitName } from '../../parts/unit-name.tsx'
import { usePrinting } from '../../parts/use-printing.ts'
import { usePartsTexts } from '../../parts/use-texts.ts'
import { Chain } from './chain.tsx'
import { EnteredBy } from './entered-by.tsx'
import { Exports } from './exports.tsx'
import { EvidenceList, FindingList, PersonList, StepList } from './lists.tsx'
import { Member } from './look.tsx'
import { Reports } from './reports.tsx'
import { Stages } from './stages.tsx'
import { withoutId } from './step-words.tsx'
import { type Trail, useTrail } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'
import './assessment.css'

/** How an assessment was done: its stages with their clocks, and from every sentence back to the evidence. */
export function AssessmentPage() {
  const { id = '' } = useParams()
  const t = useAssessmentTexts()
  const query = useTrail(id, useAsOf())
  return (
    <>
      <PageHead
        title={t('title')}
        about={<span className="mono">{id}</span>}
        rest={
          <>
            <RevealNames />
            <Exports id={id} />
          </>
        }
      />
      <AsOfBar />
      <QueryView query={query} lines={8}>
        {({ trail, digest }) => (
          <>
            <AssessmentHead trail={trail} digest={digest} />
            <Notices trail={trail} />
            <Stages trail={trail} />
            <TrailTabs trail={trail} />
            <Chain trail={trail} />
          </>
        )}
      </QueryView>
    </>
  )
}

function AssessmentHead({ trail, digest }: { trail: Trail; digest: string }) {
  const t = useAssessmentTexts()
  const parts = usePartsTexts()
  const words = useTrailWords(trail)
  const voided = trail.reports
    .filter((report) => report.voided !== null)
    .map(({ number }) => number)
    .join('、')
  return (
    <section className="panel assessment-head">
      <Facts
        of={[
          [t('unit'), <UnitName key="unit" id={trail.unit} />],
          [t('institution'), <InstitutionName key="institution" uscc={trail.institution} />],
          [
            t('status'),
            <span key="status">
              <Tag tone={trail.status === 'archived' ? 'idle' : 'info'}>{t(trail.status)}</Tag>{' '}
              {voided !== '' && <Tag tone="bad">{t('voidReports', { numbers: voided })}</Tag>}
            </span>,
          ],
          [t('score'), trail.score],
          [
            t('process'),
            <span key="process" title={trail.process}>
              {words.process} {words.illustrative && <Tag tone="warn">{parts('illustrative')}</Tag>}
            </span>,
          ],
          [
            t('digest'),
            <span key="digest" className="mono" title={`${digest}\n${t('digestHint')}`}>
              {digest.slice(0, 16)}…
            </span>,
          ],
        ]}
      />
    </section>
  )
}

/** What someone who looks at many assessments should not overlook in this one. */
function Notices({ trail }: { trail: Trail }) {
  const { marks, waivers, steps } = trail
  const t = useAssessmentTexts()
  const inLanguage = useInLanguage()
  const words = useTrailWords(trail)
  const refused = steps.filter(({ refusal }) => refusal !== null)
  return (
    <>
      {marks.map(({ code, revision, title, detail, stage }) => (
        <p key={`${code} ${revision}`} className="notice tone-warn">
          <strong>{t('marks')}</strong> {words.stage(stage)} {inLanguage(title)}　{inLanguage(detail)}
        </p>
      ))}
      {refused.map(({ revision, refusal, member, actor }) => (
        <div key={revision} className="notice tone-bad">
          <strong>{t('refused')}</strong> <Member trail={trail} id={member} />{' '}
          {withoutId(inLanguage(refusal?.message), member, t('thePerson'))}{' '}
          <EnteredBy trail={trail} account={actor} member={member} />
          <ArticlesOf bases={refusal?.legalBasis ?? []} />
        </div>
      ))}
      {waivers.map(({ revision, stage, member, requirement, reason }) => (
        <p key={revision} className="notice tone-info">
          <strong>{t('waivers')}</strong> <Member trail={trail} id={member} /> {words.stage(stage)}{' '}
          {t('waived', { requirement: words.requirement(requirement), reason })}
        </p>
      ))}
    </>
  )
}

function TrailTabs({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  const [parameters, setParameters] = useSearchParams()
  const stage = parameters.get('stage')
  const tabs = [
    { key: 'steps', children: <StepList trail={trail} stage={stage} /> },
    { key: 'evidence', children: <EvidenceList trail={trail} stage={stage} /> },
    { key: 'findings', children: <FindingList trail={trail} /> },
    { key: 'reports', children: <Reports trail={trail} /> },
    { key: 'persons', children: <PersonList trail={trail} /> },
  ] as const
  const printing = usePrinting()
  if (printing) {
    // Paper has no tabs: all of it, one after the other.
    return (
      <section className="panel assessment-tabs">
        {tabs.map(({ key, children }) => (
          <Fragment key={key}>
            <h2>{t(`tab.${key}`)}</h2>
            {children}
          </Fragment>
        ))}
      </section>
    )
  }
  return (
    <section className="panel assessment-tabs">
      <Tabs
        activeKey={parameters.get('tab') ?? 'steps'}
        onChange={(key) =>
          setParameters((before) => {
            const after = new URLSearchParams(before)
            after.set('tab', key)
            return after
          })
        }
        items={tabs.map(({ key, children }) => ({ key, label: t(`tab.${key}`), children }))}
      />
    </section>
  )
}
