import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'

const part = (page: Visit['page'], name: string) => page.getByRole('region', { name, exact: true })

async function firstOf({ context, base }: Visit, register: string): Promise<Record<string, string>> {
  const answer = await context.request.get(`${base}/v1/${register}?limit=1`)
  return (await answer.json()).items[0]
}

describe('the search', () => {
  useBrowser()

  inBrowser('finds by name and number in every register, and leads to each', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/', { role: 'auditor' })
    await page.keyboard.press('/')
    await page.keyboard.type('常州')
    await page.keyboard.press('Enter')
    await page.waitForURL(/search\?q=/)
    await page.getByRole('heading', { name: '搜索“常州”' }).waitFor()
    await part(page, '服务机构名录').getByRole('listitem').nth(5).waitFor()
    await part(page, '社会单位名录').getByRole('listitem').nth(5).waitFor()
    await picture('search')
    await expectAccessible()

    const numbers = [
      ['penalty-cases', 'caseNumber', '行政处罚案件', '处罚案件'],
      ['practitioners', 'registrationNumber', '从业人员名录', '从业人员'],
      ['projects', 'contractNumber', '技术服务项目', '服务项目'],
      ['inspections', 'id', '监督检查', '监督检查'],
    ] as const
    for (const [register, field] of numbers) {
      const row = await firstOf(visit, register)
      const search = page.getByRole('searchbox', { name: /^搜索/ })
      await search.fill(String(row[field]))
      await search.press('Enter')
      await page.waitForURL((url) => url.searchParams.get('q') === String(row[field]))
      const link = page.locator(`.search-results a[href*="/${register}?row=${row.id}"]`)
      await link.click()
      await page.getByRole('dialog').locator('.timeline-event').first().waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  inBrowser('goes by the reader’s permissions', async ({ page, open }) => {
    await open('/search?q=常州', { role: 'registrar' })
    await part(page, '服务机构名录').waitFor()
    expect(await part(page, '行政处罚案件').count()).toBe(0)
    expect(await part(page, '监督检查').count()).toBe(0)
  })

  inBrowser('finds a person by name only for a stated purpose', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'reviewer' })
    const revealed = `${base}/v1/practitioners?limit=1&reveal=personal&purpose=${encodeURIComponent('测试')}`
    const [row] = (await (await context.request.get(revealed)).json()).items
    const { name } = row.person
    await open(`/search?q=${encodeURIComponent(name)}`)
    const people = part(page, '从业人员名录')
    await people.getByText('没有找到').waitFor()
    await page.getByRole('button', { name: '显示姓名…' }).click()
    await page.getByLabel('用途').fill('火灾责任倒查')
    await page.getByRole('button', { name: '显示并记录' }).click()
    await people.getByRole('listitem').first().waitFor()
    expect(await people.textContent()).toContain(name)
    expect(await people.textContent()).toContain(row.registrationNumber)
  })

  inBrowser('asks for two characters at least', async ({ page, open }) => {
    await open('/search?q=%E5%B8%B8', { role: 'auditor' })
    await page.getByText('请至少输入两个字').waitFor()
  })
})
