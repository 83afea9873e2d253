import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { usccCheckCharacter } from '../../packages/domain/src/index.ts'
import {
  type EventStore,
  type NewEvent,
  openEmbeddedLedger,
  openEmbeddedReader,
  type StoredEvent,
} from '../../packages/event-store/src/index.ts'
import { openVault, parseMasterKey, type Vault } from '../../packages/vault/src/index.ts'
import { sampleFacts } from '../../projections/src/sample-history.ts'
import { appendFacts } from '../../projections/src/test-kit.ts'

/**
 * Ledgers to measure with, made once and kept. Large ones are the scenario's three years of one city, told again for as
 * many cities side by side: every stream, person aside, has its own number in each. Small ones are the tests' sample.
 */

export type Material = {
  /** A folder with `ledger/` and, beside it, the keys of persons. */
  readonly folder: string
  readonly ledger: string
  readonly events: number
}

const scenarioEventsMin = 20_000

export async function materialOf(events: number, keepIn: string): Promise<Material> {
  const folder = join(keepIn, `cities-${events}`)
  const material = { folder, ledger: join(folder, 'ledger'), events }
  if (existsSync(folder)) return material
  mkdirSync(keepIn, { recursive: true })
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  if (events < scenarioEventsMin) {
    const ledger = await openEmbeddedLedger(join(draft, 'ledger'))
    await appendFacts(ledger, sampleFacts(events))
    await ledger.close()
  } else {
    const scenario = scenarioIn(keepIn)
    console.log(`  making a ledger of ${events} events in ${folder} (once)`)
    mkdirSync(draft, { recursive: true })
    for (const file of ['keys.db', 'vault.key']) cpSync(join(scenario, file), join(draft, file))
    await tellAgain(join(scenario, 'ledger'), join(draft, 'ledger'), events)
  }
  renameSync(draft, folder)
  return material
}

/** The persons of the material; those of the tests' sample are sealed in the plain. */
export function vaultOf({ folder }: Material): Pick<Vault, 'open' | 'close'> {
  const path = join(folder, 'keys.db')
  if (existsSync(path)) {
    const masterKey = parseMasterKey(readFileSync(join(folder, 'vault.key'), 'utf8').trim())
    return openVault({ path, masterKey })
  }
  return { open: ({ subjectId, sealed }) => ({ subjectId, name: sealed }), close: () => {} }
}

function scenarioIn(keepIn: string): string {
  const folder = join(keepIn, 'scenario')
  if (existsSync(folder)) return folder
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  console.log('  telling the scenario (once)')
  const cli = join(import.meta.dirname, '..', 'fireledger.mjs')
  const told = spawnSync(process.execPath, [cli, 'scenario'], {
    env: { ...process.env, FIRELEDGER_DATA_DIR: draft },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (told.status !== 0) throw new Error('the scenario could not be told')
  renameSync(draft, folder)
  return folder
}

/** What names a stream or an event, wherever it stands in the text: ULIDs, institutions' codes, event ids. */
const names =
  /\b01[0-9A-HJKMNP-TV-Z]{24}\b|\b9\d{7}MAY[0-9A-Z]{7}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g

/** Of an institution's code, without its check character. */
const codeAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** Another name for each copy, the first included, lest a copy take an original's name. */
function renamed(text: string, copy: number): string {
  const two = copy.toString(32).toUpperCase().padStart(3, '0')
  const ulid = two.replaceAll(/[IOU]/g, (letter) => ({ I: 'W', O: 'X', U: 'Y' })[letter] ?? letter)
  return text.replace(names, (name) => {
    if (name.length === 26) return `${name.slice(0, 10)}${ulid}${name.slice(13)}`
    if (name.length === 18)
      return institutionCode(`${name.slice(0, 8)}${codeNumber(copy)}${name.slice(11, 17)}`)
    return `${copy.toString(16).padStart(4, '0')}${name.slice(4)}`
  })
}

function codeNumber(copy: number): string {
  const digits = [copy / 961, copy / 31, copy].map((part) => codeAlphabet.charAt(Math.floor(part) % 31))
  return digits.join('')
}

function institutionCode(first17: string): string {
  return `${first17}${usccCheckCharacter(first17)}`
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
/** Of these there is one in the country. */
const single = new Set(['rulebook', 'subjectKey'])

async function tellAgain(from: string, to: string, events: number): Promise<void> {
  const reader = await openEmbeddedReader(from)
  const ledger = await openEmbeddedLedger(to)
  const told: StoredEvent[] = []
  for await (const page of reader.readAll()) told.push(...page)
  const copies = Math.ceil(events / told.length)
  let left = events
  for (const run of runsOf(told)) {
    const appends: Promise<unknown>[] = []
    const [{ stream, revision }] = run
    const alone = single.has(stream.slice(0, stream.indexOf('-')))
    for (let copy = 0; copy < (alone ? 1 : copies) && left > 0; copy++) {
      left -= run.length
      appends.push(append(ledger, run, copy, stream, revision))
    }
    await Promise.all(appends)
    if (left <= 0) break
  }
  await reader.close()
  await ledger.close()
}

function append(
  ledger: EventStore,
  run: readonly StoredEvent[],
  copy: number,
  stream: string,
  first: number,
) {
  const events = run.map(
    ({ id, type, data, metadata }): NewEvent => ({
      id: renamed(id, copy),
      type,
      data: encoder.encode(renamed(decoder.decode(data), copy)),
      metadata: encoder.encode(renamed(decoder.decode(metadata), copy)),
    }),
  )
  return ledger.append(renamed(stream, copy), events, first - 1)
}

/** Neighbours in one stream are appended together. */
function* runsOf(events: readonly StoredEvent[]): Generator<[StoredEvent, ...StoredEvent[]]> {
  let run: [StoredEvent, ...StoredEvent[]] | null = null
  for (const event of events) {
    if (run?.[0].stream === event.stream) run.push(event)
    else {
      if (run) yield run
      run = [event]
    }
  }
  if (run) yield run
}
