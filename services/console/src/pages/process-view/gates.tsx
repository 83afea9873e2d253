import { Tag } from '../../parts/status-tag.tsx'
import { CasesLink } from './cases.tsx'
import { percent } from './stages.tsx'
import { useViewTexts } from './use-texts.ts'
import { gateEvents, type View } from './view-query.ts'
import type { ViewWords } from './view-words.ts'

const tones = { waived: 'info', refused: 'bad', returned: 'warn', voided: 'bad', marked: 'warn' } as const

/** What was waived, refused, returned, voided or looks odd: how often, in which stage, the most frequent first. */
export function Gates({ view, words }: { view: View; words: ViewWords }) {
  const t = useViewTexts()
  const rows = [
    ...gateEvents.flatMap((event) =>
      view.gates[event].map((one) => ({
        ...one,
        event,
        what: words.gateDetail(event, one.detail),
        question: one.stage === null ? `gate=${event}` : `gate=${event}&stage=${one.stage}`,
      })),
    ),
    ...view.marks.map((one) => ({
      ...one,
      event: 'marked' as const,
      what: words.mark(one.mark),
      question: one.stage === null ? `mark=${one.mark}` : `mark=${one.mark}&stage=${one.stage}`,
    })),
  ]
  if (rows.length === 0) return <p className="process-more">{t('noGates')}</p>
  return (
    <table className="listing">
      <thead>
        <tr>
          {(['event', 'what', 'stage', 'times', 'cases', 'share'] as const).map((heading, index) => (
            <th key={heading} scope="col" className={index > 2 ? 'number' : ''}>
              {t(`col.${heading}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ event, what, stage, count, cases, caseShare, question }) => (
          <tr key={`${event} ${question} ${what}`}>
            <td className="whole">
              <Tag tone={tones[event]}>{t(`event.${event}`)}</Tag>
            </td>
            <th scope="row">{what}</th>
            <td>{words.stage(stage)}</td>
            <td className="number">{count}</td>
            <td className="number">
              <CasesLink question={question}>{cases}</CasesLink>
            </td>
            <td className="number">{percent(caseShare)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
