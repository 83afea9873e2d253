import { type ReactNode, useId } from 'react'

type PanelProps = {
  title: ReactNode
  /** At the right of the title. */
  rest?: ReactNode
  /** The content goes to the very edge, as tables do. */
  flush?: boolean
  className?: string
  children: ReactNode
}

export function Panel({ title, rest, flush = false, className = '', children }: PanelProps) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {rest !== undefined && <div className="panel-head-rest">{rest}</div>}
      </header>
      <div className={`panel-body${flush ? ' flush' : ''}`}>{children}</div>
    </section>
  )
}

/** The head of a page: its only h1, a line about it, and what one may do there. */
export function PageHead({ title, about, rest }: { title: ReactNode; about?: ReactNode; rest?: ReactNode }) {
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {rest !== undefined && <div className="page-head-rest no-print">{rest}</div>}
    </header>
  )
}
