import type { LedgerEventView } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { QueryView } from '../query-view.tsx'
import { differencesOf } from './differences.ts'
import { useEventTexts } from './use-texts.ts'

/** The state of the stream as the ledger knew it right before the event, and with it: only what differs. */
export function StateChange({ event }: { event: LedgerEventView }) {
  const t = useEventTexts()
  const query = useQuery({
    queryKey: ['state-change', event.id],
    queryFn: async ({ signal }) => {
      const before = new Date(Date.parse(event.recordedAt) - 1).toISOString()
      const known = (asKnownAt: string) =>
        event.revision === 0 && asKnownAt === before
          ? null
          : client.state(event.stream, { asKnownAt }, { signal }).then(({ state }) => state)
      const [then, now] = await Promise.all([known(before), known(event.recordedAt)])
      return differencesOf(then, now)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <>
      <p className="event-hint">{t('changeHint')}</p>
      <QueryView query={query} isEmpty={(all) => all.length === 0} empty={<p>{t('noChange')}</p>}>
        {(differences) => <Differences differences={differences} />}
      </QueryView>
    </>
  )
}

type DifferencesProps = {
  differences: readonly { readonly path: string; readonly before: string; readonly after: string }[]
}

/** Two states side by side, by the fields in which they differ. */
export function Differences({ differences }: DifferencesProps) {
  const t = useEventTexts()
  return (
    <table className="differences">
      <thead>
        <tr>
          <th scope="col">{t('path')}</th>
          <th scope="col">{t('before')}</th>
          <th scope="col">{t('after')}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td className="difference-before">{before === '' ? '—' : <del>{before}</del>}</td>
            <td className="difference-after">{after === '' ? '—' : <ins>{after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
