import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EvidenceStore } from './evidence-store.ts'
import { jpeg, noise, pieces, samples, sha256Of, strangers } from './samples.test-kit.ts'

/** What every store must do, wherever it keeps its files. */

export type TestStore = {
  readonly store: EvidenceStore
  /** Another store over the same place, as another process has it. */
  another(): Promise<EvidenceStore>
  /** Whatever lies there that is neither a whole file nor a claim. */
  leftovers(): Promise<readonly string[]>
  /** Changes a file behind the store's back. */
  replace(sha256: string, content: Uint8Array): Promise<void>
  remove(sha256: string): Promise<void>
  end(): Promise<void>
}

const maxBytes = 1_000_000
const photo = jpeg()
const photoSha256 = sha256Of(photo)

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found = []
  for await (const item of items) found.push(item)
  return found
}

export function evidenceStoreContract(name: string, given: () => Promise<TestStore>): void {
  describe(`${name} takes in`, () => {
    let place: TestStore
    let store: EvidenceStore
    beforeEach(async () => {
      place = await given()
      store = place.store
    })
    afterEach(() => place.end())

    it.each(samples)('$name as $mediaType', async ({ content, mediaType }) => {
      const stored = { sha256: sha256Of(content), bytes: content.length, mediaType }
      expect(await store.put(pieces(content), { maxBytes })).toEqual({ ...stored, created: true })
      expect(await store.stat(stored.sha256)).toEqual(stored)
      expect(new Uint8Array(await buffer(await store.open(stored.sha256)))).toEqual(content)
      expect(await place.leftovers()).toEqual([])
    })

    it('the same content twice as one file', async () => {
      expect(await store.put(pieces(photo), { maxBytes })).toMatchObject({ created: true })
      expect(await store.put(pieces(photo, 7), { maxBytes })).toMatchObject({ created: false })
      const listed = await all(store.list())
      expect(listed.map(({ sha256 }) => sha256)).toEqual([photoSha256])
    })

    it('the same content from many at once', async () => {
      const other = await place.another()
      const outcomes = await Promise.all(
        [store, other, store, other].map((each) => each.put(pieces(photo), { maxBytes })),
      )
      for (const { sha256 } of outcomes) expect(sha256).toBe(photoSha256)
      expect(await other.verify(photoSha256)).toEqual({ kind: 'sound', bytes: photo.length })
      expect(await place.leftovers()).toEqual([])
      await other.close()
    })

    it('whatever cuts the network makes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }),
          fc.nat(),
          async (cuts, seed) => {
            const content = jpeg(1500, seed)
            async function* cut() {
              for (let at = 0, turn = 0; at < content.length; turn++) {
                const length = cuts[turn % cuts.length] ?? 1
                yield content.subarray(at, at + length)
                at += length
              }
            }
            const { sha256 } = await store.put(cut(), { maxBytes })
            expect(sha256).toBe(sha256Of(content))
          },
        ),
        { numRuns: 20 },
      )
    })

    it('nothing of a sender that goes away', async () => {
      async function* brokenOff() {
        yield photo.subarray(0, 500)
        throw new Error('gone')
      }
      await expect(store.put(brokenOff(), { maxBytes })).rejects.toThrow('gone')
      expect(await place.leftovers()).toEqual([])
      expect(await all(store.list())).toEqual([])
    })
  })

  describe(`${name} turns away`, () => {
    let place: TestStore
    beforeEach(async () => {
      place = await given()
    })
    afterEach(async () => {
      expect(await place.leftovers()).toEqual([])
      expect(await all(place.store.list())).toEqual([])
      await place.end()
    })

    it.each(strangers)('$name, and says what was found', async ({ content, found }) => {
      await expect(place.store.put(pieces(content), { maxBytes })).rejects.toMatchObject({
        name: 'EvidenceTypeError',
        found,
      })
    })

    it('a program that is called a picture', async () => {
      const program = strangers[0]?.content ?? new Uint8Array()
      const declared = { maxBytes, mediaType: 'image/jpeg' }
      await expect(place.store.put(pieces(program), declared)).rejects.toMatchObject({
        name: 'EvidenceTypeError',
        declared: 'image/jpeg',
        found: 'application/x-msdownload',
      })
    })

    it('a picture that is called a text', async () => {
      const declared = { maxBytes, mediaType: 'text/csv' }
      await expect(place.store.put(pieces(photo), declared)).rejects.toMatchObject({ found: 'image/jpeg' })
    })

    it('a wrong file before all of it has come', async () => {
      let sent = 0
      async function* endless() {
        for (;;) {
          sent++
          yield noise(10_000, sent)
        }
      }
      const expectations = { maxBytes: 1_000_000_000 }
      await expect(place.store.put(endless(), expectations)).rejects.toMatchObject({
        name: 'EvidenceTypeError',
      })
      expect(sent).toBeLessThan(20)
    })

    it('what is larger than allowed, as soon as it is', async () => {
      let sent = 0
      async function* large() {
        for (;;) {
          sent += 1000
          yield sent === 1000 ? jpeg(976) : noise(1000)
        }
      }
      await expect(place.store.put(large(), { maxBytes: 100_000 })).rejects.toMatchObject({
        name: 'EvidenceTooLargeError',
      })
      expect(sent).toBeLessThan(110_000)
    })

    it('what is empty, cut short or longer than announced', async () => {
      const short = { name: 'EvidenceCutShortError' }
      await expect(place.store.put(pieces(new Uint8Array()), { maxBytes })).rejects.toMatchObject(short)
      for (const bytes of [photo.length - 1, photo.length + 1]) {
        await expect(place.store.put(pieces(photo), { maxBytes, bytes })).rejects.toMatchObject(short)
      }
    })

    it('content of another hash than the sender says', async () => {
      const expectations = { maxBytes, sha256: sha256Of(jpeg(10)) }
      await expect(place.store.put(pieces(photo), expectations)).rejects.toMatchObject({
        name: 'EvidenceDigestError',
        sha256: photoSha256,
      })
    })
  })

  describe(`${name} gives out`, () => {
    let place: TestStore
    let store: EvidenceStore
    beforeEach(async () => {
      place = await given()
      store = place.store
      await store.put(pieces(photo), { maxBytes })
    })
    afterEach(() => place.end())

    it('any range of a file', async () => {
      const byte = fc.integer({ min: 0, max: photo.length - 1 })
      await fc.assert(
        fc.asyncProperty(fc.tuple(byte, byte), async ([one, other]) => {
          const [first, last] = one < other ? [one, other] : [other, one]
          const part = await buffer(await store.open(photoSha256, { first, last }))
          expect(part.equals(photo.subarray(first, last + 1))).toBe(true)
        }),
        { numRuns: 20 },
      )
    })

    it('nothing that is not there', async () => {
      const sha256 = sha256Of(jpeg(10))
      expect(await store.stat(sha256)).toBeNull()
      expect(await store.verify(sha256)).toEqual({ kind: 'missing' })
      await expect(store.open(sha256)).rejects.toMatchObject({ name: 'EvidenceMissingError' })
    })

    it('nothing by what is no hash', async () => {
      for (const name of ['../../etc/passwd', `${photoSha256}/..`, photoSha256.toUpperCase(), '', '..']) {
        await expect(async () => store.stat(name)).rejects.toThrow(RangeError)
        await expect(async () => store.open(name)).rejects.toThrow(RangeError)
        await expect(async () => store.verify(name)).rejects.toThrow(RangeError)
      }
    })

    it('every file once, in the order of the hashes', async () => {
      for (let seed = 2; seed < 9; seed++) await store.put(pieces(jpeg(100, seed)), { maxBytes })
      const listed = await all(store.list())
      expect(listed).toHaveLength(8)
      const hashes = listed.map(({ sha256 }) => sha256)
      expect(hashes).toEqual([...hashes].sort())
      const found = listed.find(({ sha256 }) => sha256 === photoSha256)
      expect(found?.bytes).toBe(photo.length)
      expect(Math.abs(Date.now() - Date.parse(found?.storedAt ?? ''))).toBeLessThan(600_000)
    })

    it('no altered file to its end, and finds it', async () => {
      const altered = photo.slice()
      altered[1000] = (altered[1000] ?? 0) ^ 1
      await place.replace(photoSha256, altered)
      expect(await store.verify(photoSha256)).toEqual({
        kind: 'altered',
        sha256: sha256Of(altered),
        bytes: photo.length,
      })
      await expect(store.open(photoSha256).then(buffer)).rejects.toMatchObject({
        name: 'EvidenceAlteredError',
      })
    })

    it('no file that was removed, and finds that too', async () => {
      await place.remove(photoSha256)
      expect(await store.verify(photoSha256)).toEqual({ kind: 'missing' })
      expect(await store.put(pieces(photo), { maxBytes })).toMatchObject({ created: true })
      expect(await store.verify(photoSha256)).toMatchObject({ kind: 'sound' })
    })

    it.each([
      ['was cut short', photo.subarray(0, 1000)],
      ['has grown', jpeg(photo.length, 7)],
    ])('a file that %s as it was, once it is sent again', async (_, altered) => {
      await place.replace(photoSha256, altered)
      expect(await store.verify(photoSha256)).toMatchObject({ kind: 'altered' })
      expect(await store.put(pieces(photo), { maxBytes })).toMatchObject({ created: false })
      expect(await store.verify(photoSha256)).toEqual({ kind: 'sound', bytes: photo.length })
      expect(await place.leftovers()).toEqual([])
    })

    it('to another process what this one took in', async () => {
      const other = await place.another()
      expect(await other.stat(photoSha256)).toMatchObject({ bytes: photo.length })
      await other.close()
    })
  })

  describe(`${name} remembers`, () => {
    let place: TestStore
    beforeEach(async () => {
      place = await given()
    })
    afterEach(() => place.end())

    it('who sent what, until it is released', async () => {
      const { store } = place
      const claim = { sha256: photoSha256, bytes: photo.length }
      const second = { sha256: sha256Of(jpeg(10)), bytes: 10 }
      expect(await store.claims('张三/../x')).toEqual([])
      await store.claim('张三/../x', claim)
      await store.claim('张三/../x', claim)
      await store.claim('张三/../x', second)
      await store.claim('another', claim)
      const other = await place.another()
      const inOrder = [claim, second].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
      expect(await other.claims('张三/../x')).toEqual(inOrder)
      await other.release('张三/../x', claim)
      await other.release('张三/../x', claim)
      expect(await store.claims('张三/../x')).toEqual([second])
      expect(await store.claims('another')).toEqual([claim])
      expect(await all(store.list())).toEqual([])
      await other.close()
    })
  })
}
