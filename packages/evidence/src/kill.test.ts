import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { openDirectoryStore } from './directory-store.ts'

/** A process that takes in files is killed, over and over, at whatever moment it happens to be in. */

const rounds = Number(process.env.KILL_ROUNDS ?? 6)
const directory = mkdtempSync(join(tmpdir(), 'fireledger-evidence-kill-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Killed some time after it has acknowledged a few; resolves to all that it acknowledged. */
async function killed(round: number): Promise<string[]> {
  const program = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program, directory, String(round)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const acknowledged: string[] = []
  const enough = 3 + round * 2
  createInterface({ input: child.stdout }).on('line', (sha256) => {
    acknowledged.push(sha256)
    // A few milliseconds on, so that it dies in another step each time.
    if (acknowledged.length === enough) setTimeout(() => child.kill('SIGKILL'), (round * 7) % 13)
  })
  await ended
  return acknowledged
}

it(`nothing acknowledged is lost and nothing half is there after ${rounds} kills`, async () => {
  const acknowledged = new Set<string>()
  for (let round = 1; round <= rounds; round++) {
    for (const sha256 of await killed(round)) acknowledged.add(sha256)
    const store = await openDirectoryStore(directory)
    expect(readdirSync(join(directory, 'incoming'))).toEqual([])
    const whole = new Set<string>()
    for await (const { sha256 } of store.list()) {
      expect(await store.verify(sha256)).toMatchObject({ kind: 'sound' })
      whole.add(sha256)
    }
    const claims = new Set((await store.claims('sender')).map(({ sha256 }) => sha256))
    for (const sha256 of acknowledged) {
      expect(whole).toContain(sha256)
      expect(claims).toContain(sha256)
    }
    await store.close()
  }
  expect(acknowledged.size).toBeGreaterThan(rounds)
}, 180_000)
