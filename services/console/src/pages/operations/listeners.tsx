import type { LiveListener } from '@fireledger/client'
import { formatCount, formatMoment } from '../../i18n/format.ts'
import { Nothing } from '../../parts/query-view.tsx'
import { useOperationsTexts } from './use-texts.ts'

const ways = { websocket: 'WebSocket', sse: 'SSE' } as const

/** Who listens live to this gateway, how far each has been told, and who does not keep up. */
export function Listeners({ listeners }: { listeners: readonly LiveListener[] }) {
  const t = useOperationsTexts()
  if (listeners.length === 0) return <Nothing title={t('listenersNone')} hint={t('listenersNoneHint')} />
  const headings = ['who', 'role', 'kind', 'since', 'cursor', 'waiting'] as const
  return (
    <table className="operations-table">
      <thead>
        <tr>
          {headings.map((heading) => (
            <th key={heading} scope="col">
              {t(heading)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {listeners.map(({ kind, principal, role, division, since, cursor, waitingBytes }, index) => (
          <tr key={`${principal} ${since} ${index}`}>
            <th scope="row" className="mono">
              {principal}
            </th>
            <td>
              {role}
              {division !== null && <small className="mono"> {division}</small>}
            </td>
            <td>{ways[kind]}</td>
            <td>{formatMoment(since)}</td>
            <td className="number mono">{cursor ?? '—'}</td>
            <td className="number">{formatCount(waitingBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
