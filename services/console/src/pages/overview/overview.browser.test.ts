import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'
import { copyOf, type GatewayProcess, startGateway } from '../../testing/gateway-process.test-kit.ts'

const isLive = '[data-live=live]'

/** What only the ledger's own page can do: a command under the session of the page. */
async function command(page: Visit['page'], path: string, data: object): Promise<number> {
  return await page.evaluate(
    async ([address, body]) => {
      const session = await (await fetch('/console/session')).json()
      const answer = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'fireledger-csrf': session.csrf },
        body,
      })
      return answer.status
    },
    [`/v1${path}`, JSON.stringify({ data })] as const,
  )
}

const positionsOf = (page: Visit['page']) =>
  page
    .locator('.ticker-row')
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.position)))

/** An institution that may be suspended and reinstated at will. */
async function activeInstitution(page: Visit['page']): Promise<string> {
  return await page.evaluate(async () => {
    const answer = await fetch('/v1/institutions?status=active&limit=1')
    return (await answer.json()).items[0].uscc
  })
}

describe('the overview', () => {
  useBrowser()

  inBrowser('shows figures, the latest events, clocks and grades of the division', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/', { role: 'duty-officer' })
    await page.locator(isLive).waitFor()
    await page.getByRole('heading', { name: '监管总览' }).waitFor()
    expect(await page.locator('.key-figures dd').first().textContent()).toMatch(/^\d+$/)
    expect((await positionsOf(page)).length).toBeGreaterThan(20)
    const due = await page
      .locator('.clocks .tag[title]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('title') ?? ''))
    expect(due.length).toBeGreaterThan(5)
    expect(due).toEqual([...due].sort())
    expect(await page.locator('.grades li').count()).toBeGreaterThan(3)
    await expectAccessible()
    await picture('overview')
  })

  inBrowser('goes down to a part of the division, in the address', async ({ page, open }) => {
    await open('/', { role: 'duty-officer' })
    const whole = await page.locator('.key-figures dd').first().textContent()
    await page.getByRole('combobox', { name: '辖区' }).selectOption('320402')
    await page.waitForURL(/division=320402/)
    await page.waitForFunction(
      (before) => document.querySelector('.key-figures dd')?.textContent !== before,
      whole,
    )
    await page.reload()
    await page.locator('.page-head', { hasText: '江苏省常州市天宁区' }).waitFor()
  })

  inBrowser('is complete in English', async ({ page, open, picture }) => {
    await open('/', { role: 'duty-officer' })
    await page.getByRole('button', { name: '切换为英文' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await picture('overview-english')
  })
})

describe('the live feed of the overview', () => {
  useBrowser()
  let folder: { path: string; remove(): void } | null = null
  let gateway: GatewayProcess | null = null
  beforeAll(async () => {
    const given = inject('gateway')
    if (given === null) return
    folder = copyOf(given.seed)
    gateway = await startGateway(folder.path)
  })
  afterAll(async () => {
    await gateway?.stop()
    folder?.remove()
  })
  const base = () => gateway?.base ?? ''

  inBrowser(
    'neither loses nor repeats a row when the gateway is killed and comes back',
    async ({ page, open, expectTrouble }) => {
      if (gateway === null || folder === null) throw new Error('no gateway')
      expectTrouble(/ERR_CONNECTION_REFUSED|WebSocket|503|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/)
      await open('/', { role: 'case-handler' })
      await page.locator(isLive).waitFor()
      const before = new Set(await positionsOf(page))
      const uscc = await activeInstitution(page)
      const act = async (name: string) =>
        expect(await command(page, `/institutions/${uscc}/${name}`, { reason: '演练', until: null })).toBe(
          200,
        )
      await act('suspend')
      await page.locator('.ticker-row[data-fresh=true]').first().waitFor()

      const { port } = gateway
      await gateway.kill()
      await page.locator('[data-live=stale]').waitFor()
      gateway = await startGateway(folder.path, port)
      await page.locator(isLive).waitFor()
      const uscc2 = await page.evaluate(async () => {
        const answer = await fetch('/v1/institutions?status=active&limit=1')
        return (await answer.json()).items[0].uscc
      })
      expect(await command(page, `/institutions/${uscc2}/suspend`, { reason: '演练', until: null })).toBe(200)
      await page.waitForFunction(() => document.querySelectorAll('.ticker-row[data-fresh=true]').length >= 2)

      const after = await positionsOf(page)
      expect(new Set(after).size).toBe(after.length)
      expect([...after].sort((a, b) => b - a)).toEqual(after)
      const fresh = after.filter((position) => !before.has(position))
      const inLedger = await page.evaluate(
        async (from) => {
          const answer = await fetch(`/v1/events?after=${from}&limit=500&division=320400`)
          return (await answer.json()).items.map((event: { position: string }) => Number(event.position))
        },
        Math.max(...before),
      )
      expect([...fresh].sort((a, b) => a - b)).toEqual(inLedger)
    },
    base,
  )
})
