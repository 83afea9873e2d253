import { useCatalogue } from '../../api/catalogue.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { useCodeName } from '../../parts/use-texts.ts'
import type { CaseKind, ProcessRow } from './view-query.ts'

/** What stages, activities and requirements are called, and how long a stage may take. */

const kebab = (type: string) => type.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()

export type ViewWords = ReturnType<typeof useViewWords>

/** `process`: code of the one that is looked at; null: any. */
export function useViewWords(kind: CaseKind, processes: readonly ProcessRow[], process: string | null) {
  const inLanguage = useInLanguage()
  const codeName = useCodeName()
  const { data: catalogue } = useCatalogue()
  const asked = processes.filter(({ code }) => process === null || code === process)
  const stages = asked.flatMap(({ details }) => details.content.stages)
  const evidence = stages.flatMap((stage) => stage.evidence)
  const events = catalogue?.categories.flatMap((category) => category.events) ?? []
  const titled = (found: { title: { zh: string; en: string } } | undefined) => inLanguage(found?.title)
  const stage = (code: string | null) => {
    if (code === null) return codeName('case-stage', 'none')
    if (kind === 'penaltyCase') return codeName('case-stage', code)
    const names = new Set(stages.filter((one) => one.code === code).map(titled))
    // Of several processes that call it otherwise, none is right.
    return names.size === 1 ? `${code} ${[...names][0]}` : code
  }
  const activity = (code: string): string => {
    const event = events.find((one) => code === kebab(one.type) || code.startsWith(`${kebab(one.type)}-`))
    const found = titled(evidence.find((one) => one.kind === code)) || titled(event)
    const more =
      event && !evidence.some((one) => one.kind === code) ? code.slice(kebab(event.type).length + 1) : ''
    return `${found || code}${more === '' ? '' : ` (${codeName('charge', more)})`}`
  }
  return {
    stage,
    /** For a drawing with the names beside it. */
    stageShort: (code: string) => (kind === 'penaltyCase' ? stage(code) : code),
    step: (basis: string, code: string) => (basis === 'stages' ? stage(code) : activity(code)),
    /** Working days; null where the processes that are looked at differ, or there is none. */
    limit: (code: string): number | null => {
      if (kind === 'penaltyCase') return null
      const limits = new Set(stages.filter((one) => one.code === code).map((one) => one.limitWorkingDays))
      return limits.size === 1 ? ([...limits][0] ?? null) : null
    },
    gateDetail: (event: string, detail: string) => {
      if (event === 'returned') return stage(detail)
      if (event === 'waived')
        return titled(evidence.find((one) => one.kind === detail)) || codeName('gate', detail)
      return codeName(event === 'refused' ? 'refused' : 'voided', detail)
    },
    mark: (code: string) => codeName('mark', code),
  }
}
