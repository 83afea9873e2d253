import { type Actor, assessmentProcess, findShippedProcess } from '@fireledger/domain'
import { handleCommands, type SubmitDependencies } from '@fireledger/event-store'
import { naturalId } from './natural-id.ts'

type Adoption = {
  /** Of a process that comes with the program. */
  readonly code: string
  /** GB/T 2260; null: where its file says. */
  readonly division: string | null
  readonly actor: Actor
  readonly correlationId: string
}

/**
 * Brings a process that comes with the program into a ledger that does not have it, in force since ever, so that old
 * assessments can be imported. A ledger that has it, adopted or not, is left as it is: that is its authority's business.
 * @returns how many events were appended.
 * @throws Error when no file has that code.
 */
export async function adoptProcess(
  { code, division, actor, correlationId }: Adoption,
  deps: Pick<SubmitDependencies, 'ledger' | 'now'>,
): Promise<number> {
  const file = findShippedProcess(code)
  if (!file) throw new Error(`the mapping names the process ${code}, which does not come with the program`)
  const area = division ?? file.division
  const command = (type: string, data: Record<string, unknown>, expectedRevision: number) => ({
    ...{ category: assessmentProcess, type, id: code, data, effectiveAt: null, actor, correlationId },
    ...{ causationId: null, commandId: naturalId('process', 'command', code, type), expectedRevision },
  })
  const outcomes = await handleCommands(
    [
      command('DraftAssessmentProcess', { division: area, content: file.content }, -1),
      command('AdoptAssessmentProcess', { division: area, from: '1900-01-01' }, 0),
    ],
    deps,
  )
  return outcomes.reduce(
    (sum, each) => sum + (each.kind === 'accepted' && !each.replayed ? each.eventIds.length : 0),
    0,
  )
}
