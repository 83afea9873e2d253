import type { ReactNode } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { formatDay, formatMoment } from '../../i18n/format.ts'
import { useAsOf } from '../../parts/as-of-bar.tsx'
import { PersonOf } from '../../parts/person-of.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { Held } from './held.tsx'
import { Instrument, Look, Member } from './look.tsx'
import { type Evidence, type Presence, type Trail, useWalk, type Walk } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'

type Part<Key extends keyof Walk> = { trail: Trail; of: Walk[Key] }

/** A sentence, finding, piece of evidence, person or instrument with all that it rests on and all that rests on it. */
export function Chain({ trail }: { trail: Trail }) {
  const t = useAssessmentTexts()
  const [parameters, setParameters] = useSearchParams()
  const navigate = useNavigate()
  const { state } = useLocation() as { state: { looked?: string | null } | null }
  const look = parameters.get('look')
  const walk = useWalk(trail.assessment, look, useAsOf())
  const close = () =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.delete('look')
      return after
    })
  return (
    <SidePanel open={look !== null} onClose={close} title={t('chainOf')}>
      <div className="chain">
        {state?.looked && (
          <button type="button" className="link chain-back" onClick={() => void navigate(-1)}>
            ← {t('lookedBefore')}
          </button>
        )}
        <QueryView query={walk} lines={6}>
          {({ sentences, findings, evidence, persons, instruments, presence }) => (
            <>
              <Sentences trail={trail} of={sentences} />
              <Findings trail={trail} of={findings} />
              <EvidencePieces trail={trail} of={evidence} />
              <People trail={trail} of={persons} />
              <Instruments trail={trail} of={instruments} />
              <Presences trail={trail} of={presence} />
            </>
          )}
        </QueryView>
      </div>
    </SidePanel>
  )
}

type LinksProps = { title: string; children: ReactNode; count: number; none?: string }

function Links({ title, children, count, none }: LinksProps) {
  if (count === 0 && none === undefined) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {count === 0 ? <p>{none}</p> : <ul>{children}</ul>}
    </section>
  )
}

function Sentences({ trail, of }: Part<'sentences'>) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  return (
    <Links title={t('sentences')} count={of.length} none={t('noSentence')}>
      {of.map(({ report, status, id, section, text }) => (
        <li key={`${report} ${id}`}>
          <Look at={`sentence:${report}/${id}`}>{text}</Look>
          <small>
            {t('report', { number: report })}（{t(`status.${status}`)}） {words.section(section)} {id}
          </small>
        </li>
      ))}
    </Links>
  )
}

function Findings({ trail, of }: Part<'findings'>) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  return (
    <Links title={t('tab.findings')} count={of.length} none={t('noFinding')}>
      {of.map(({ id, item, class: itemClass, conforms, description, member, supersededBy }) => (
        <li key={id}>
          <Tag tone={conforms ? 'good' : 'bad'}>{t(conforms ? 'conforms' : 'deviates')}</Tag>{' '}
          {supersededBy !== null && <Tag tone="idle">{t('superseded')}</Tag>}{' '}
          <Look at={`finding:${id}`}>
            {item} {description}
          </Look>
          <small>
            {words.itemClass(itemClass)} · <Member trail={trail} id={member} />
          </small>
        </li>
      ))}
    </Links>
  )
}

function EvidencePieces({ trail, of }: Part<'evidence'>) {
  const t = useAssessmentTexts()
  return (
    <Links title={t('tab.evidence')} count={of.length} none={t('noEvidence')}>
      {of.map((piece) => (
        <EvidencePiece key={piece.id} trail={trail} piece={piece} />
      ))}
    </Links>
  )
}

/** What, when, where, with what, by whom; the hash that anyone can compare with the file. */
function EvidencePiece({ trail, piece }: { trail: Trail; piece: Evidence }) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  const { id, title, kind, takenAt, place, instrument, member, sha256, file, stage, heldElsewhere } = piece
  const uncovered = trail.instruments.some((one) => one.uncovered.includes(id))
  return (
    <li>
      <Look at={`evidence:${id}`}>{title}</Look>
      {words.kind(kind) !== title && <small>{words.kind(kind)}</small>}
      <dl className="chain-facts">
        <dt>{t('taken')}</dt>
        <dd>
          {formatMoment(takenAt)} · {words.stage(stage)}
        </dd>
        {place !== null && (
          <>
            <dt>{t('place')}</dt>
            <dd>{place}</dd>
          </>
        )}
        {instrument !== null && (
          <>
            <dt>{t('with')}</dt>
            <dd>
              <Instrument trail={trail} id={instrument} />{' '}
              {uncovered && <Tag tone="bad">{t('uncalibrated')}</Tag>}
            </dd>
          </>
        )}
        <dt>{t('col.by')}</dt>
        <dd>
          <Member trail={trail} id={member} />
        </dd>
        <dt>{t('hash')}</dt>
        <dd className="mono chain-hash">{sha256}</dd>
        <dt>{t('original')}</dt>
        <dd>
          <Held piece={piece} /> {heldElsewhere && t('heldAt', heldElsewhere)}
        </dd>
        {file !== null && (
          <>
            <dt>{t('file')}</dt>
            <dd>
              <a href={`/v1/evidence/${sha256}`} download={file.name}>
                {file.name}
              </a>
            </dd>
          </>
        )}
      </dl>
    </li>
  )
}

function People({ trail, of }: Part<'persons'>) {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  return (
    <Links title={t('tab.persons')} count={of.length}>
      {of.map(({ id, roles }) => (
        <li key={id}>
          <Look at={`person:${id}`}>{roles.map(words.role).join('、') || t('outsider')}</Look>{' '}
          <PersonOf id={id} institution={trail.institution} otherwise={id} />
        </li>
      ))}
    </Links>
  )
}

function Instruments({ trail, of }: Part<'instruments'>) {
  const t = useAssessmentTexts()
  return (
    <Links title={t('instruments')} count={of.length}>
      {of.map(({ id, calibrations }) => (
        <li key={id}>
          <Instrument trail={trail} id={id} />
          {calibrations.map(({ calibratedOn, validUntil }) => (
            <small key={calibratedOn}>{t('calibrated', { from: calibratedOn, to: validUntil })}</small>
          ))}
          {calibrations.length === 0 && <Tag tone="warn">{t('uncalibrated')}</Tag>}
        </li>
      ))}
    </Links>
  )
}

function Presences({ trail, of }: Part<'presence'>) {
  const t = useAssessmentTexts()
  const once = new Map<string, Presence>(of.map((one) => [`${one.member} ${one.arrivedAt}`, one]))
  return (
    <Links title={t('presence')} count={once.size}>
      {[...once.values()].map(({ revision, member, arrivedAt, leftAt, place, evidence }) => (
        <li key={revision}>
          <Look at={`evidence:${evidence}`}>
            {formatDay(arrivedAt)} {formatMoment(arrivedAt).slice(11)}–{formatMoment(leftAt).slice(11)}
          </Look>{' '}
          {place}
          <small>
            <Member trail={trail} id={member} />
          </small>
        </li>
      ))}
    </Links>
  )
}
