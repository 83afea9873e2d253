import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

/** Small files of each kind, made here byte by byte. */

const text = (value: string) => new TextEncoder().encode(value)
const joined = (...parts: readonly (Uint8Array | string)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : part))))

/** `ftyp` box with its brand, as it begins every file of that family. */
function movie(brand: string): Uint8Array {
  return joined(
    Uint8Array.of(0, 0, 0, 0x18),
    `ftyp${brand}`,
    Uint8Array.of(0, 0, 2, 0),
    `${brand}mp41`,
    'mdat',
  )
}

/** A ZIP of local entries as office programs write them; `padding` pushes what tells the type far back. */
function archive(entries: readonly (readonly [name: string, content: string])[]): Uint8Array {
  const parts = entries.map(([name, content]) => {
    const packed = deflateRawSync(content)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(8, 8)
    head.writeUInt32LE(packed.length, 18)
    head.writeUInt32LE(Buffer.byteLength(content), 22)
    head.writeUInt16LE(Buffer.byteLength(name), 26)
    return joined(head, name, packed)
  })
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  return joined(...parts, end)
}

const contentTypes = (main: string) =>
  `<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="${main}.main+xml"/></Types>`
const office = 'application/vnd.openxmlformats-officedocument'

/** A pseudo-random sequence: content that no compressor and no sniffer makes anything of. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export function jpeg(length = 2000, seed = 1): Uint8Array {
  return joined(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), 'JFIF\0', noise(length, seed))
}

const sheet = [
  ['[Content_Types].xml', contentTypes(`${office}.spreadsheetml.sheet`)],
  ['xl/workbook.xml', '<workbook/>'],
] as const
const largeSheet = ['xl/worksheets/sheet1.xml', Buffer.from(noise(150_000)).toString('base64')] as const

/** Name, content and the type that is found in it. */
export const samples: readonly { name: string; content: Uint8Array; mediaType: string }[] = [
  { name: '现场照片.jpg', content: jpeg(), mediaType: 'image/jpeg' },
  {
    name: 'plan.png',
    content: joined(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
      'IHDR',
      noise(17),
      Uint8Array.of(0, 0, 0, 9),
      'IDAT',
      noise(200),
    ),
    mediaType: 'image/png',
  },
  {
    name: 'door.webp',
    content: joined('RIFF', Uint8Array.of(200, 0, 0, 0), 'WEBPVP8 ', noise(200)),
    mediaType: 'image/webp',
  },
  { name: 'pump.heic', content: movie('heic'), mediaType: 'image/heic' },
  { name: '报告.pdf', content: joined('%PDF-1.7\n', noise(300), '\n%%EOF'), mediaType: 'application/pdf' },
  { name: 'alarm.mp4', content: movie('isom'), mediaType: 'video/mp4' },
  { name: 'walk.mov', content: movie('qt  '), mediaType: 'video/quicktime' },
  { name: 'list.xlsx', content: archive(sheet), mediaType: `${office}.spreadsheetml.sheet` },
  {
    name: 'types-last.xlsx',
    content: archive([largeSheet, ...[...sheet].reverse()]),
    mediaType: `${office}.spreadsheetml.sheet`,
  },
  {
    name: 'minutes.docx',
    content: archive([['[Content_Types].xml', contentTypes(`${office}.wordprocessingml.document`)]]),
    mediaType: `${office}.wordprocessingml.document`,
  },
  { name: 'readings.csv', content: text('BM,压力 MPa\r\n1号泵,0.65\r\n'), mediaType: 'text/plain' },
  // 常州 in GB 18030, as spreadsheets in China save tables.
  {
    name: 'gb.csv',
    content: Uint8Array.of(0xb3, 0xa3, 0xd6, 0xdd, 0x2c, 0x31, 0x0a),
    mediaType: 'text/plain',
  },
  { name: 'log.json', content: text('{"alarms":[{"at":"2026-03-02T04:00:00Z"}]}'), mediaType: 'text/plain' },
]

/** What is no evidence, and what it is found to be. */
export const strangers: readonly { name: string; content: Uint8Array; found: string }[] = [
  { name: 'a program', content: joined('MZ', noise(500)), found: 'application/x-msdownload' },
  { name: 'a program for Linux', content: joined('\x7fELF', noise(500)), found: 'application/x-elf' },
  { name: 'an archive', content: archive([['run.bat', 'del *.*']]), found: 'application/zip' },
  { name: 'noise', content: joined(Uint8Array.of(1, 2, 3), noise(500)), found: 'application/octet-stream' },
  {
    name: 'text cut within a character',
    content: Uint8Array.of(0x61, 0xe5),
    found: 'application/octet-stream',
  },
  { name: 'text with control characters', content: text('a\0b'), found: 'application/octet-stream' },
]

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** In pieces of the given length, as a network delivers it. */
export async function* pieces(content: Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length)
}
