import type { LedgerEventView } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDay } from '../../i18n/format.ts'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { UnitName } from '../../parts/unit-name.tsx'
import { useDossierTexts } from './use-texts.ts'

type Project = {
  readonly id: string
  readonly events: readonly LedgerEventView[]
}

/** The projects of the institution, from the events of their streams: there is no register of them. */
export function Projects({ uscc }: { uscc: string }) {
  const t = useDossierTexts()
  const inLanguage = useInLanguage()
  const query = useQuery({
    queryKey: ['history', uscc, 'projects'],
    queryFn: async ({ signal }) => {
      const events: LedgerEventView[] = []
      for await (const event of client.wholeHistory(uscc, { category: 'project' }, { signal }))
        events.push(event)
      return projectsOf(events)
    },
  })
  return (
    <QueryView
      query={query}
      isEmpty={(projects) => projects.length === 0}
      empty={<Nothing title={t('noProjects')} hint={t('noProjectsHint')} />}
      lines={8}
    >
      {(projects) => (
        <table className="dossier-table">
          <thead>
            <tr>
              <th scope="col">{t('project')}</th>
              <th scope="col">{t('started')}</th>
              <th scope="col">{t('lastEvent')}</th>
              <th scope="col">{t('events')}</th>
            </tr>
          </thead>
          <tbody>
            {projects.map(({ id, events }) => (
              <ProjectRow
                key={id}
                id={id}
                events={events}
                title={(event) => inLanguage(event.title, event.type)}
              />
            ))}
          </tbody>
        </table>
      )}
    </QueryView>
  )
}

type ProjectRowProps = Project & { title: (event: LedgerEventView) => string }

function ProjectRow({ id, events, title }: ProjectRowProps) {
  const [first] = events
  const last = events.at(-1)
  const unit = first?.metadata.units[0]
  return (
    <tr>
      <th scope="row">{unit ? <UnitName id={unit} /> : <span className="mono">{id}</span>}</th>
      <td>{first && formatDay(first.effectiveAt)}</td>
      <td>
        {last && title(last)} {last && <small>{formatDay(last.effectiveAt)}</small>}
      </td>
      <td>{events.length}</td>
    </tr>
  )
}

/** Latest first. */
function projectsOf(events: readonly LedgerEventView[]): Project[] {
  const byStream = new Map<string, LedgerEventView[]>()
  for (const event of events) {
    const known = byStream.get(event.streamId)
    if (known) known.push(event)
    else byStream.set(event.streamId, [event])
  }
  return [...byStream].map(([id, own]) => ({ id, events: own })).reverse()
}
