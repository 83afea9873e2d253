/**
 * Ranges of documents as they were read, until one of their kind is written: most of what the deadline rules go over is
 * the same from tick to tick. Whoever reads a document must not change it.
 */

type Entry = readonly [key: string, document: unknown]

/** Characters of JSON that one range, and all together, may have; larger ones are read anew each time. */
const rangeMax = 256 * 1024
const allMax = 4 * 1024 * 1024

const kindOf = (key: string) => key.slice(0, key.indexOf('/'))

export function createRangeMemory() {
  /** By kind, then by prefix. */
  const kinds = new Map<string, Map<string, readonly Entry[]>>()
  let size = 0
  let writes = 0

  function keep(prefix: string, entries: readonly Entry[], characters: number): void {
    if (size + characters > allMax) {
      kinds.clear()
      size = 0
    }
    const kind = kindOf(prefix)
    const ranges = kinds.get(kind) ?? new Map<string, readonly Entry[]>()
    kinds.set(kind, ranges.set(prefix, entries))
    size += characters + prefix.length
  }

  return {
    recall: (prefix: string): readonly Entry[] | undefined => kinds.get(kindOf(prefix))?.get(prefix),
    /** To be told of each entry as it is read, and of the end of the range if that is reached. */
    read(prefix: string) {
      const startedAt = writes
      let entries: Entry[] | null = prefix.includes('/') ? [] : null
      let characters = 0
      return {
        passed(entry: Entry, length: number): void {
          characters += length + entry[0].length
          if (characters > rangeMax) entries = null
          entries?.push(entry)
        },
        ended(): void {
          if (entries !== null && writes === startedAt) keep(prefix, entries, characters)
        },
      }
    },
    /** What was written is no longer as it was read, nor are the ranges of its kind. */
    forget(keys: Iterable<string>): void {
      writes++
      for (const key of keys) kinds.delete(kindOf(key))
      // What went is not counted off: that all is forgotten a little early does no harm.
      if (kinds.size === 0) size = 0
    },
  }
}
