import { useSearchParams } from 'react-router'
import { formatMoment } from '../../i18n/format.ts'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import type { Evidence, Finding, SentenceReference, Trail } from './trail.ts'
import { useAssessmentTexts } from './use-texts.ts'

/** A sentence, a finding or a piece of evidence with all that it rests on and all that rests on it. */
export function Chain({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  const [parameters, setParameters] = useSearchParams()
  const found = find(trail, parameters.get('look'))
  const close = () =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.delete('look')
      return after
    })
  return (
    <SidePanel open={found !== null} onClose={close} title={t('chainOf', { name: found?.name ?? '' })}>
      {found && (
        <div className="chain">
          <ChainSentences trail={trail} of={found.sentences} />
          <ChainFindings findings={found.findings} />
          <ChainEvidence evidence={found.evidence} />
        </div>
      )}
    </SidePanel>
  )
}

type Found = {
  readonly name: string
  readonly sentences: readonly SentenceReference[]
  readonly findings: readonly Finding[]
  readonly evidence: readonly Evidence[]
}

function find(trail: Trail, look: string | null): Found | null {
  const [kind, id = ''] = look?.split(/:(.*)/s) ?? []
  const findings = (ids: readonly string[]) => trail.findings.filter((one) => ids.includes(one.id))
  const evidence = (ids: readonly string[]) => trail.evidence.filter((one) => ids.includes(one.id))
  if (kind === 'evidence') {
    const piece = trail.evidence.find((one) => one.id === id)
    return piece
      ? {
          name: piece.title,
          sentences: piece.sentences,
          findings: findings(piece.findings),
          evidence: [piece],
        }
      : null
  }
  if (kind === 'finding') {
    const finding = trail.findings.find((one) => one.id === id)
    return finding
      ? {
          name: finding.item,
          sentences: finding.sentences,
          findings: [finding],
          evidence: evidence(finding.evidence),
        }
      : null
  }
  const [report = '', sentence = ''] = id.split(/\/(.*)/s)
  const said = trail.reports
    .find(({ number }) => number === report)
    ?.sentences.find((one) => one.id === sentence)
  if (kind !== 'sentence' || !said) return null
  return {
    name: said.section,
    sentences: [{ report, sentence }],
    findings: findings(said.findings),
    evidence: evidence(said.evidence),
  }
}

function ChainSentences({ trail, of }: { trail: Trail; of: readonly SentenceReference[] }) {
  const t = useAssessmentTexts()
  if (of.length === 0) return null
  return (
    <section>
      <h3>{t('sentences')}</h3>
      <ul>
        {of.map(({ report, sentence }) => (
          <li key={`${report} ${sentence}`}>
            <small>{report}</small>{' '}
            {
              trail.reports
                .find(({ number }) => number === report)
                ?.sentences.find(({ id }) => id === sentence)?.text
            }
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChainFindings({ findings }: { findings: readonly Finding[] }) {
  const t = useAssessmentTexts()
  if (findings.length === 0) return null
  return (
    <section>
      <h3>{t('tab.findings')}</h3>
      <ul>
        {findings.map(({ id, item, conforms, description, member }) => (
          <li key={id}>
            <Tag tone={conforms ? 'good' : 'bad'}>{t(conforms ? 'conforms' : 'deviates')}</Tag> {item}{' '}
            {description} <small className="mono">{member}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChainEvidence({ evidence }: { evidence: readonly Evidence[] }) {
  const t = useAssessmentTexts()
  return (
    <section>
      <h3>{t('tab.evidence')}</h3>
      {evidence.length === 0 && <p>{t('noChain')}</p>}
      <ul>
        {evidence.map(({ id, title, kind, takenAt, place, instrument, member, sha256 }) => (
          <li key={id}>
            {title}（{kind}） {t('takenAt', { at: formatMoment(takenAt) })}{' '}
            {place !== null && t('atPlace', { place })}{' '}
            {instrument !== null && t('instrument', { id: instrument })}
            <small className="mono">{member}</small>
            <small className="mono chain-hash">{sha256}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
