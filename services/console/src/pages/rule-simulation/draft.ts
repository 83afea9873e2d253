/** What stands in a draft that was pasted or uploaded. */
export type Draft =
  | { readonly fault: 'notJson'; readonly reason: string }
  | { readonly fault: 'notObject' }
  | {
      readonly fault: null
      readonly content: unknown
      /** What a rulebook file says besides its content; null in bare content. */
      readonly id: string | null
      readonly division: string | null
    }

/** Reads the content of a rulebook, or a rulebook file around it; whether it is a good one says the gateway. */
export function readDraft(text: string): Draft {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { fault: 'notJson', reason: error instanceof Error ? error.message : String(error) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'notObject' }
  const { id, division, content } = value as Record<string, unknown>
  const isFile = typeof content === 'object' && content !== null
  return {
    fault: null,
    content: isFile ? content : value,
    id: isFile && typeof id === 'string' ? id : null,
    division: isFile && typeof division === 'string' ? division : null,
  }
}

/** An id for a draft that begins as a copy of a rulebook: `CZ-DEFAULT-1` → `CZ-DEFAULT-1-DRAFT`. */
export function draftIdFrom(id: string): string {
  const ending = '-DRAFT'
  const idMax = 40
  return `${id.slice(0, idMax - ending.length).replace(/-+$/, '')}${ending}`
}
