import { ProblemError } from '@fireledger/client'
import { Articles } from '../../parts/articles.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { useSimulationTexts } from './use-texts.ts'

/** Why it was not started: for each field of the draft that is to blame its path, and the sentence. */
export function Refusal({ fault, error }: { fault: string | null; error: Error | null }) {
  const t = useSimulationTexts()
  const problem = error instanceof ProblemError ? error.problem : null
  const { errors = [], legalBasis = [] } = problem ?? {}
  return (
    <div className="simulation-refusal" role="alert">
      <Tag tone="bad">{t('refused')}</Tag>
      <p>{fault ?? problem?.detail ?? String(error)}</p>
      {errors.length > 0 && (
        <ul aria-label={t('faults')}>
          {errors.map(({ pointer, code, detail }) => (
            <li key={`${pointer} ${code}`}>
              <code>{pointer.replace(/^\/data/, '')}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      <Articles cited={legalBasis} />
    </div>
  )
}
