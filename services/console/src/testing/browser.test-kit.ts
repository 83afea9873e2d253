import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { findChromium } from './chromium.test-kit.ts'

/**
 * Tests in a real Chromium on the built console. A test fails with whatever the browser complained of: errors on its
 * console, exceptions, requests that failed, and any request that left the origin.
 */

const console_ = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const gallery = join(console_, process.env.GALLERY === undefined ? 'coverage/gallery' : 'gallery')

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A loaded machine is slow, and no test waits for what does not come. */
const patienceMs = 60_000

export type Visit = {
  readonly page: Page
  readonly context: BrowserContext
  /** Where the gateway is. */
  readonly base: string
  /** Signs in as a role and opens a page of the console; waits until nothing loads any more. */
  open(path: string, as?: { role: string; division?: string | null; uscc?: string }): Promise<void>
  /** Complaints of the browser that the test brings about on purpose. */
  expectTrouble(kind: RegExp): void
  /** A picture for the gallery: `GALLERY=1` puts it where the README shows it. */
  picture(name: string): Promise<void>
  /** No violation of WCAG that axe calls serious or critical. */
  expectAccessible(): Promise<void>
}

let browser: Browser | null = null

/** To be called once in a file: starts the browser before its tests. */
export function useBrowser(): void {
  beforeAll(async () => {
    const executablePath = findChromium()
    if (executablePath !== null) browser = await chromium.launch({ executablePath, args: switches })
  })
  afterAll(async () => {
    await browser?.close()
    browser = null
  })
}

export function inBrowser(title: string, test: (visit: Visit) => Promise<void>, base?: () => string): void {
  it(title, async ({ skip }) => {
    const gateway = inject('gateway')
    if (browser === null || gateway === null)
      return skip('SKIPPED: no Chromium here (apt-get install chromium, or name one: PLAYWRIGHT_CHROMIUM)')
    const context = await browser.newContext({
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      viewport: { width: 1366, height: 768 },
    })
    context.setDefaultTimeout(patienceMs)
    try {
      const visit = await visitOf(context, base?.() ?? gateway.base)
      await test(visit)
      expect(visit.complaints()).toEqual([])
    } finally {
      await context.close()
    }
  })
}

async function visitOf(context: BrowserContext, base: string): Promise<Visit & { complaints(): string[] }> {
  const page = await context.newPage()
  const { complaints, expectTrouble } = listen(page, base)
  return {
    page,
    context,
    base,
    complaints,
    expectTrouble,
    async open(path, as) {
      if (as) {
        const choice = { division: '320400', ...as }
        const answer = await context.request.post(`${base}/console/session`, { data: choice })
        expect(answer.status(), await answer.text()).toBe(200)
      }
      await page.goto(`${base}/console${path}`)
      await page.locator('h1').first().waitFor()
      await settled(page)
    },
    async picture(name) {
      await settled(page)
      mkdirSync(gallery, { recursive: true })
      await page.screenshot({ path: join(gallery, `${name}.png`), animations: 'disabled' })
    },
    async expectAccessible() {
      await settled(page)
      const { violations } = await new AxeBuilder({ page }).analyze()
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
        )
      expect(serious).toEqual([])
    },
  }
}

/** Nothing is loading: no request under way and no placeholder on the screen. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
}

function listen(page: Page, base: string) {
  const expected: RegExp[] = []
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      heard.push(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => heard.push(`exception: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) => {
    // What the page itself no longer wants, or leaves behind with the page, did not fail.
    const why = request.failure()?.errorText ?? ''
    if (why !== 'net::ERR_ABORTED') heard.push(`failed: ${request.url()} ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) heard.push(`answered ${response.status()}: ${response.url()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(base) && !url.startsWith('data:') && !url.startsWith('blob:'))
      heard.push(`left the origin: ${url}`)
  })
  return {
    complaints: () => heard.filter((one) => !expected.some((kind) => kind.test(one))),
    expectTrouble: (kind: RegExp) => void expected.push(kind),
  }
}
