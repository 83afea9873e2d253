import { isIllustrative, type RulebookEvent, rulebookIdOf } from '@fireledger/domain'
import { decodeEvent, type EventReader } from '@fireledger/event-store'

/**
 * Whether a number comes from a rulebook whose numbers are a demonstration's, no authority's: whoever shows it says so.
 * A reference names one draft for good, so each is read once, from the ledger itself: the live feed runs ahead of the
 * rows.
 */
export type RulebookMarks = {
  /** Reads what is not known yet of the rulebooks that the rows or data name. Before `of`. */
  learn(named: Iterable<object>): Promise<void>
  /** Null where no rulebook is named, or none that the ledger has. */
  of(named: object): boolean | null
}

type Reader = Pick<EventReader, 'readStream'>

type Mark = {
  readonly illustrative: boolean
  /** Of the points of an item, by its code: a public text may give some of the numbers. */
  readonly items: ReadonlyMap<string, boolean>
}

const ofLedger = new WeakMap<Reader, RulebookMarks>()

/** One memory for each ledger, however many ask. */
export function marksOf(reader: Reader): RulebookMarks {
  const known = ofLedger.get(reader)
  if (known) return known
  const marks = createMarks(reader)
  ofLedger.set(reader, marks)
  return marks
}

/** The row as it is shown: with `illustrative` where it names a rulebook. */
export function marked<Row extends object>(row: Row, marks: RulebookMarks): Row {
  const illustrative = marks.of(row)
  return illustrative === null ? row : { ...row, illustrative }
}

function createMarks(reader: Reader): RulebookMarks {
  const memory = new Map<string, Mark>()
  return {
    async learn(named) {
      const wanted = new Set([...named].flatMap(referencesIn).filter((reference) => !memory.has(reference)))
      for (const reference of wanted) {
        const mark = await readMark(reader, reference)
        if (mark) memory.set(reference, mark)
      }
    },
    of(named) {
      const { item, kind } = named as { readonly item?: unknown; readonly kind?: unknown }
      // A veto has a code of its own, and no points.
      const points = typeof item === 'string' && kind !== 'veto' ? item : null
      const said = referencesIn(named).flatMap((reference) => {
        const mark = memory.get(reference)
        return mark ? ((points === null ? undefined : mark.items.get(points)) ?? mark.illustrative) : []
      })
      return said.length === 0 ? null : said.includes(true)
    },
  }
}

const reference = /^[A-Z][A-Z0-9-]*@[0-9]+$/

/** Where a row or the data of an event name the rulebooks that their numbers are from. */
function referencesIn(named: object): string[] {
  const { rulebook, before, rulebookBefore, publishedRulebook } = named as Readonly<Record<string, unknown>>
  const { rulebook: then } = (before ?? {}) as { readonly rulebook?: unknown }
  return [rulebook, then, rulebookBefore, publishedRulebook].filter(
    (each): each is string => typeof each === 'string' && reference.test(each),
  )
}

async function readMark(reader: Reader, name: string): Promise<Mark | null> {
  const from = Number(name.slice(name.lastIndexOf('@') + 1))
  for await (const page of reader.readStream(`rulebook-${rulebookIdOf(name)}`, { from, limit: 1 })) {
    for (const { type, data } of page.map(decodeEvent)) {
      if (type !== 'RulebookDrafted') return null
      const { content } = data as Extract<RulebookEvent, { type: 'RulebookDrafted' }>['data']
      const items = content.items.map(
        ({ code }, place) => [code, isIllustrative(content, `/items/${place}/points`)] as const,
      )
      return { illustrative: content.illustrative, items: new Map(items) }
    }
  }
  return null
}
