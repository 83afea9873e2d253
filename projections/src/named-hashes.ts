/** Files are named in the ledger by the SHA-256 of their content, wherever an event has one. */

export type NamedHash = {
  readonly sha256: string
  /** Where in the data: a JSON Pointer. */
  readonly pointer: string
}

const sha256Form = /^[0-9a-f]{64}$/

/** Digests of what the ledger itself holds. */
const noFiles = new Set(['inputsDigest'])

/** Each hash once, by where it stands first. */
export function namedHashes(data: unknown): NamedHash[] {
  const found = new Map<string, string>()
  const look = (value: unknown, pointer: string) => {
    if (typeof value === 'string') {
      if (sha256Form.test(value) && !found.has(value)) found.set(value, pointer)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        if (!noFiles.has(key)) look(inner, `${pointer}/${key}`)
    }
  }
  look(data, '')
  return [...found].map(([sha256, pointer]) => ({ sha256, pointer }))
}

/** What an event says of a file that lies in the evidence store. */
export type FileFacts = { readonly bytes: number; readonly mediaType: string; readonly name: string }

export type FileNote = {
  /** Null when the event does not say that the file lies in the store. */
  readonly file: FileFacts | null
  /** Who keeps it instead, and where; null when the event does not say. */
  readonly heldElsewhere: { readonly holder: string; readonly place: string } | null
  /** Id and title of the evidence, where the event has them. */
  readonly evidence: string | null
  readonly title: string | null
}

export function fileNoteOf(data: unknown): FileNote {
  const { file, heldElsewhere, evidenceId, title } = data as {
    file?: FileFacts | null
    heldElsewhere?: FileNote['heldElsewhere']
    evidenceId?: unknown
    title?: unknown
  }
  return {
    file: file ?? null,
    heldElsewhere: heldElsewhere ?? null,
    evidence: typeof evidenceId === 'string' ? evidenceId : null,
    title: typeof title === 'string' ? title : null,
  }
}
