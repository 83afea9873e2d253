import type { ReactNode } from 'react'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDay, formatMoment } from '../../i18n/format.ts'
import { summaryOf } from '../../parts/event-summary.ts'
import { Look } from './look.tsx'
import type { Step, Trail } from './trail.ts'
import { useTrailWords } from './trail-words.ts'
import { useAssessmentTexts } from './use-texts.ts'

type Counted = { readonly group: string; readonly count: number }

/** What a step was about, in words: which evidence, which item, from which stage to which, how many. */
export function StepWords({ trail, step }: { trail: Trail; step: Step }): ReactNode {
  const t = useAssessmentTexts()
  const words = useTrailWords(trail)
  const inLanguage = useInLanguage()
  if (step.refusal !== null) return withoutId(inLanguage(step.refusal.message), step.member, t('thePerson'))
  const { data } = step
  const given = (name: string): string => String(data[name] ?? '')
  const number = given('reportNumber')
  switch (step.type) {
    case 'AssessmentEngaged':
      return words.process
    case 'EvidenceRecorded':
      return (
        <Look at={`evidence:${given('evidenceId')}`}>
          {evidenceWords(given('title'), words.kind(given('kind')))}
        </Look>
      )
    case 'FindingRecorded':
      return (
        <Look at={`finding:${given('findingId')}`}>
          {given('item')} {given('description')}
        </Look>
      )
    case 'StageCompleted':
      return words.stage(given('stage'))
    case 'StageReturned':
      return t('returnedTo', {
        from: words.stage(given('stage')),
        to: words.stage(given('to')),
        reason: given('reason'),
      })
    case 'StageFellOverdue':
      return t('dueSince', { stage: words.stage(given('stage')), day: given('dueOn') })
    case 'PlanRecorded': {
      const { items, interviews } = data as unknown as { items: unknown[]; interviews: unknown[] }
      return t('planned', { items: items.length, groups: interviews.length })
    }
    case 'InterviewsRecorded':
      return (data.held as unknown as Counted[])
        .map(({ group, count }) => `${words.group(group)} ${count}`)
        .join('、')
    case 'PresenceRecorded':
      return t('present', {
        place: given('place'),
        from: formatMoment(given('arrivedAt')),
        to: formatMoment(given('leftAt')).slice(11),
      })
    case 'JudgementRecorded':
      return t('judged', { score: given('score') || '—', grade: words.grade(given('grade') || '—') })
    case 'GateWaived':
      return t('waived', { requirement: words.requirement(given('requirement')), reason: given('reason') })
    case 'ReportDelivered':
      return `${number} ${t('deliveredOn', { day: given('deliveredOn') })}`
    case 'AssessmentArchived':
      return t('retained', { day: formatDay(given('retainUntil')) })
    case 'AssessmentFollowedUp':
      return given('outcome')
  }
  return [number, summaryOf(step.data)].filter((one) => one !== '').join(' · ')
}

function evidenceWords(title: string, kind: string): string {
  return title === kind ? title : `${title}（${kind}）`
}

/** A sentence of the rules with the person that it names by id called otherwise: who it is stands beside it. */
export function withoutId(sentence: string, id: string | null, instead: string): string {
  return id === null ? sentence : sentence.replaceAll(id, instead)
}
