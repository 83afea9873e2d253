import { Facts } from '../../parts/facts.tsx'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Failure, Nothing, QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePartsTexts } from '../../parts/use-texts.ts'
import { Cases } from './cases.tsx'
import { Filters } from './filters.tsx'
import { Gates } from './gates.tsx'
import { Institutions } from './institutions.tsx'
import { Paths } from './paths.tsx'
import { Stages } from './stages.tsx'
import { useViewTexts } from './use-texts.ts'
import {
  type ProcessRow,
  useFollowed,
  useProcesses,
  useView,
  useWish,
  type View,
  type Wish,
} from './view-query.ts'
import { useViewWords } from './view-words.ts'
import './process-view.css'

/** How many cases went: which paths they took, where they wait, what was waived, refused and returned. */
export function ProcessViewPage() {
  const t = useViewTexts()
  const asked = useWish()
  const followed = useFollowed(asked)
  // Stages of one process are never counted with those of another: without a choice the most followed is looked at.
  const process = asked.filters.process ?? followed.data?.[0]?.process ?? null
  const wish = asked.kind === 'assessment' ? { ...asked, filters: { ...asked.filters, process } } : asked
  const view = useView(wish, asked.kind === 'penaltyCase' || followed.data !== undefined)
  const processes = useProcesses()
  return (
    <>
      <PageHead title={t('title')} about={t('about')} rest={<Exports wish={wish} />} />
      <Filters wish={wish} processes={processes.data ?? []} followed={followed.data ?? []} />
      {followed.isError && <Failure error={followed.error} onRetry={() => void followed.refetch()} />}
      <QueryView
        query={view}
        lines={8}
        isEmpty={({ cases }) => cases === 0}
        empty={<Nothing title={t('none')} hint={t('noneHint')} />}
      >
        {(data) => <Figures view={data} wish={wish} processes={processes.data ?? []} />}
      </QueryView>
    </>
  )
}

type FiguresProps = { view: View; wish: Wish; processes: readonly ProcessRow[] }

function Figures({ view, wish, processes }: FiguresProps) {
  const t = useViewTexts()
  const parts = usePartsTexts()
  const code = wish.filters.process?.split('@')[0] ?? null
  const words = useViewWords(wish.kind, processes, code)
  const { basis } = wish
  const illustrative =
    wish.kind === 'assessment' && processes.some((one) => one.illustrative && one.code === code)
  return (
    <div className="process-view">
      <section className="panel process-facts">
        <Facts
          of={[
            [t('casesCount'), view.cases],
            [t('col.open'), view.open],
            [t('startedBetween'), `${view.startedFrom ?? ''} – ${view.startedTo ?? ''}`],
            [t('pathCount'), view.pathCount],
            ...(wish.filters.institution === null
              ? []
              : ([
                  [t('col.institution'), <InstitutionName key="i" uscc={wish.filters.institution} />],
                ] as const)),
          ]}
        />
        {illustrative && (
          <p>
            <Tag tone="warn">{parts('illustrative')}</Tag> {t('illustrativeLimits')}
          </p>
        )}
      </section>
      <Panel title={t('stages')} rest={t('workingDays')}>
        <Stages stages={view.stages} words={words} />
      </Panel>
      <Panel title={t('paths')} flush rest={<BasisSwitch wish={wish} />}>
        <Paths view={view} basis={basis} words={words} />
      </Panel>
      <Panel title={t('gates')} flush>
        <Gates view={view} words={words} />
      </Panel>
      <Panel title={t('institutions')} flush rest={t('institutionsHint')}>
        <Institutions view={view} words={words} />
      </Panel>
      <Cases wish={wish} words={words} />
    </div>
  )
}

function BasisSwitch({ wish }: { wish: Wish }) {
  const t = useViewTexts()
  return (
    <label className="process-basis">
      {t('basis')}
      <select
        className="control"
        value={wish.basis}
        onChange={({ target }) =>
          wish.set({ basis: target.value === 'stages' ? null : target.value, cases: null })
        }
      >
        <option value="stages">{t('basis.stages')}</option>
        <option value="activities">{t('basis.activities')}</option>
      </select>
    </label>
  )
}

/** All cases that fit, as a log for process tools. */
function Exports({ wish: { kind, filters } }: { wish: Wish }) {
  const t = useViewTexts()
  const path = kind === 'assessment' ? 'assessments' : 'penalty-cases'
  return (
    <nav className="export-links" aria-label={t('export')}>
      {(['xes', 'ocel'] as const).map((format) => {
        const query = new URLSearchParams({ format })
        const { kind: _, ...given } = filters
        for (const [name, value] of Object.entries(given)) if (value !== null) query.set(name, value)
        return (
          <a key={format} className="button" href={`/v1/${path}/export?${query}`} download>
            {format.toUpperCase()}
          </a>
        )
      })}
    </nav>
  )
}
