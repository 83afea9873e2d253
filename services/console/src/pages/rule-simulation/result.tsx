import type { SimulationResult } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatCount } from '../../i18n/format.ts'
import { Facts } from '../../parts/facts.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePartsTexts } from '../../parts/use-texts.ts'
import { Distribution } from './distribution.tsx'
import { Movers } from './movers.tsx'
import { useSimulationTexts } from './use-texts.ts'

const counts = ['subjects', 'moved', 'up', 'down', 'scoreChanged'] as const

/** What the simulation came to: the counts, the grades before and after, and who moves. */
export function Result({ id, result }: { id: string; result: SimulationResult }) {
  const t = useSimulationTexts()
  const shared = usePartsTexts()
  const inLanguage = useInLanguage()
  const { rulebook, before, after, movements } = result
  return (
    <>
      <Panel
        title={t('result')}
        rest={
          <>
            {rulebook.illustrative && (
              <Tag tone="warn" title={shared('illustrativeHint')}>
                {shared('illustrative')}
              </Tag>
            )}
            <a className="no-print" href={client.simulationCsvPath(id)} download>
              {t('csv')}
            </a>
          </>
        }
      >
        <dl className="simulation-counts">
          {counts.map((name) => (
            <div key={name}>
              <dt>{t(name)}</dt>
              <dd>{formatCount(result[name])}</dd>
            </div>
          ))}
        </dl>
        {result.note && <p>{inLanguage(result.note)}</p>}
        <Facts
          of={[
            [t('simulated'), `${rulebook.reference} ${inLanguage(rulebook.title)}`],
            [t('scope'), <Scope key="scope" result={result} />],
            [t('asOf'), result.asOf],
            [t('from'), result.from ?? t('wholeHistory')],
          ]}
        />
        <p className="simulation-digest" title={t('digestHint')}>
          {t('digest')} <code>{result.inputsDigest}</code>
        </p>
      </Panel>
      <Panel title={t('distribution')} flush>
        <Distribution before={before} after={after} />
      </Panel>
      <Movers movements={movements} />
    </>
  )
}

function Scope({ result: { division, subjectKind } }: { result: SimulationResult }) {
  const t = useSimulationTexts()
  const { data } = useQuery({
    queryKey: ['division', division],
    queryFn: ({ signal }) => client.division(division, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return <>{t('scopeOf', { division: data?.fullName ?? division, kind: t(`kind.${subjectKind}`) })}</>
}
