import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { ClockBadge } from '../../parts/clock-badge.tsx'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { useOverviewTexts } from './use-texts.ts'

type Clock = {
  readonly kind: 'rectification' | 'payment'
  readonly id: string
  readonly institution: string | null
  readonly due: string
}

type InspectionRow = { id: string; institution: string | null; rectifyBy: string | null }
type CaseRow = {
  id: string
  institution: string | null
  payBy: string | null
  fineFen: number
  confiscatedFen: number
  chargedFen: number
  paidFen: number
}

const shownMax = 40
/** Where what the clock belongs to can be looked at. */
const registerOf = { rectification: 'inspections', payment: 'penalty-cases' } as const

/** Whose clock has run out or soon will: rectifications and payments, the longest overdue first. */
export function Clocks({ division }: { division: string | null }) {
  const t = useOverviewTexts()
  const toDivision = useDivisionLink()
  const query = useQuery({
    queryKey: ['figures', 'clocks', division],
    queryFn: ({ signal }) => readClocks(division, signal),
  })
  return (
    <QueryView
      query={query}
      isEmpty={(clocks) => clocks.length === 0}
      empty={<Nothing title={t('clocksNothing')} hint={t('clocksNothingHint')} />}
      lines={8}
    >
      {(clocks) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ul className="clocks" aria-label={t('clocks')} tabIndex={0}>
          {clocks.slice(0, shownMax).map(({ kind, id, institution, due }) => (
            <li key={`${kind} ${id}`}>
              <Link className="clock-kind" to={toDivision(`/${registerOf[kind]}?row=${id}`)}>
                {t(`clock.${kind}`)}
              </Link>
              <span className="clock-who">
                {institution === null ? id : <InstitutionName uscc={institution} />}
              </span>
              <ClockBadge due={due} />
            </li>
          ))}
        </ul>
      )}
    </QueryView>
  )
}

async function readClocks(division: string | null, signal: AbortSignal): Promise<Clock[]> {
  const read = <Row,>(register: string, query: Readonly<Record<string, string>>) =>
    client.list<Row>(register, { division, limit: 200, order: 'asc', ...query }, { signal })
  const [ordered, reported, missed, decided] = await Promise.all([
    read<InspectionRow>('inspections', { rectification: 'ordered' }),
    read<InspectionRow>('inspections', { rectification: 'reported' }),
    read<InspectionRow>('inspections', { rectification: 'missed' }),
    read<CaseRow>('penalty-cases', { status: 'decided' }),
  ])
  const rectifications = [...ordered.items, ...reported.items, ...missed.items].flatMap((row) =>
    row.rectifyBy === null
      ? []
      : [{ kind: 'rectification' as const, id: row.id, institution: row.institution, due: row.rectifyBy }],
  )
  const payments = decided.items.flatMap((row) =>
    row.payBy === null || row.paidFen >= row.fineFen + row.confiscatedFen + row.chargedFen
      ? []
      : [{ kind: 'payment' as const, id: row.id, institution: row.institution, due: row.payBy }],
  )
  return [...rectifications, ...payments].sort((a, b) => (a.due < b.due ? -1 : 1))
}
