import type { RegisterRow } from '@fireledger/client'
import type { ReactNode } from 'react'
import type { RegisterTextKey } from './use-texts.ts'

type Suffix<Key, Prefix extends string> = Key extends `${Prefix}.${infer Rest}` ? Rest : never

/** What a cell needs to know besides its row. */
export type CellTools = {
  readonly t: (key: RegisterTextKey) => string
  readonly codeName: (kind: string, code: unknown) => string
}

export type Column = {
  /** Its heading is `col.<key>`. */
  readonly key: Suffix<RegisterTextKey, 'col'>
  readonly width: number
  readonly align?: 'right'
  /** As plain text, for exports; what is shown too, unless `show` says otherwise. */
  readonly text: (row: RegisterRow, tools: CellTools) => string
  readonly show?: (row: RegisterRow, tools: CellTools) => ReactNode
}

export type Filter = {
  /** The query parameter, in the address as in the API; its name is `filter.<name>`. */
  readonly name: Suffix<RegisterTextKey, 'filter'>
  /** Codes to choose from with the kind under which `codeTexts` names them; or the two ends of a range of days. */
  readonly choices: { readonly kind: string; readonly codes: readonly string[] } | 'days'
}

export type RegisterDefinition = {
  readonly path: Suffix<RegisterTextKey, 'title'>
  /** The category whose streams are the rows. */
  readonly category: string
  /** The column that names a row. */
  readonly id: string
  readonly order: 'asc' | 'desc'
  readonly columns: readonly Column[]
  readonly filters: readonly Filter[]
  /** Whether its rows name people, who are shown and found by name for a stated purpose. */
  readonly hasPersons?: boolean
  /** The page of one row; without it a row opens beside the list. */
  readonly rowPath?: (row: RegisterRow) => string
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return String(value)
}
