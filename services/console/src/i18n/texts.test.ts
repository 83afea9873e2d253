import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Texts } from './define-texts.ts'

const source = dirname(dirname(fileURLToPath(import.meta.url)))
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.tsx?$/.test(path),
)
const isTexts = (path: string) => /(^|[/-])texts\.ts$/.test(path) && !/(use|define)-texts\.ts$/.test(path)
const chinese = /\p{Script=Han}/u

async function allTexts(): Promise<{ path: string; key: string; zh: string; en: string }[]> {
  const found = await Promise.all(
    files.filter(isTexts).map(async (path) => {
      const tables = Object.values((await import(join(source, path))) as Record<string, Texts>)
      return tables.flatMap((texts) =>
        Object.entries(texts).map(([key, [zh, en]]) => ({ path, key, zh, en })),
      )
    }),
  )
  return found.flat()
}

const valuesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()

describe('the texts of the console', () => {
  it('stand in both languages, each in its own', async () => {
    const texts = await allTexts()
    expect(texts.length).toBeGreaterThan(50)
    for (const { path, key, zh, en } of texts) {
      expect(zh.trim(), `${path} ${key}`).not.toBe('')
      expect(en.trim(), `${path} ${key}`).not.toBe('')
      expect(chinese.test(en) && key !== 'otherLanguage', `${path} ${key}: English holds Chinese`).toBe(false)
    }
  })

  it('take the same values in both', async () => {
    for (const { path, key, zh, en } of await allTexts())
      expect(valuesOf(en), `${path} ${key}`).toEqual(valuesOf(zh))
  })

  it('stand in files named `texts.ts` or `…-texts.ts` and nowhere else', () => {
    const stray = files
      .filter((path) => !isTexts(path) && !/\.test(-kit)?\.ts$|\.browser\.ts$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(source, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        const line = text.split('\n').find((one) => chinese.test(one))
        return line === undefined ? [] : [`${path}: ${line.trim()}`]
      })
    expect(stray).toEqual([])
  })
})
