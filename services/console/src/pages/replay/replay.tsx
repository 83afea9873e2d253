import type { LedgerEventView } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { client } from '../../api/client.ts'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { EventTimeline } from '../../parts/timeline/event-timeline.tsx'
import { Differences } from './differences.tsx'
import { Handles } from './handles.tsx'
import { MomentView } from './moment-view.tsx'
import { daysOf, knownAt, type Moment } from './moments.ts'
import { ProofPanel } from './proof-panel.tsx'
import { type SubjectAt, useSubjectAt } from './subject-at.ts'
import { SubjectChoice } from './subject-choice.tsx'
import { useReplayAddress } from './use-moment.ts'
import { useReplayTexts } from './use-texts.ts'
import './replay.css'

/** What an auditor and a reviewer after a fire do: go back to a day, and see what held then and what was known then. */
export function ReplayPage() {
  const t = useReplayTexts()
  const { subject, choose } = useReplayAddress()
  const history = useQuery({
    queryKey: ['figures', 'whole-history', subject],
    queryFn: async ({ signal }) => {
      const events: LedgerEventView[] = []
      for await (const event of client.wholeHistory(subject ?? '', {}, { signal })) events.push(event)
      return events
    },
    enabled: subject !== null,
  })
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <SubjectChoice onChoose={choose} />
      {subject === null ? (
        <Nothing title={t('chooseFirst')} hint={t('chooseFirstHint')} />
      ) : (
        <QueryView
          query={history}
          lines={10}
          isEmpty={(events) => events.length === 0}
          empty={<Nothing title={t('foundNone')} />}
        >
          {(events) => <Replay key={subject} subject={subject} events={events} />}
        </QueryView>
      )}
    </>
  )
}

function Replay({ subject, events }: { subject: string; events: readonly LedgerEventView[] }) {
  const t = useReplayTexts()
  const address = useReplayAddress()
  const days = useMemo(() => daysOf(events), [events])
  const latest = days.at(-1) ?? ''
  const moment: Moment = { asOf: address.asOf ?? latest, known: address.known ?? latest }
  const [kept, setKept] = useState<{ moment: Moment; at: SubjectAt } | null>(null)
  const { asOf, known: knownDay } = moment
  const { known, later } = useMemo(() => knownAt(events, { asOf, known: knownDay }), [events, asOf, knownDay])
  const isRegistered = known.some(({ stream }) => stream === `institution-${subject}`)
  const at = useSubjectAt(subject, moment, isRegistered)
  const newestFirst = useMemo(() => [...known].reverse(), [known])
  return (
    <div className="replay">
      <Panel title={<InstitutionName uscc={subject} />} className="replay-whole">
        <Handles days={days} moment={moment} onMove={address.move} />
      </Panel>
      <Panel
        title={t('moment')}
        rest={
          <Button
            size="small"
            disabled={at.data === undefined}
            onClick={() => at.data && setKept({ moment, at: at.data })}
          >
            {t('mark')}
          </Button>
        }
      >
        <QueryView query={at}>{(standing) => <MomentView at={standing} />}</QueryView>
      </Panel>
      <Panel title={t('later')} rest={t('eventsCount', { count: later.length })} flush>
        <p className="replay-kept">{t('laterAbout')}</p>
        {later.length === 0 ? (
          <p className="replay-kept">{t('laterNone')}</p>
        ) : (
          <EventTimeline events={later} clock="recordedAt" height="220px" />
        )}
      </Panel>
      <Panel title={t('events')} rest={t('eventsCount', { count: known.length })} flush>
        <EventTimeline events={newestFirst} height="420px" />
      </Panel>
      <Panel title={t('difference')} flush>
        <QueryView query={at}>
          {(standing) => <Differences kept={kept} at={standing} onDrop={() => setKept(null)} />}
        </QueryView>
      </Panel>
      <ProofPanel uscc={subject} events={events.length} />
    </div>
  )
}
