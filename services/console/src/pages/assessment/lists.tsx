import type { ReactNode } from 'react'
import { formatMoment } from '../../i18n/format.ts'
import { EventLink } from '../../parts/event-link.tsx'
import { PersonOf } from '../../parts/person-of.tsx'
import { Nothing } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { daysRecordedLate } from '../../parts/timeline/timeline-rows.ts'
import { useTimelineTexts } from '../../parts/timeline/use-texts.ts'
import { EnteredBy } from './entered-by.tsx'
import { Held } from './held.tsx'
import { Look, Member } from './look.tsx'
import { StepWords } from './step-words.tsx'
import type { Step, Trail } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'

type Heading =
  | 'held'
  | 'when'
  | 'step'
  | 'what'
  | 'stage'
  | 'by'
  | 'title'
  | 'kind'
  | 'sha'
  | 'rests'
  | 'item'
type MoreHeadings = 'result' | 'class' | 'points' | 'roles' | 'steps' | 'evidence' | 'findings'

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

type StageProps = { trail: Trail; stage: string | null }

export function StepList({ trail, stage }: StageProps) {
  const steps = trail.steps.filter((step) => stage === null || step.stage === stage)
  return (
    <Listing
      headings={['when', 'step', 'what', 'stage', 'by']}
      rows={steps.map((step) => <StepRow key={step.revision} trail={trail} step={step} />)}
    />
  )
}

function StepRow({ trail, step }: { trail: Trail; step: Step }) {
  const t = useAssessmentTexts()
  const timeline = useTimelineTexts()
  const words = useTrailWords(trail)
  const { effectiveAt, recordedAt, revision, type, refusal } = step
  const late = daysRecordedLate(step)
  return (
    <tr>
      <td className="whole" title={t('recorded', { at: formatMoment(recordedAt) })}>
        {formatMoment(effectiveAt)}
        {late > 0 && <small className="step-late">{timeline('recordedLater', { days: late })}</small>}
      </td>
      <th scope="row">
        <EventLink stream={`assessment-${trail.assessment}`} revision={revision}>
          {words.eventType(type)}
        </EventLink>{' '}
        {refusal !== null && <Tag tone="bad">{t('refused')}</Tag>}
      </th>
      <td>
        <StepWords trail={trail} step={step} />
      </td>
      <td>{words.stage(step.stage)}</td>
      <td>
        <Member trail={trail} id={step.member} />{' '}
        <EnteredBy trail={trail} account={step.actor} member={step.member} />
      </td>
    </tr>
  )
}

export function EvidenceList({ trail, stage }: StageProps) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  const evidence = trail.evidence.filter((one) => stage === null || one.stage === stage)
  return (
    <Listing
      headings={['title', 'kind', 'when', 'stage', 'by', 'held', 'sha', 'rests']}
      rows={evidence.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Look at={`evidence:${one.id}`}>{one.title}</Look>
          </th>
          <td>{words.kind(one.kind)}</td>
          <td className="whole">{formatMoment(one.takenAt)}</td>
          <td>{words.stage(one.stage)}</td>
          <td>
            <Member trail={trail} id={one.member} />
          </td>
          <td className="whole">
            <Held piece={one} />
          </td>
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
  const words = useTrailWords(trail)
  return (
    <Listing
      headings={['item', 'result', 'class', 'points', 'evidence', 'by']}
      rows={trail.findings.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Look at={`finding:${one.id}`}>
              {one.item} {one.description}
            </Look>
          </th>
          <td className="whole">
            <Tag tone={one.conforms ? 'good' : 'bad'}>{t(one.conforms ? 'conforms' : 'deviates')}</Tag>{' '}
            {one.supersededBy !== null && <Tag tone="idle">{t('superseded')}</Tag>}
          </td>
          <td className="whole">{words.itemClass(one.class)}</td>
          <td className="whole">{one.score && `${one.score.earned} / ${one.score.full}`}</td>
          <td className="whole">{t('evidenceOf', { count: one.evidence.length })}</td>
          <td>
            <Member trail={trail} id={one.member} />
          </td>
        </tr>
      ))}
    />
  )
}

export function PersonList({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  return (
    <Listing
      headings={['by', 'roles', 'steps', 'evidence', 'findings', 'rests']}
      rows={trail.persons.map(({ id, roles, steps, evidence, findings }) => (
        <tr key={id}>
          <th scope="row">
            <PersonOf id={id} institution={trail.institution} otherwise={roles.map(words.role).join('、')} />
          </th>
          <td>{roles.map(words.role).join('、') || t('outsider')}</td>
          <td>{steps.length}</td>
          <td>{evidence.length}</td>
          <td>{findings.length}</td>
          <td className="whole">
            <Look at={`person:${id}`}>{t('look')}</Look>
          </td>
        </tr>
      ))}
    />
  )
}
