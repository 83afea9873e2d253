import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { trailJsonSchema } from './trail-schema.ts'
import { xesExtensionText } from './xes-extension.ts'

/** The committed files; FIRELEDGER_WRITE_SCHEMAS=1 writes them anew. */
const trailFile = new URL('../schemas/assessment-trail-1.schema.json', import.meta.url)
const extensionFile = new URL('../schemas/fireledger.xesext', import.meta.url)

if (process.env.FIRELEDGER_WRITE_SCHEMAS === '1') {
  writeFileSync(trailFile, `${JSON.stringify(trailJsonSchema(), null, 2)}\n`)
  writeFileSync(extensionFile, xesExtensionText())
}

describe('what is published beside the code', () => {
  it('is the JSON Schema of a trail that the program uses', () => {
    expect(JSON.parse(readFileSync(trailFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(trailJsonSchema())))
  })

  it('is the XES extension whose keys the program writes', () => {
    expect(readFileSync(extensionFile, 'utf8')).toBe(xesExtensionText())
  })
})
