import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { findEventType, useCatalogue } from '../../api/catalogue.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatMoment } from '../../i18n/format.ts'
import { summaryOf } from '../../parts/event-summary.ts'
import { Nothing } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import type { Trail } from './trail.ts'
import { useAssessmentTexts } from './use-texts.ts'

type Heading = 'when' | 'step' | 'what' | 'stage' | 'by' | 'title' | 'kind' | 'sha' | 'rests' | 'item'
type MoreHeadings = 'result' | 'description' | 'points' | 'roles' | 'steps' | 'evidence' | 'findings'

/** Rows under headings, or why there are none. */
function Listing({
  headings,
  rows,
}: {
  headings: readonly (Heading | MoreHeadings)[]
  rows: readonly ReactNode[]
}) {
  const t = useAssessmentTexts()
  if (rows.length === 0) return <Nothing title={t('nothing')} hint={t('nothingHint')} />
  return (
    <table className="listing">
      <thead>
        <tr>
          {headings.map((heading) => (
            <th key={heading} scope="col">
              {t(`col.${heading}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{rows}</tbody>
    </table>
  )
}

/** Opens what something rests on, and what rests on it. */
export function Look({ at, children }: { at: string; children: ReactNode }) {
  const [, setParameters] = useSearchParams()
  const look = () =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.set('look', at)
      return after
    })
  return (
    <button type="button" className="link" onClick={look}>
      {children}
    </button>
  )
}

type StageProps = { trail: Trail; stage: string | null }

export function StepList({ trail, stage }: StageProps) {
  const t = useAssessmentTexts()
  const inLanguage = useInLanguage()
  const { data: catalogue } = useCatalogue()
  const steps = trail.steps.filter((step) => stage === null || step.stage === stage)
  return (
    <Listing
      headings={['when', 'step', 'what', 'stage', 'by']}
      rows={steps.map(({ revision, type, effectiveAt, data, refusal, stage: of, member }) => (
        <tr key={revision}>
          <td className="whole">{formatMoment(effectiveAt)}</td>
          <th scope="row">
            {inLanguage(catalogue && findEventType(catalogue, type)?.title, type)}{' '}
            {refusal !== null && <Tag tone="bad">{t('refused')}</Tag>}
          </th>
          <td>{typeof data.title === 'string' ? data.title : summaryOf(data)}</td>
          <td>{of}</td>
          <td className="mono">{member}</td>
        </tr>
      ))}
    />
  )
}

export function EvidenceList({ trail, stage }: StageProps) {
  const t = useAssessmentTexts()
  const evidence = trail.evidence.filter((one) => stage === null || one.stage === stage)
  return (
    <Listing
      headings={['title', 'kind', 'when', 'stage', 'by', 'sha', 'rests']}
      rows={evidence.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Look at={`evidence:${one.id}`}>{one.title}</Look>
          </th>
          <td>{one.kind}</td>
          <td className="whole">{formatMoment(one.takenAt)}</td>
          <td>{one.stage}</td>
          <td className="mono">{one.member}</td>
          <td className="mono" title={one.sha256}>
            {one.sha256.slice(0, 12)}…
          </td>
          <td className="whole">
            {one.findings.length > 0 && t('findingsOf', { count: one.findings.length })}
          </td>
        </tr>
      ))}
    />
  )
}

export function FindingList({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  return (
    <Listing
      headings={['item', 'result', 'description', 'points', 'evidence', 'by']}
      rows={trail.findings.map((one) => (
        <tr key={one.id}>
          <th scope="row" className="whole">
            <Look at={`finding:${one.id}`}>
              {one.item}（{one.class}）
            </Look>
          </th>
          <td className="whole">
            <Tag tone={one.conforms ? 'good' : 'bad'}>{t(one.conforms ? 'conforms' : 'deviates')}</Tag>{' '}
            {one.supersededBy !== null && <Tag tone="idle">{t('superseded')}</Tag>}
          </td>
          <td>{one.description}</td>
          <td className="whole">{one.score && `${one.score.earned} / ${one.score.full}`}</td>
          <td className="whole">{t('evidenceOf', { count: one.evidence.length })}</td>
          <td className="mono">{one.member}</td>
        </tr>
      ))}
    />
  )
}

export function PersonList({ trail }: { trail: Trail }) {
  return (
    <Listing
      headings={['by', 'roles', 'steps', 'evidence', 'findings']}
      rows={trail.persons.map(({ id, roles, steps, evidence, findings }) => (
        <tr key={id}>
          <th scope="row" className="mono">
            {id}
          </th>
          <td>{roles.join('、')}</td>
          <td>{steps.length}</td>
          <td>{evidence.length}</td>
          <td>{findings.length}</td>
        </tr>
      ))}
    />
  )
}
