import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../../testing/browser.test-kit.ts'

const asRuleMaker = { role: 'rule-maker' }

/** Copies a rulebook of the ledger into the draft, with the change; gives the text back. */
async function writeDraft(page: Page, change: (text: string) => string): Promise<void> {
  await page.getByRole('radio', { name: '粘贴或上传草案' }).check()
  await page.getByLabel('底稿').selectOption('CZ-DEFAULT-1')
  await page.getByRole('button', { name: '以此规则为底稿' }).click()
  const draft = page.getByLabel('草案内容（JSON）')
  await draft.fill(change(await draft.inputValue()))
}

/** Fines and work below the standard cost three times as much. */
function stricter(text: string): string {
  const content = JSON.parse(text)
  for (const item of content.items) if (/^(L|Q)/.test(item.code)) item.points *= 3
  return JSON.stringify(content)
}

describe('rule simulation', () => {
  useBrowser()

  inBrowser(
    'judges the history by a draft, and says who moves, by which lines',
    async ({ page, open, picture, expectAccessible }) => {
      // A part of the city, so that nobody waits for all of it.
      await open('/rule-simulation?division=320412', asRuleMaker)
      await page.getByText('还没有可看的结果').waitFor()
      await writeDraft(page, stricter)
      expect(await page.getByLabel('草案编号').inputValue()).toBe('CZ-DEFAULT-1-DRAFT')
      await page.getByLabel('比较哪一日的等级').fill('2026-10-31')
      await page.getByRole('button', { name: '开始模拟' }).click()
      await page.getByRole('progressbar', { name: '进度' }).waitFor()

      const movers = page.getByRole('region', { name: '等级变动的对象' })
      await movers.waitFor()
      await page.getByText('示例值').first().waitFor()
      expect(await page.locator('.simulation-digest code').textContent()).toMatch(/^[0-9a-f]{64}$/)
      expect(await page.locator('.simulation-grades tbody tr').count()).toBeGreaterThanOrEqual(9)
      await movers.getByRole('combobox', { name: '变动方向' }).selectOption('down')
      expect(new URL(page.url()).searchParams.get('direction')).toBe('down')
      const why = movers.getByRole('button', { name: /看原因/ }).first()
      await why.click()
      expect(await why.getAttribute('aria-expanded')).toBe('true')
      const lines = movers.locator('.simulation-lines tbody tr')
      expect(await lines.count()).toBeGreaterThan(0)
      expect(await lines.first().locator('.number').allTextContents()).toHaveLength(2)
      await lines.first().getByText('依据').waitFor()
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.simulation-lines .articles')].every(
          (articles) => !/[A-Z][A-Z0-9]*:/.test(articles.textContent ?? ''),
        ),
      )
      await picture('rule-simulation')
      await expectAccessible()
    },
  )

  inBrowser(
    'keeps the result for the hour: its address, its CSV, the way to each event',
    async ({ page, context, base, open }) => {
      await open('/rule-simulation', asRuleMaker)
      await page.getByRole('button', { name: 'CZ-DEFAULT-1-DRAFT' }).first().click()
      const link = page.getByRole('link', { name: '下载 CSV' })
      const csv = await context.request.get(`${base}${await link.getAttribute('href')}`)
      expect(csv.headers()['content-disposition']).toContain('simulation-CZ-DEFAULT-1-DRAFT-2026-10-31.csv')
      expect(await csv.text()).toMatch(/down,CZ-DEFAULT-1@0/)
      await page.reload()
      await page
        .getByRole('button', { name: /看原因/ })
        .first()
        .click()
      await page.getByRole('link', { name: '看事件' }).first().click()
      await page.waitForURL(/institutions\/.*event=/)
    },
  )

  inBrowser(
    'shows where a malformed draft is wrong, and what is wrong there',
    async ({ page, open, expectTrouble, expectAccessible }) => {
      expectTrouble(/40[09]|422/)
      await open('/rule-simulation', asRuleMaker)
      await writeDraft(page, (text) => text.replace('"base": 80', '"base": "many"'))
      await page.getByRole('button', { name: '开始模拟' }).click()
      const refusal = page.getByRole('alert')
      const faults = refusal.getByRole('list', { name: '需要更正之处' })
      expect(await faults.textContent()).toMatch(/^\/content\/base 应为数字/)
      await expectAccessible()

      await page.getByLabel('草案内容（JSON）').fill('{ "base": ')
      await refusal.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '开始模拟' }).click()
      await refusal.getByText('草案不是有效的 JSON').waitFor()

      // A rule of the ledger refuses, too: what is adopted has its content for good.
      await writeDraft(page, stricter)
      await page.getByLabel('草案编号').fill('CZ-DEFAULT-1')
      await page.getByRole('button', { name: '开始模拟' }).click()
      await refusal.getByText('依据').waitFor()
    },
  )

  inBrowser('simulates a rulebook of the ledger, and ends when it is cancelled', async ({ page, open }) => {
    await open('/rule-simulation', asRuleMaker)
    await page.getByLabel('规则', { exact: true }).selectOption('CZ-TRIAL-0')
    const cancelled = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
    await page.getByRole('button', { name: '开始模拟' }).click()
    await page.getByRole('button', { name: '取消模拟' }).click()
    expect((await cancelled).status()).toBe(204)
    await page.getByText('还没有可看的结果').waitFor()
    expect(new URL(page.url()).searchParams.has('run')).toBe(false)
    await page.getByText('进行中').waitFor({ state: 'detached' })
    expect(await page.locator('.simulation-recent').getByText('CZ-TRIAL-0').count()).toBe(0)
  })

  inBrowser('says so when a result is no longer kept', async ({ page, open, expectTrouble }) => {
    expectTrouble(/404/)
    await open('/rule-simulation?run=01K0000000000000000000000', asRuleMaker)
    await page.getByText('这次模拟的结果已不再保留').waitFor()
  })

  inBrowser('is for those who make rulebooks', async ({ page, open }) => {
    await open('/rule-simulation', { role: 'auditor' })
    await page.getByText('您的角色看不到这一页').waitFor()
    expect(await page.getByRole('link', { name: '规则模拟' }).count()).toBe(0)
  })
})
