import { Facts } from '../../parts/facts.tsx'
import { GradeBadge } from '../../parts/grade-badge.tsx'
import { Nothing } from '../../parts/query-view.tsx'
import { StatusTag, Tag } from '../../parts/status-tag.tsx'
import { usePartsTexts } from '../../parts/use-texts.ts'
import type { SubjectAt } from './subject-at.ts'
import { useReplayTexts } from './use-texts.ts'

/** How the institution stood at the moment. */
export function MomentView({ at: { row, credit } }: { at: SubjectAt }) {
  const t = useReplayTexts()
  const shared = usePartsTexts()
  if (row === null) return <Nothing title={t('notYet')} hint={t('notYetHint')} />
  const { conditionsMet } = row
  return (
    <div className="replay-moment">
      <GradeBadge grade={credit?.grade ?? null} large />
      {credit?.illustrative && (
        <Tag tone="idle" title={shared('illustrativeHint')}>
          {shared('illustrative')}
        </Tag>
      )}
      <Facts
        of={[
          [t('status'), <StatusTag key="status" kind="institution" status={row.status} />],
          [t('score'), credit?.score],
          [
            t('conditions'),
            conditionsMet === null || conditionsMet === undefined
              ? t('notVerified')
              : t(conditionsMet ? 'met' : 'unmet'),
          ],
          [t('rulebook'), credit?.rulebook],
          [
            t('nextChange'),
            credit?.nextChange &&
              t('nextChangeOn', { on: credit.nextChange.on, grade: credit.nextChange.grade }),
          ],
        ]}
      />
    </div>
  )
}
