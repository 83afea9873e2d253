import type { SimulatedMovement } from '@fireledger/client'
import { Button } from 'antd'
import { Fragment, useId, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { GradeBadge } from '../../parts/grade-badge.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Nothing } from '../../parts/query-view.tsx'
import { Tag, type Tone } from '../../parts/status-tag.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { MoverLines } from './mover-lines.tsx'
import { changed } from './use-asking.ts'
import { useSimulationTexts } from './use-texts.ts'

type Direction = SimulatedMovement['direction']

const directions = ['all', 'up', 'down'] as const
const tones: Readonly<Record<Direction, Tone>> = { up: 'good', down: 'bad', other: 'info' }
const signs: Readonly<Record<Direction, string>> = { up: '↑', down: '↓', other: '↔' }
/** A province has thousands: they are shown by and by. */
const shownAtOnce = 100

/** Whose grade differs, to be narrowed to those who rise or fall. */
export function Movers({ movements }: { movements: readonly SimulatedMovement[] }) {
  const t = useSimulationTexts()
  const [parameters, setParameters] = useSearchParams()
  const [shown, setShown] = useState(shownAtOnce)
  const direction = directions.find((each) => each === parameters.get('direction')) ?? 'all'
  const found = movements.filter((each) => direction === 'all' || each.direction === direction)
  const left = found.length - shown
  const choose = (value: string) =>
    setParameters((before) => changed(before, { direction: value === 'all' ? '' : value }))
  if (movements.length === 0) {
    return (
      <Panel title={t('movers')}>
        <Nothing title={t('moversNone')} hint={t('moversNoneHint')} />
      </Panel>
    )
  }
  return (
    <Panel
      title={t('movers')}
      flush
      rest={
        <>
          <select
            className="control"
            aria-label={t('direction')}
            value={direction}
            onChange={({ target }) => choose(target.value)}
          >
            {directions.map((each) => (
              <option key={each} value={each}>
                {t(`direction.${each}`)}
              </option>
            ))}
          </select>
          <span className="simulation-found">{t('moversCount', { count: found.length })}</span>
        </>
      }
    >
      {found.length === 0 ? (
        <Nothing title={t('directionNone')} hint={t('directionNoneHint')} />
      ) : (
        <MoversTable movements={found.slice(0, shown)} />
      )}
      {left > 0 && (
        <p className="simulation-more no-print">
          <Button onClick={() => setShown(shown + shownAtOnce)}>
            {t('more', { count: Math.min(left, shownAtOnce) })}
          </Button>
        </p>
      )}
    </Panel>
  )
}

function MoversTable({ movements }: { movements: readonly SimulatedMovement[] }) {
  const t = useSimulationTexts()
  return (
    <table className="listing simulation-movers">
      <thead>
        <tr>
          <th scope="col">{t('subject')}</th>
          <th scope="col">{t('direction')}</th>
          <th scope="col">{t('gradeChange')}</th>
          <th scope="col" className="number">
            {t('score')}
          </th>
          <th scope="col">{t('why')}</th>
        </tr>
      </thead>
      <tbody>
        {movements.map((movement) => (
          <Mover key={`${movement.subjectKind} ${movement.subject}`} movement={movement} />
        ))}
      </tbody>
    </table>
  )
}

function Mover({ movement }: { movement: SimulatedMovement }) {
  const t = useSimulationTexts()
  const [open, setOpen] = useState(false)
  const linesId = useId()
  const { subject, name, direction, before, after, lines } = movement
  return (
    <Fragment>
      <tr>
        <th scope="row">
          <SubjectName movement={movement} />
        </th>
        <td className="whole">
          <Tag tone={tones[direction]}>
            {signs[direction]} {t(`direction.${direction}`)}
          </Tag>
        </td>
        <td className="whole">
          <GradeBadge grade={before.grade} illustrative={before.illustrative} /> →{' '}
          <span className="visually-hidden">{t('to')}</span>
          <GradeBadge grade={after.grade} illustrative={after.illustrative} />
        </td>
        <td className="number">
          {before.score ?? '—'} → {after.score ?? '—'}
        </td>
        <td className="whole">
          <button
            type="button"
            className="link"
            aria-expanded={open}
            aria-controls={open ? linesId : undefined}
            aria-label={t('showWhy', { name: name ?? subject })}
            onClick={() => setOpen(!open)}
          >
            {open ? '▾' : '▸'} {t('lines', { count: lines.length })}
          </button>
        </td>
      </tr>
      {open && (
        <tr id={linesId}>
          <td colSpan={5} className="simulation-lines">
            <MoverLines movement={movement} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

function SubjectName({ movement: { subject, subjectKind, name } }: { movement: SimulatedMovement }) {
  const toDivision = useDivisionLink()
  const shown = name ?? <span className="mono">{subject}</span>
  if (subjectKind !== 'institution') return <span title={subject}>{shown}</span>
  return (
    <Link to={toDivision(`/institutions/${subject}?tab=credit`)} title={subject}>
      {shown}
    </Link>
  )
}
