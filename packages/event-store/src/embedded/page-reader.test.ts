import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { collect, newEvent } from '../contract/engine.ts'
import { openEmbeddedLedger } from './embedded.ts'

/** Bytes go in and out, whatever they are: the engine reads them by way of text and must not show it. */

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('消防\u0000技术', '\uFEFF{}', '\uFFFD', '😀'.repeat(30_000), ''),
)
const bytes = fc.oneof(
  texts.map((text) => new Uint8Array(Buffer.from(text, 'utf8'))),
  fc.uint8Array({ maxLength: 40 }),
)

it('gives back exactly the bytes that were appended', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-'))
  const ledger = await openEmbeddedLedger(directory)
  onTestFinished(async () => {
    await ledger.close()
    rmSync(directory, { recursive: true, force: true })
  })
  let number = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ data: bytes, metadata: bytes }), { minLength: 1, maxLength: 8 }),
      async (contents) => {
        const stream = `unit-${number}`
        const events = contents.map((content) => ({ ...newEvent(number++), ...content }))
        await ledger.append(stream, events, -1)
        const stored = await collect(ledger.readStream(stream))
        expect(stored.map(({ data, metadata }) => [Buffer.from(data), Buffer.from(metadata)])).toEqual(
          events.map(({ data, metadata }) => [Buffer.from(data), Buffer.from(metadata)]),
        )
      },
    ),
    { numRuns: 60 },
  )
})
