import type { LedgerEventView } from '@fireledger/client'
import { Tabs } from 'antd'
import { useState } from 'react'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatMoment } from '../../i18n/format.ts'
import { ArticlesOf } from '../articles.tsx'
import { EventLink } from '../event-link.tsx'
import { Facts } from '../facts.tsx'
import { IllustrativeMark } from '../illustrative-mark.tsx'
import { Nothing } from '../query-view.tsx'
import { Causes } from './causes.tsx'
import { StateChange } from './state-change.tsx'
import { useEventTexts } from './use-texts.ts'
import { ValueTree } from './value-tree.tsx'
import './event-details.css'

type EventDetailsProps = {
  event: LedgerEventView | undefined
  /** Among which its causes and effects are looked for. */
  among?: readonly LedgerEventView[]
  onSelect?: (event: LedgerEventView) => void
}

function Rulebook({ of }: { of: LedgerEventView['metadata'] }) {
  return (
    <>
      {of.rulebook} {of.illustrative && <IllustrativeMark />}
    </>
  )
}

/** One event in full: what it says, what it changed, what caused it, and the stored form. */
export function EventDetails({ event, among = [], onSelect }: EventDetailsProps) {
  const t = useEventTexts()
  const inLanguage = useInLanguage()
  const [tab, setTab] = useState('content')
  if (!event) return <Nothing title={t('select')} hint={t('selectHint')} />
  const { metadata } = event
  const { actor, reliedOn } = metadata
  return (
    <article className="event-details" aria-label={inLanguage(event.title, event.type)}>
      <h3>
        {inLanguage(event.title, event.type)} <code>{event.type}</code>
      </h3>
      <Facts
        of={[
          [t('effectiveAt'), formatMoment(event.effectiveAt)],
          [t('recordedAt'), formatMoment(event.recordedAt)],
          [
            t('stream'),
            <span key="stream" className="mono">
              {event.stream} · {t('proof', { position: event.position, revision: event.revision })}
            </span>,
          ],
          ...(actor
            ? ([
                [t('actor'), <span key="actor" className="mono">{`${actor.id} (${actor.role})`}</span>],
              ] as const)
            : []),
          ...(metadata.rulebook
            ? ([[t('rulebook'), <Rulebook key="rulebook" of={metadata} />]] as const)
            : []),
        ]}
      />
      <ArticlesOf bases={metadata.legalBasis} />
      {metadata.refusal !== null && <Refusal refusal={metadata.refusal} />}
      <Tabs
        size="small"
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: 'content', label: t('content'), children: <ValueTree value={event.data} /> },
          { key: 'change', label: t('change'), children: tab === 'change' && <StateChange event={event} /> },
          {
            key: 'causes',
            label: t('causes'),
            children: <Causes event={event} among={among} onSelect={onSelect} />,
          },
          { key: 'raw', label: t('raw'), children: <Raw event={event} /> },
        ]}
      />
      {reliedOn && reliedOn.length > 0 && (
        <p className="event-relied">
          {t('reliedOn')}{' '}
          {reliedOn.map(({ stream, revision }) =>
            revision < 0 ? (
              <span key={stream}>{t('reliedOnNone', { stream })}</span>
            ) : (
              <EventLink key={stream} stream={stream} revision={revision}>
                {`${stream}@${revision}`}
              </EventLink>
            ),
          )}
        </p>
      )}
    </article>
  )
}

function Refusal({ refusal }: { refusal: unknown }) {
  const t = useEventTexts()
  const inLanguage = useInLanguage()
  const { message } = refusal as { message?: { zh: string; en: string } }
  return (
    <p className="notice tone-bad">
      {t('refusal')} {inLanguage(message)}
    </p>
  )
}

function Raw({ event }: { event: LedgerEventView }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className="event-raw" tabIndex={0}>
      {JSON.stringify(event, null, 2)}
    </pre>
  )
}
