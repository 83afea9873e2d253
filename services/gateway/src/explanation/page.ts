import type { Language } from '../language.ts'

/** An explanation as a page of words, before it is HTML or Markdown. */

export type Fact = readonly [label: string, value: string]

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** What the reader must not overlook. */
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'result'; readonly grade: string; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'entry'
      readonly title: string
      readonly points: string
      readonly facts: readonly Fact[]
    }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** The row that holds, from 0; null: none. */
      readonly marked: number | null
    }

export type Page = {
  readonly language: Language
  readonly title: string
  readonly about: readonly Fact[]
  readonly sections: readonly { readonly heading: string; readonly blocks: readonly Block[] }[]
}

/** Free text that officers wrote, and names, within a page that is all on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
