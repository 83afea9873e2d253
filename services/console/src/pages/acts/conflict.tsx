import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useId, useRef } from 'react'
import { client } from '../../api/client.ts'
import { QueryView } from '../../parts/query-view.tsx'
import { EventTimeline } from '../../parts/timeline/event-timeline.tsx'
import { useActsTexts } from './use-texts.ts'

type ConflictProps = {
  stream: string
  /** Revision that the writer saw; the one it has now. */
  mine: number
  theirs: number
  data: unknown
  onSend: () => void
  onReload: () => void
  onClose: () => void
}

/** Someone wrote first: what they recorded beside what was written here, and the three ways on. */
export function Conflict({ stream, mine, theirs, data, onSend, onReload, onClose }: ConflictProps) {
  const t = useActsTexts()
  const titleId = useId()
  const recorded = useQuery({
    queryKey: ['recorded-meanwhile', stream, mine, theirs],
    queryFn: ({ signal }) => client.stream(stream, { from: mine + 1, limit: 100 }, { signal }),
  })
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="act-conflict" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{t('conflict')}</h2>
      <p>{t('conflictAbout', { mine, theirs })}</p>
      <div className="act-conflict-sides">
        <section aria-label={t('theirs')}>
          <h3>{t('theirs')}</h3>
          <QueryView query={recorded}>
            {({ items }) => <EventTimeline events={items} clock="recordedAt" height="260px" />}
          </QueryView>
        </section>
        <section aria-label={t('mine')}>
          <h3>{t('mine')}</h3>
          <pre className="mono">{JSON.stringify(data, null, 2)}</pre>
        </section>
      </div>
      <footer>
        <Button onClick={onClose}>{t('keepWriting')}</Button>
        <Button onClick={onReload}>{t('reload')}</Button>
        <Button type="primary" danger onClick={onSend}>
          {t('sendMine')}
        </Button>
      </footer>
    </dialog>
  )
}
