import type { Calendar } from './calendar.ts'
import { commandIdOf, commandOf, type ScenarioCommand, type Step, type Strand, type Wave } from './wave.ts'

/** Strands of life, woven into waves in order of time. Holds one step of each strand that has begun, nothing else. */

/** A strand that has not begun, or the next step of one that has. */
type Waiting = { readonly slot: number; readonly turn: number; readonly strand: Strand } & (
  | { readonly steps: null }
  | { readonly steps: Iterator<Step>; readonly step: Step; readonly count: number }
)

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.slot !== b.slot ? a.slot < b.slot : a.turn < b.turn
}

/** A binary heap: the earliest first, of equals the one that began first. */
function waitingRoom() {
  const heap: Waiting[] = []
  const swapIfBefore = (a: number, b: number) => {
    const [first, second] = [heap[a], heap[b]]
    if (!first || !second || !isBefore(first, second)) return false
    heap[a] = second
    heap[b] = first
    return true
  }
  return {
    first: () => heap[0],
    add(waiting: Waiting) {
      let place = heap.push(waiting) - 1
      while (place > 0 && swapIfBefore(place, (place - 1) >> 1)) place = (place - 1) >> 1
    },
    take(): Waiting | undefined {
      const top = heap[0]
      const last = heap.pop()
      if (!last || heap.length === 0) return top
      heap[0] = last
      for (let place = 0; ; ) {
        const left = 2 * place + 1
        const right = heap[left + 1]
        const leftOne = heap[left]
        const smaller = right && leftOne && isBefore(right, leftOne) ? left + 1 : left
        if (!swapIfBefore(smaller, place)) return top
        place = smaller
      }
    },
  }
}

const idShape = /^[0-9A-HJ-NP-Z]{18}$|^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** Every stream id that the data name, at any depth. */
function idsIn(value: unknown, found: string[]): string[] {
  if (typeof value === 'string') {
    if (idShape.test(value)) found.push(value)
  } else if (Array.isArray(value)) {
    for (const item of value) idsIn(item, found)
  } else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) idsIn(item, found)
  }
  return found
}

/** Packs the steps of one slot: what would meet in a stream goes one minute later. */
function packer() {
  const waves: { commands: ScenarioCommand[]; written: Set<string>; read: Set<string> }[] = []
  return {
    waves,
    add(command: ScenarioCommand, reads: readonly string[]) {
      const named = idsIn(command.data, [...reads])
      const meets = ({ written, read }: { written: Set<string>; read: Set<string> }) =>
        written.has(command.id) || read.has(command.id) || named.some((id) => written.has(id))
      let place = waves.length
      while (place > 0 && !meets(waves[place - 1] as (typeof waves)[number])) place--
      const wave = waves[place] ?? { commands: [], written: new Set(), read: new Set() }
      if (place === waves.length) waves.push(wave)
      wave.commands.push(command)
      wave.written.add(command.id)
      for (const id of named) wave.read.add(id)
    },
  }
}

/** Runs the strands to the end of the calendar. Command ids are `<story>/<strand>/<count>`. */
export function* weave(story: string, calendar: Calendar, strands: readonly Strand[]): Generator<Wave> {
  const waiting = waitingRoom()
  let turns = 0
  const enter = (strand: Strand, from: number) => {
    waiting.add({ slot: Math.max(strand.from, from), turn: turns++, strand, steps: null })
  }
  const advance = (strand: Strand, turn: number, steps: Iterator<Step>, count: number, earliest: number) => {
    const next = steps.next()
    if (next.done) return
    const step = next.value
    if (step.slot < earliest) throw new Error(`${strand.key}: step ${count} comes before its time`)
    waiting.add({ slot: step.slot, turn, strand, steps, step, count })
  }
  for (const strand of strands) enter(strand, 0)

  for (;;) {
    const slot = waiting.first()?.slot
    if (slot === undefined || slot >= calendar.slots) return
    const { waves, add } = packer()
    for (let next = waiting.first(); next && next.slot === slot; next = waiting.first()) {
      waiting.take()
      const { strand, turn } = next
      if (next.steps === null) {
        advance(strand, turn, strand.steps(), 0, slot)
        continue
      }
      const { steps, step, count } = next
      if ('begin' in step) {
        for (const begun of step.begin) enter(begun, slot + 1)
      } else {
        const id = commandIdOf(story, strand.key, count)
        add(commandOf(step.order, id, `${story}/${strand.key}`), step.reads ?? [])
      }
      advance(strand, turn, steps, 'begin' in step ? count : count + 1, slot + 1)
    }
    for (const [minute, wave] of waves.entries()) {
      yield { at: calendar.instantOf(slot, minute), commands: wave.commands }
    }
  }
}
