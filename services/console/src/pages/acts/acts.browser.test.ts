import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { inBrowser, useBrowser } from '../../testing/browser.test-kit.ts'
import { copyOf, type GatewayProcess, startGateway } from '../../testing/gateway-process.test-kit.ts'

/** On a ledger of its own, since acts change it. */

describe('acts', () => {
  useBrowser()
  let own: GatewayProcess | null = null
  let folder: ReturnType<typeof copyOf> | null = null
  const base = () => own?.base ?? ''

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

  /** An active institution of the scenario, chosen by search. */
  async function chooseInstitution(page: Page, uscc: string): Promise<void> {
    const record = page.getByRole('textbox', { name: '办理对象' })
    await record.fill(uscc)
  }

  async function activeInstitution(page: Page, place: number): Promise<string> {
    const answer = await page.request.get(`${base()}/v1/institutions?status=active&limit=20`)
    return (await answer.json()).items[place].uscc
  }

  inBrowser(
    'are offered by role, and one is recorded',
    async ({ page, open, picture, expectAccessible }) => {
      await open('/acts', { role: 'case-handler' })
      await expectAccessible()
      const uscc = await activeInstitution(page, 0)
      await page.getByRole('link', { name: '责令停止执业' }).first().click()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByRole('alert').filter({ hasText: '请填写' }).first().waitFor()
      await chooseInstitution(page, uscc)
      await page.getByRole('textbox', { name: /^理由/ }).fill('不具备从业条件')
      await picture('act')
      await expectAccessible()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByRole('status').filter({ hasText: '已入账' }).waitFor()
    },
    base,
  )

  inBrowser(
    'show the reason and the article of a refusal',
    async ({ page, open, expectTrouble }) => {
      expectTrouble(/422/)
      await open('/acts/institutions/resume', { role: 'case-handler' })
      await chooseInstitution(page, await activeInstitution(page, 1))
      await page.getByRole('textbox', { name: /^理由/ }).fill('整改完成')
      await page.getByRole('button', { name: '提交' }).click()
      const refusal = page.getByRole('alert').filter({ hasText: '规则不允许' })
      await refusal.waitFor()
      await refusal
        .getByText(/第.+条/)
        .first()
        .waitFor()
    },
    base,
  )

  inBrowser(
    'find a record by its name, and ask for none before one is chosen',
    async ({ page, open }) => {
      await open('/acts/institutions/suspend', { role: 'case-handler' })
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.getByRole('textbox', { name: '办理对象' }).pressSequentially('消防技术')
      const found = page.getByRole('list', { name: '找到的记录' }).getByRole('button')
      await found.first().waitFor()
      expect(asked.filter((url) => url.includes('/v1/streams/'))).toEqual([])
      const seen = page.waitForResponse((answer) => answer.url().includes('/v1/streams/institution-'))
      await found.first().click()
      expect((await seen).status()).toBe(200)
    },
    base,
  )

  inBrowser(
    'say when someone wrote first, and what, and let one decide',
    async ({ page, context, open, expectTrouble, picture, expectAccessible }) => {
      expectTrouble(/412/)
      await open('/acts/institutions/suspend', { role: 'case-handler' })
      const uscc = await activeInstitution(page, 2)
      await chooseInstitution(page, uscc)
      await page.getByRole('textbox', { name: /^理由/ }).fill('我写的理由')
      const other = await context.newPage()
      await other.goto(`${base()}/console/acts/institutions/suspend?id=${uscc}`)
      await other.getByRole('textbox', { name: /^理由/ }).fill('对方写的理由')
      await other.getByRole('button', { name: '提交' }).click()
      await other.getByRole('status').filter({ hasText: '已入账' }).waitFor()
      await page.getByRole('button', { name: '提交' }).click()
      const dialog = page.getByRole('dialog', { name: '其他人刚刚改动了这条记录' })
      await dialog.getByText('对方写的理由').waitFor()
      await dialog.getByText('我写的理由').waitFor()
      await dialog.getByRole('button', { name: '放弃，重新读取' }).click()
      await dialog.waitFor({ state: 'hidden' })
      // It is suspended by now: another order to suspend it leaves nothing.
      await page.getByRole('textbox', { name: /^理由/ }).fill('我写的理由')
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByRole('status').filter({ hasText: '未入账：原本就是这样' }).waitFor()
      await page.getByRole('region', { name: '这条记录现在的状态' }).getByText('suspended').first().waitFor()
      await picture('act-already')
      await expectAccessible()
    },
    base,
  )
})
