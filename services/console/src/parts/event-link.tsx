import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useDivisionLink } from '../shell/division.ts'

/** Leads to one event in full, by its place in the ledger. */
export function EventLink(props: { stream: string; revision: number; children: ReactNode }) {
  const toDivision = useDivisionLink()
  const { stream, revision, children } = props
  return <Link to={toDivision(`/events/${encodeURIComponent(stream)}/${revision}`)}>{children}</Link>
}
