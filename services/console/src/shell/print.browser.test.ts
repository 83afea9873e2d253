import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../testing/browser.test-kit.ts'

/** Pages of a PDF as Chromium writes it. */
const pagesIn = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0

/** What is on paper only in part: a piece that is larger inside than outside, as the page is laid out for an A4 sheet. */
async function cutOnPaper(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 703, height: 1000 })
  await page.emulateMedia({ media: 'print' })
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  const cut = await page.evaluate(() => {
    const isCut = (element: Element) => {
      const { overflowX, overflowY, display } = getComputedStyle(element)
      if (display === 'inline' || element.closest('.visually-hidden, .print-ignored')) return false
      const wide = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1
      const high = overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1
      return element.clientHeight > 0 && (wide || high)
    }
    const root = document.documentElement
    return [
      ...[...document.querySelectorAll('main *')].filter(isCut).map((one) => one.outerHTML.slice(0, 200)),
      ...(root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} wide`] : []),
    ]
  })
  return cut
}

async function endPrint(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null })
  await page.setViewportSize({ width: 1366, height: 768 })
}

async function print(page: Page, name: string): Promise<Buffer> {
  const pdf = await page.pdf({ format: 'A4', printBackground: false })
  if (process.env.CONSOLE_PDF !== undefined) writeFileSync(join(tmpdir(), `${name}.pdf`), pdf)
  return pdf
}

async function expectOnlyContent(page: Page): Promise<void> {
  for (const name of ['主菜单']) {
    expect(await page.getByRole('navigation', { name }).isVisible()).toBe(false)
  }
  expect(await page.getByRole('searchbox', { name: /^搜索/ }).isVisible()).toBe(false)
  expect(await page.locator('.print-only').isVisible()).toBe(true)
}

async function longest({ context, base }: Visit): Promise<string> {
  const answer = await context.request.get(`${base}/v1/institutions?limit=40`)
  const counted: { uscc: string; count: number }[] = []
  for (const { uscc } of (await answer.json()).items) {
    const history = await context.request.get(`${base}/v1/institutions/${uscc}/history?limit=500`)
    counted.push({ uscc, count: (await history.json()).items.length })
  }
  return counted.sort((a, b) => b.count - a.count)[0]?.uscc ?? ''
}

describe('on paper', () => {
  useBrowser()

  inBrowser('a dossier has every event that was read, and no navigation', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    await open(`/institutions/${await longest(visit)}`)
    const count = Number(/\d+/.exec((await page.locator('.history-count').textContent()) ?? '')?.[0])
    expect(count).toBeGreaterThan(100)
    expect(await page.locator('.timeline-event').count()).toBeLessThan(count)
    expect(await cutOnPaper(page)).toEqual([])
    await expectOnlyContent(page)
    expect(await page.locator('.timeline-event').count()).toBe(count)
    await endPrint(page)
    const pdf = await print(page, 'dossier')
    // About fifty events go on a sheet.
    expect(pagesIn(pdf)).toBeGreaterThan(Math.floor(count / 60))
    await page.waitForFunction((all) => document.querySelectorAll('.timeline-event').length < all, count)
  })

  inBrowser('an assessment has all its lists, one after the other', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'auditor' })
    const list = await context.request.get(`${base}/v1/assessments?status=archived&limit=1&order=desc`)
    const [{ id }] = (await list.json()).items
    await open(`/assessments/${id}`)
    expect(await cutOnPaper(page)).toEqual([])
    await expectOnlyContent(page)
    for (const name of ['步骤', '证据', '检查发现', '报告与签名', '人员']) {
      await page.getByRole('heading', { name, exact: true }).waitFor()
    }
    expect(await page.locator('.listing').count()).toBeGreaterThanOrEqual(4)
    await endPrint(page)
    expect(pagesIn(await print(page, 'assessment'))).toBeGreaterThan(3)
  })

  inBrowser('the registers of a dossier have all rows', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    await open(`/institutions/${await longest(visit)}?tab=projects`)
    await page.locator('[data-row]').first().waitFor()
    expect(await cutOnPaper(page)).toEqual([])
    await endPrint(page)
  })

  inBrowser('the explanation of a grade is a page of its own', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    await open(`/institutions/${await longest(visit)}?tab=credit`)
    await page.locator('.grade-chart canvas').waitFor()
    expect(await cutOnPaper(page)).toEqual([])
    await endPrint(page)
    const address = await page.getByRole('link', { name: '等级说明书（可打印）' }).getAttribute('href')
    await page.goto(new URL(address ?? '', page.url()).href)
    await page.locator('h1').waitFor()
    await page.setViewportSize({ width: 703, height: 1000 })
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(703)
    expect(pagesIn(await print(page, 'explanation'))).toBeGreaterThan(0)
  })
})
