import type { LedgerStatus } from '@fireledger/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { inBrowser, useBrowser } from '../../testing/browser.test-kit.ts'
import { copyOf, type GatewayProcess, startGateway } from '../../testing/gateway-process.test-kit.ts'

/** On a gateway of its own, since a read model is stopped and rebuilt here. */

describe('operations', () => {
  useBrowser()
  let own: GatewayProcess | null = null
  let folder: ReturnType<typeof copyOf> | null = null

  beforeAll(async () => {
    const shared = inject('gateway')
    if (shared === null) return
    folder = copyOf(shared.seed)
    own = await startGateway(folder.path)
  })
  afterAll(async () => {
    await own?.stop()
    folder?.remove()
  })

  inBrowser(
    'shows how far every read model follows, and who listens',
    async ({ page, open, picture, expectAccessible }) => {
      await open('/operations', { role: 'administrator' })
      const row = page.getByRole('row', { name: /^institution-register/ })
      await row.getByText('跟随中').waitFor()
      const listeners = page.getByRole('region', { name: '实时订阅' })
      await listeners
        .getByRole('row', { name: /WebSocket/ })
        .first()
        .waitFor()
      await picture('operations')
      await expectAccessible()
    },
    () => own?.base ?? '',
  )

  inBrowser(
    'rebuilds a read model beside the served rows and says that they are equal',
    async ({ page, open }) => {
      await open('/operations', { role: 'administrator' })
      await page.getByRole('button', { name: '重建 unit-register' }).click()
      await page.getByRole('tooltip').getByRole('button', { name: '重建' }).click()
      await page
        .getByRole('row', { name: /^unit-register/ })
        .getByText('逐行一致')
        .waitFor({ timeout: 60_000 })
    },
    () => own?.base ?? '',
  )

  /** No fold of ours is known to fail: the answer is shown as if one did at this event, until it is told to try again. */
  async function stopAt(page: Page, event: string): Promise<void> {
    let isStopped = true
    await page.route('**/v1/ledger', async (route) => {
      const answer = await route.fetch()
      const ledger = (await answer.json()) as LedgerStatus
      const failure = { status: 'failed', failedEvent: event, failedReason: 'no column for that' }
      const projections = ledger.projections.map((each) =>
        isStopped && each.name === 'unit-register' ? { ...each, ...failure } : each,
      )
      await route.fulfill({ response: answer, json: { ...ledger, projections } })
    })
    page.on('response', (answer) => {
      if (answer.url().endsWith('/projections/unit-register/retry')) isStopped = answer.status() !== 202
    })
  }

  const stoppedAt = (page: Page) => page.getByRole('region', { name: '停在一条事件上的读模型' })

  inBrowser(
    'names the event and the reason of one that stopped, and lets it try again',
    async ({ page, open, expectAccessible }) => {
      await stopAt(page, 'UnitRegistered unit-01JD@0')
      await open('/operations', { role: 'administrator' })
      const stopped = stoppedAt(page)
      await stopped.getByText('no column for that').waitFor()
      await stopped.getByText('unit-01JD@0').waitFor()
      await stopped.getByText(/内容须有权限：查看名录全文/).waitFor()
      await stopped
        .getByRole('list')
        .getByText(/升级到能处理它的程序版本/)
        .waitFor()
      await expectAccessible()
      await stopped.getByRole('button', { name: '重试 unit-register' }).click()
      await stopped.getByText('没有停止的读模型').waitFor({ timeout: 60_000 })
    },
    () => own?.base ?? '',
  )

  inBrowser(
    'leads those who may see it from the stop to the event itself',
    async ({ page, context, base, open }) => {
      await open('/operations', { role: 'auditor' })
      const units = await context.request.get(`${base}/v1/units?limit=1`)
      const [unit] = (await units.json()).items
      await stopAt(page, `UnitRegistered unit-${unit.id}@0`)
      await open('/operations')
      await stoppedAt(page)
        .getByRole('link', { name: `unit-${unit.id}@0` })
        .click()
      await page.waitForURL(/events\/unit-/)
      await page.locator('.event-details').getByText('UnitRegistered').waitFor()
      await page.locator('.event-details').getByText(unit.name).first().waitFor()
    },
    () => own?.base ?? '',
  )

  inBrowser(
    'offers no act to those who only watch',
    async ({ page, open }) => {
      await open('/operations', { role: 'duty-officer' })
      await page.getByRole('row', { name: /^institution-register/ }).waitFor()
      expect(await page.getByRole('button', { name: /重建/ }).count()).toBe(0)
    },
    () => own?.base ?? '',
  )
})
