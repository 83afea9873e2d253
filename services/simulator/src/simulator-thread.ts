import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { recallSubject, recollections } from '@fireledger/clerk'
import {
  addTally,
  compareGrades,
  createReplay,
  divisionContains,
  divisionOn,
  emptyTally,
  type LocalDate,
  type Movement,
  type Residence,
  type RulebookStates,
  rulebookInForce,
  rulebookVersions,
  type SimulationPlan,
  simulatedRulebooks,
  tallyOf,
} from '@fireledger/domain'
import { decodeEvent, type EventReader, openLedgerReader, type StoredEvent } from '@fireledger/event-store'
import { movementsAsCsv, movementsAsJson } from './export.ts'
import { gatherHistories, historyTypes } from './history.ts'
import type { Census, FromThread, Range, Replayed, ThreadData, ToThread } from './messages.ts'
import { readRulebooks } from './rulebooks.ts'
import { createSimulationMemory } from './simulation-memory.ts'

/** A thread of a simulation: reads the ledger by itself, keeps nothing but what it is asked for, writes nowhere. */

const { ledger, plan, until, happeningsMax } = workerData as ThreadData
const port = parentPort
if (!port) throw new Error('simulator-thread runs as a worker thread only')

const stop = new AbortController()
let turn: Promise<unknown> = Promise.resolve()
port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') {
    stop.abort()
    turn.catch(() => {}).then(() => port.close())
    return
  }
  // A failure ends the thread, and with it the simulation.
  turn = turn.then(() => answer(message))
  turn.catch((error) => {
    if (!stop.signal.aborted) throw error
  })
})

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}

async function answer(message: Exclude<ToThread, { kind: 'stop' }>): Promise<void> {
  const reader = await openLedgerReader(ledger)
  try {
    if (message.kind === 'census') tell({ kind: 'census', census: await takeCensus(reader) })
    else {
      const replayed = await replay(reader, message.range)
      if (replayed === null) tell({ kind: 'crowded' })
      else tell({ kind: 'replayed', replayed }, [replayed.json, replayed.csv].map(bufferOf))
    }
  } finally {
    await reader.close()
  }
}

function bufferOf({ buffer }: Uint8Array): ArrayBuffer {
  return buffer as ArrayBuffer
}

/** Everything of these types up to the position; tells how far it is, and ends when it is told to. */
async function* read(reader: EventReader, types: readonly string[], weight: number) {
  let events = 0
  const head = Number(until) + 1
  for await (const page of reader.readAll({ filter: { types } })) {
    stop.signal.throwIfAborted()
    const wanted = page.filter(({ position }) => position <= until)
    events += wanted.length
    yield wanted
    const last = page.at(-1) as StoredEvent
    tell({ kind: 'progress', events, share: weight * Math.min(1, Number(last.position) / head) })
    if (last.position >= until) return
  }
}

async function takeCensus(reader: EventReader): Promise<Census> {
  const digest = createHash('sha256').update(planText(plan))
  const known = await readRulebooks(reader, until, (id) => digest.update(id))
  const memory = createSimulationMemory(new Map(), () => true)
  const registers = recollections.filter(({ on }) => on.includes('UnitRegistered'))
  const types = registers.flatMap(({ on }) => on).filter((type) => type !== 'GradePublished')
  for await (const page of read(reader, types, 0)) {
    for (const stored of page) {
      if (!stored.stream.startsWith(`${plan.subjectKind}-`)) continue
      const event = decodeEvent(stored)
      for (const each of registers) each.fold(event, memory)
    }
  }
  const subjects = [...memory.entries('subject/')]
    .map(([key]) => key.slice('subject/'.length))
    .filter((id) => {
      const subject = recallSubject(memory, id)
      return subject !== undefined && subject.from <= plan.asOf && isThere(subject.residences, plan.asOf)
    })
    .sort()
  return {
    subjects,
    served: inForceFirst(known),
    simulated: inForceFirst(simulatedRulebooks(known, plan)),
    digest: digest.digest('hex'),
  }
}

function planText({ rulebook, division, subjectKind, asOf, from, draft }: SimulationPlan): string {
  return JSON.stringify([rulebook, division, subjectKind, asOf, from, draft.content])
}

function isThere(residences: readonly Residence[], day: LocalDate): boolean {
  return divisionContains(plan.division, divisionOn(residences, day) ?? '')
}

function inForceFirst(states: RulebookStates) {
  const versions = rulebookVersions(states)
  const first = rulebookInForce(versions, plan.division, plan.subjectKind, plan.asOf)
  return first ? [first, ...versions.filter((each) => each !== first)] : versions
}

/** Subjects between two turns of the thread's own loop, in which it hears that it shall stop. */
const subjectsPerTurn = 64

/** Null: the subjects have too much history to be held at one time. */
async function replay(reader: EventReader, { first, last }: Range): Promise<Replayed | null> {
  const digest = createHash('sha256')
  const known = await readRulebooks(reader, until, () => {})
  const rulebooks = simulatedRulebooks(known, plan)
  const histories = gatherHistories(plan, rulebooks, (id) => id >= first && id <= last)
  let events = 0
  for await (const page of read(reader, historyTypes, 0.9)) {
    for (const stored of page) {
      digest.update(stored.id)
      histories.add(decodeEvent(stored))
    }
    events += page.length
    if (histories.held() > happeningsMax && first !== last) return null
  }
  const libraries = { served: rulebookVersions(known), simulated: rulebookVersions(rulebooks) }
  const replayAccount = createReplay(plan, rulebooks)
  let tally = emptyTally
  const movements: Movement[] = []
  const subjects = histories.subjects().filter(({ who }) => isThere(who.residences, plan.asOf))
  for (const [place, { who, happenings }] of subjects.entries()) {
    const compared = compareGrades(who, replayAccount(who.subject, happenings), plan.asOf, libraries)
    tally = addTally(tally, tallyOf(compared))
    if (compared.movement) movements.push(compared.movement)
    if (place % subjectsPerTurn !== 0) continue
    tell({ kind: 'progress', events, share: 0.9 + (0.1 * place) / subjects.length })
    await setImmediate()
    stop.signal.throwIfAborted()
  }
  const packed = (text: string) => new Uint8Array(gzipSync(text))
  return {
    tally,
    events,
    digest: digest.digest('hex'),
    json: packed(movementsAsJson(movements)),
    csv: packed(movementsAsCsv(movements)),
  }
}
