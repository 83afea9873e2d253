import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../testing/browser.test-kit.ts'
import { pageVisits } from '../testing/pages.test-kit.ts'

const sizes = [
  { width: 1366, height: 768 },
  { width: 800, height: 1000 },
  { width: 480, height: 900 },
] as const

/** By how many pixels the page, or its main part, is wider than what shows of it. */
async function tooWide(page: Page): Promise<number> {
  return await page.evaluate(() =>
    Math.max(
      ...['html', 'body', '.shell-main'].map((selector) => {
        const element = document.querySelector(selector)
        return element ? element.scrollWidth - element.clientWidth : 0
      }),
    ),
  )
}

describe('every page', () => {
  useBrowser()

  for (const { key, role, address } of pageVisits) {
    inBrowser(`${key}: fits wide and narrow windows, goes by keyboard, is accessible`, async (visit) => {
      const { page, open, expectAccessible } = visit
      await open('/', { role })
      await open(await address(visit))
      expect(await page.locator('h1').count()).toBe(1)
      for (const size of sizes) {
        await page.setViewportSize(size)
        await page.waitForFunction((width) => document.documentElement.clientWidth === width, size.width)
        // A chart takes its new width a moment after the window.
        await expect
          .poll(() => tooWide(page), { message: `${key} at ${size.width}`, timeout: 10_000 })
          .toBeLessThanOrEqual(0)
      }
      await page.setViewportSize(sizes[1])
      await expectAccessible()
      await page.setViewportSize(sizes[0])

      // The first stop of the keyboard leads past the menu; every stop shows where it is.
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.locator('.skip-link').focus()
      await page.keyboard.press('Enter')
      const stops = new Set<string>()
      for (let stop = 0; stop < 8; stop++) {
        await page.keyboard.press('Tab')
        const now = await page.evaluate(() => {
          const focused = document.activeElement
          return focused?.closest('main') ? focused.outerHTML.slice(0, 300) : null
        })
        if (now === null) break
        stops.add(now)
      }
      expect(stops.size, key).toBeGreaterThan(0)
    })
  }

  inBrowser(
    'opens its menu by a button where it is narrow',
    async ({ page, open, expectAccessible, picture }) => {
      await page.setViewportSize(sizes[1])
      await open('/', { role: 'duty-officer' })
      const menu = page.getByRole('navigation', { name: '主菜单' })
      expect(await menu.isVisible()).toBe(false)
      await picture('overview-narrow')
      await page.getByRole('button', { name: '菜单' }).press('Enter')
      await menu.getByRole('link', { name: '服务机构' }).click()
      await page.locator('[data-row]').first().waitFor()
      expect(await menu.isVisible()).toBe(false)
      await expectAccessible()
    },
  )
})
