import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { type Moment, placeOf } from './moments.ts'
import { useReplayTexts } from './use-texts.ts'

type HandlesProps = {
  /** Days with events, in order; at least one. */
  days: readonly string[]
  moment: Moment
  onMove: (moment: Moment) => void
}

/** How long a day with events stays while it plays. */
const stepMs = 900

/** The two handles, and what moves them: step, jump, play. */
export function Handles({ days, moment, onMove }: HandlesProps) {
  const t = useReplayTexts()
  const [together, setTogether] = useState(moment.asOf === moment.known)
  const [playing, setPlaying] = useState(false)
  const place = placeOf(days, moment.asOf)
  const end = days.length - 1

  const moveTo = (next: number) => {
    const asOf = days[Math.max(0, Math.min(end, next))] ?? moment.asOf
    onMove({ asOf, known: together ? asOf : moment.known })
  }
  const moveKnownTo = (next: number) => {
    const known = days[next] ?? moment.known
    onMove({ asOf: together ? known : moment.asOf, known })
  }

  useEffect(() => {
    if (!playing) return
    if (place >= end) return setPlaying(false)
    const timer = setTimeout(() => moveTo(place + 1), stepMs)
    return () => clearTimeout(timer)
  })

  return (
    <div className="replay-handles no-print">
      <Handle name={t('asOf')} days={days} day={moment.asOf} onMove={moveTo} />
      <Handle name={t('known')} days={days} day={moment.known} onMove={moveKnownTo} />
      <div className="replay-buttons">
        <Button onClick={() => moveTo(0)} disabled={place === 0}>
          {t('first')}
        </Button>
        <Button onClick={() => moveTo(place - 1)} disabled={place === 0}>
          {t('back')}
        </Button>
        <Button type="primary" onClick={() => setPlaying(!playing)} disabled={!playing && place >= end}>
          {t(playing ? 'pause' : 'play')}
        </Button>
        <Button onClick={() => moveTo(place + 1)} disabled={place >= end}>
          {t('forward')}
        </Button>
        <Button onClick={() => moveTo(end)} disabled={place >= end}>
          {t('last')}
        </Button>
        <span>{t('step', { step: place + 1, steps: days.length })}</span>
        <label title={t('togetherHint')}>
          <input
            type="checkbox"
            checked={together}
            onChange={({ target }) => {
              setTogether(target.checked)
              if (target.checked) onMove({ asOf: moment.asOf, known: moment.asOf })
            }}
          />{' '}
          {t('together')}
        </label>
      </div>
    </div>
  )
}

type HandleProps = {
  name: string
  days: readonly string[]
  day: string
  onMove: (place: number) => void
}

function Handle({ name, days, day, onMove }: HandleProps) {
  return (
    <label className="replay-handle">
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={days.length - 1}
        value={placeOf(days, day)}
        aria-valuetext={day}
        onChange={({ target }) => onMove(Number(target.value))}
      />
      <output>{day}</output>
    </label>
  )
}
