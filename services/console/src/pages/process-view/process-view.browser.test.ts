import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../../testing/browser.test-kit.ts'

describe('the process view', () => {
  useBrowser()

  inBrowser(
    'shows paths, waiting against limits, gates and institutions of all assessments',
    async ({ page, open, picture, expectAccessible }) => {
      await open('/process-view', { role: 'auditor' })
      const part = (name: string) => page.getByRole('region', { name, exact: true })
      await part('在哪里等待').locator('.process-chart canvas').waitFor()
      const stages = part('在哪里等待').locator('tbody tr')
      expect(await stages.count()).toBe(8)
      expect(await stages.nth(2).textContent()).toMatch(/S3 资料收集.*\d/)
      expect(await part('走了哪些路径').locator('tbody tr').count()).toBeGreaterThan(3)
      expect(await part('走了哪些路径').getByTitle('再次进入').count()).toBeGreaterThan(0)
      await part('门槛与疑点').getByText('消防审批文件').first().waitFor()
      const shown = await page.locator('main').textContent()
      expect(shown).not.toMatch(/sampling-met|signature-[a-z]|back-dated|two-sites/)
      await picture('process-view')
      await expectAccessible()
      const more = part('走了哪些路径').getByRole('button', { name: /其余/ })
      if ((await more.count()) > 0) await more.click()
      await part('走了哪些路径')
        .getByText(/其中 \d+ 件办理中/)
        .first()
        .waitFor()
    },
  )

  inBrowser('narrows to a process and a part of the division, in the address', async ({ page, open }) => {
    await open('/process-view', { role: 'auditor' })
    const count = page.locator('.process-facts dd').first()
    const first = Number(await count.textContent())
    const process = page.getByRole('combobox', { name: '过程', exact: true })
    const [, other = ''] = await process
      .locator('option')
      .evaluateAll((all) => all.map((option) => (option as HTMLOptionElement).value))
    await process.selectOption(other)
    await page.waitForFunction(
      (before) => Number(document.querySelector('.process-facts dd')?.textContent) !== before,
      first,
    )
    const ofProcess = Number(await count.textContent())
    expect(await page.getByRole('row', { name: /^S1/ }).first().textContent()).toMatch(/5/)
    await page.getByRole('combobox', { name: '辖区' }).selectOption('320412')
    await page.waitForFunction(
      (before) => Number(document.querySelector('.process-facts dd')?.textContent) < before,
      ofProcess,
    )
    expect(new URL(page.url()).searchParams.get('process')).toBe(other)
    expect(page.url()).toMatch(/division=320412/)
  })

  inBrowser('leads from a figure to its cases, and from there to one of them', async ({ page, open }) => {
    await open('/process-view', { role: 'auditor' })
    const row = page.getByRole('row', { name: /放行.*消防审批文件/ })
    const cases = Number(await row.getByRole('button').textContent())
    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('tbody tr').first().waitFor()
    expect(await dialog.locator('tbody tr').count()).toBe(cases)
    await dialog.getByRole('rowheader').first().getByRole('link').click()
    await page.waitForURL(/\/assessments\//)
    await page.getByText('放行的门槛').first().waitFor()
  })

  inBrowser('shows penalty cases by what was done, and gives the log as a file', async (visit) => {
    const { page, context, base, open } = visit
    await open('/process-view?kind=penaltyCase&basis=activities', { role: 'auditor' })
    const paths = page.getByRole('region', { name: '走了哪些路径' })
    await paths.locator('.path-steps li').first().waitFor()
    expect(await paths.textContent()).not.toMatch(/penalty-|fine-/)
    const link = page.getByRole('navigation', { name: '导出事件日志' }).getByRole('link', { name: 'XES' })
    const answer = await context.request.get(`${base}${await link.getAttribute('href')}`)
    expect(await answer.text()).toMatch(/^<\?xml[\s\S]*<\/log>\s*$/)
  })
})
