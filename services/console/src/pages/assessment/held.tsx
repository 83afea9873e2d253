import { Tag } from '../../parts/status-tag.tsx'
import type { Evidence } from './trail.ts'
import { useAssessmentTexts } from './use-texts.ts'

/** Whether the file of a piece of evidence is in the evidence store, with somebody else, or known by its hash alone. */
export function Held({ piece: { file, heldElsewhere } }: { piece: Evidence }) {
  const t = useAssessmentTexts()
  if (file !== null) return <Tag tone="good">{t('held.store')}</Tag>
  if (heldElsewhere) return <Tag tone="info">{t('held.elsewhere')}</Tag>
  return <Tag tone="warn">{t('held.unknown')}</Tag>
}
