import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'

const rows = (page: Visit['page']) => page.locator('[data-row]')

describe('the registers', () => {
  useBrowser()

  inBrowser('list institutions with status and grade, and find one by its name', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/institutions', { role: 'auditor' })
    await rows(page).first().waitFor()
    expect(await rows(page).count()).toBeGreaterThan(8)
    await picture('institutions')
    await expectAccessible()
    const name = (await rows(page).first().getByRole('link').first().textContent()) ?? ''
    await page.getByRole('searchbox', { name: '名称、信用代码' }).fill(name)
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=/)
    await page.getByText('共 1 条').waitFor()
    expect(await rows(page).count()).toBe(1)
  })

  inBrowser('keep their filters in the address, over a reload', async ({ page, open }) => {
    await open('/inspections?rectification=missed', { role: 'auditor' })
    await rows(page).first().waitFor()
    expect(await rows(page).first().textContent()).toContain('逾期未改')
    await page.reload()
    await rows(page).first().waitFor()
    expect(await page.locator('.register-filters').textContent()).toContain('逾期未改')
    await page.getByRole('button', { name: '清除筛选' }).click()
    await page.waitForURL((url) => !url.search.includes('rectification'))
  })

  inBrowser('read on as one scrolls', async ({ page, open }) => {
    await open('/practitioners', { role: 'auditor' })
    await page.getByText('已列出 100 条').waitFor()
    await rows(page).first().hover()
    for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, 1200)
    await page.getByText(/已列出 [2-9]00 条/).waitFor()
  })

  inBrowser('show no amount before a decision, and no running clock once all is paid', async (visit) => {
    const { page, open, context, base } = visit
    await open('/', { role: 'case-handler' })
    const read = await context.request.get(`${base}/v1/penalty-cases?status=decided&limit=500`)
    type Case = {
      id: string
      institution: string | null
      payBy: string | null
      [amount: `${string}Fen`]: number
    }
    const { items } = (await read.json()) as { items: Case[] }
    const owed = (row: Case) => (row.fineFen ?? 0) + (row.confiscatedFen ?? 0) + (row.chargedFen ?? 0)
    const paid = items.find((row) => row.payBy !== null && owed(row) > 0 && row.paidFen === owed(row))
    if (paid) {
      await open(`/penalty-cases?status=decided&row=${paid.id}`)
      const dialog = page.getByRole('dialog')
      await dialog
        .getByText(paid.payBy ?? '', { exact: true })
        .first()
        .waitFor()
      expect(await dialog.getByText(/逾期 \d+ 天/).count()).toBe(0)
    }
    await open('/penalty-cases?status=filed')
    await rows(page).first().waitFor()
    for (const text of await rows(page).allTextContents()) expect(text).not.toContain('¥0')
    await visit.picture('penalty-cases')
  })

  inBrowser('open a row beside the list by keyboard, with every event of it', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/penalty-cases', { role: 'case-handler' })
    await rows(page).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/row=/)
    const drawer = page.getByRole('dialog')
    await drawer.locator('.timeline-event').first().click()
    await drawer.getByRole('tab', { name: '变化' }).click()
    await drawer.locator('.differences').waitFor()
    await picture('penalty-case')
    await expectAccessible()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.search.includes('row='))
  })

  inBrowser('go out as CSV and XLSX, all that fits', async ({ page, open }) => {
    await open('/institutions?status=withdrawn', { role: 'auditor' })
    await rows(page).first().waitFor()
    const save = async (kind: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `导出 ${kind}` }).click(),
      ])
      return await readFile(await download.path())
    }
    const lines = (await save('CSV')).toString('utf8').trim().split('\r\n')
    expect(lines[0]).toContain('统一社会信用代码')
    expect(lines).toHaveLength(1 + (await rows(page).count()))
    expect((await save('XLSX')).subarray(0, 2).toString()).toBe('PK')
  })

  inBrowser('tell of anomalies by name, and whom they are about', async ({ page, open }) => {
    await open('/anomalies?code=AN04', { role: 'auditor' })
    await rows(page).first().getByText('工作量超出可能').waitFor()
    await rows(page)
      .first()
      .getByText(/注册消防工程师|操作员/)
      .waitFor()
    await page.getByText(/^共 \d+ 条$/).waitFor()
    await rows(page).first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('.timeline-event').first().waitFor()
  })

  inBrowser('lead from a building and a day to who served it then, and to what was known', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'reviewer' })
    const projects = await context.request.get(`${base}/v1/projects?limit=1`)
    const [project] = (await projects.json()).items
    await open(`/units?row=${project.unit}`)
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel(/哪一天/).fill(project.servesFrom)
    await drawer.getByText('当日在服务').first().waitFor()
    const served = drawer.getByRole('row').filter({ hasText: '当日在服务' }).first()
    await served.getByRole('link', { name: '回放当日所知' }).click()
    await page.waitForURL(/replay\?subject=/)
    expect(new URL(page.url()).searchParams.get('asOf')).toBe(project.servesFrom)
    await page.getByRole('region', { name: '后来才记录的事件' }).waitFor()
  })
})
