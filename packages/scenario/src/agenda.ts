import type { Calendar } from './calendar.ts'
import { commandIdOf, commandOf, type ScenarioCommand, type Step, type Strand, type Wave } from './wave.ts'

/** Strands of life, woven into waves in order of time. Holds one step of each living strand, nothing else. */

type Waiting = { readonly strand: Strand; readonly step: Step; readonly turn: number; readonly count: number }

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.step.slot !== b.step.slot ? a.step.slot < b.step.slot : a.turn < b.turn
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
  let turn = 0
  const advance = (strand: Strand, turn: number, count: number, last: number) => {
    const next = strand.steps.next()
    if (next.done) return
    if (next.value.slot <= last)
      throw new Error(`${strand.key}: step ${count} does not come after the one before`)
    waiting.add({ strand, step: next.value, turn, count })
  }
  for (const strand of strands) advance(strand, turn++, 0, -1)

  for (;;) {
    const slot = waiting.first()?.step.slot
    if (slot === undefined || slot >= calendar.slots) return
    const { waves, add } = packer()
    for (let next = waiting.first(); next && next.step.slot === slot; next = waiting.first()) {
      waiting.take()
      const { strand, step, count } = next
      if ('begin' in step) {
        for (const begun of step.begin) advance(begun, turn++, 0, slot)
      } else {
        add(
          commandOf(step.order, commandIdOf(story, strand.key, count), `${story}/${strand.key}`),
          step.reads ?? [],
        )
      }
      advance(strand, next.turn, 'begin' in step ? count : count + 1, slot)
    }
    for (const [minute, wave] of waves.entries()) {
      yield { at: calendar.instantOf(slot, minute), commands: wave.commands }
    }
  }
}
