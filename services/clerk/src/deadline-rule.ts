import type { LocalDate } from '@fireledger/domain'
import type { CommandRequest } from './command-request.ts'
import type { Memory } from './memory.ts'

/** What the passing of time asks for. Pure: the day comes in, and what is due by it comes out, the same each time. */
export type DeadlineRule = {
  readonly name: string
  due(today: LocalDate, memory: Memory): Iterable<CommandRequest>
  /** What the memory keeps and forgets (null) once all that was due is asked. */
  done?(today: LocalDate, memory: Memory): Iterable<readonly [key: string, document: unknown]>
}
