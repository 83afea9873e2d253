import type { LedgerEventView } from '@fireledger/client'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatMoment } from '../../i18n/format.ts'
import { useEventTexts } from './use-texts.ts'

type CausesProps = {
  event: LedgerEventView
  among: readonly LedgerEventView[]
  onSelect: ((event: LedgerEventView) => void) | undefined
}

/** What led to an event, and what followed from it, as a tree of causes. */
export function Causes({ event, among, onSelect }: CausesProps) {
  const t = useEventTexts()
  const chain = causesOf(event, among)
  const [first] = chain
  const missing = first?.metadata.causationId ?? null
  return (
    <div className="causes">
      {missing === null ? (
        <p className="event-hint">{t('noCause')}</p>
      ) : (
        <p className="event-hint">{t('causeElsewhere', { id: missing })}</p>
      )}
      <Branch event={first ?? event} current={event} among={among} onSelect={onSelect} depth={0} />
    </div>
  )
}

const depthMax = 12

/** From the first cause that is known down to the event itself. */
function causesOf(event: LedgerEventView, among: readonly LedgerEventView[]): LedgerEventView[] {
  const chain = [event]
  for (let depth = 0; depth < depthMax; depth++) {
    const cause = among.find(({ id }) => id === chain[0]?.metadata.causationId)
    if (!cause || chain.includes(cause)) break
    chain.unshift(cause)
  }
  return chain
}

type BranchProps = CausesProps & { current: LedgerEventView; depth: number }

function Branch({ event, current, among, onSelect, depth }: BranchProps) {
  const t = useEventTexts()
  const inLanguage = useInLanguage()
  const effects = depth < depthMax ? among.filter(({ metadata }) => metadata.causationId === event.id) : []
  const title = inLanguage(event.title, event.type)
  return (
    <ul>
      <li>
        {event.id === current.id ? (
          <strong>
            {title} <small>{t('thisEvent')}</small>
          </strong>
        ) : (
          <button type="button" className="link" onClick={() => onSelect?.(event)} title={t('open')}>
            {title}
          </button>
        )}{' '}
        <small>
          {formatMoment(event.recordedAt)} · {event.stream}
        </small>
        {effects.map((effect) => (
          <Branch
            key={effect.id}
            event={effect}
            current={current}
            among={among}
            onSelect={onSelect}
            depth={depth + 1}
          />
        ))}
      </li>
    </ul>
  )
}
