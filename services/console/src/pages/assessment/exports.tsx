import { useAsOf } from '../../parts/as-of-bar.tsx'
import { useAssessmentTexts } from './use-texts.ts'

const formats = ['json', 'xes', 'ocel', 'prov'] as const

/** The trail as a file, in the forms that process tools and archives read; with the clocks that the page has. */
export function Exports({ id }: { id: string }) {
  const t = useAssessmentTexts()
  const { asOf, asKnownAt } = useAsOf()
  return (
    <nav className="export-links" aria-label={t('export')}>
      {formats.map((format) => {
        const query = new URLSearchParams({ format })
        if (asOf !== null) query.set('asOf', asOf)
        if (asKnownAt !== null) query.set('asKnownAt', asKnownAt)
        return (
          <a
            key={format}
            className="button"
            href={`/v1/assessments/${encodeURIComponent(id)}/export?${query}`}
            title={t(`export.${format}`)}
            download
          >
            {format.toUpperCase()}
          </a>
        )
      })}
    </nav>
  )
}
