import { Button } from 'antd'
import { defineTexts } from '../i18n/define-texts.ts'
import { retryLive, useLive } from './live-state.ts'
import { texts } from './texts.ts'

const useLiveTexts = defineTexts('live', texts)

/** Whether what is shown is up to date: in words, by shape and by colour. */
export function LiveIndicator() {
  const t = useLiveTexts()
  const { status } = useLive()
  const { state, reason } = status
  const why = reason === null ? undefined : t(`reason.${reason}`)
  return (
    <span className={`live live-${state}`} role="status" data-live={state} title={why}>
      <span className="live-sign" aria-hidden="true" />
      {t(state)}
      {why !== undefined && state !== 'live' && <span>（{why}）</span>}
      {state === 'stale' && (
        <Button size="small" onClick={retryLive}>
          {t('retry')}
        </Button>
      )}
    </span>
  )
}
