import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../../testing/browser.test-kit.ts'

describe('replay', () => {
  useBrowser()

  inBrowser(
    'goes back to a day, and shows state, grade and events of then',
    async ({ page, open, picture, expectAccessible }) => {
      await open('/replay', { role: 'auditor' })
      await page.getByText('先选一家机构').waitFor()
      await page.getByRole('searchbox', { name: '机构', exact: true }).fill('消防')
      await page.getByRole('list', { name: '找到的机构' }).getByRole('button').first().click()
      const asOf = page.getByRole('slider', { name: '当时情况（截至）' })
      await asOf.waitFor()
      await page.getByRole('button', { name: '最早' }).click()
      await page.getByText('第 1 /').waitFor()
      await page.getByRole('button', { name: '下一日' }).click()
      await page.getByText('第 2 /').waitFor()
      expect(new URL(page.url()).searchParams.get('asOf')).toBe(await asOf.getAttribute('aria-valuetext'))
      await asOf.press('End')
      await page.getByRole('button', { name: '最近' }).and(page.locator(':disabled')).waitFor()
      await page.locator('.replay-moment .grade-large').waitFor()
      await picture('replay')
      await expectAccessible()
    },
  )

  inBrowser('plays, and pauses', async ({ page, open }) => {
    await open('/replay', { role: 'auditor' })
    await page.getByRole('searchbox', { name: '机构', exact: true }).fill('消防')
    await page.getByRole('list', { name: '找到的机构' }).getByRole('button').first().click()
    await page.getByRole('button', { name: '最早' }).click()
    await page.getByRole('button', { name: '播放' }).click()
    await page.getByText('第 3 /').waitFor()
    await page.getByRole('button', { name: '暂停' }).click()
    await page.getByRole('button', { name: '播放' }).waitFor()
  })

  inBrowser('shows side by side what differs between two moments', async ({ page, open }) => {
    await open('/replay', { role: 'auditor' })
    await page.getByRole('searchbox', { name: '机构', exact: true }).fill('消防')
    await page.getByRole('list', { name: '找到的机构' }).getByRole('button').first().click()
    await page.locator('.replay-moment').waitFor()
    await page.getByRole('button', { name: '记下这一时点作对照' }).click()
    await page.getByText('两个时点没有差别').waitFor()
    await page.getByRole('button', { name: '最早' }).click()
    await page.getByRole('columnheader', { name: '对照时点' }).waitFor()
  })

  inBrowser(
    'proves that every record is what the events give, and would show if one were not',
    async (visit) => {
      const { page, open } = visit
      await open('/replay', { role: 'auditor' })
      await page.getByRole('searchbox', { name: '机构', exact: true }).fill('消防')
      await page.getByRole('list', { name: '找到的机构' }).getByRole('button').first().click()
      const proof = page.getByRole('region', { name: /^核对/ })
      await proof.getByRole('button', { name: '开始核对' }).click()
      await proof.getByText('完全一致').waitFor()
      expect(await proof.getByRole('listitem').count()).toBe(10)
      // As if somebody had written into the rows: what is served without a clock is told otherwise.
      await page.route(/\/v1\/institutions\/[0-9A-Z]{18}$/, async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: { ...(await answer.json()), address: '别处' } })
      })
      await proof.getByRole('button', { name: '开始核对' }).click()
      await proof.getByText('1 条不一致').waitFor()
      await proof.getByText(/address 别处 ≠/).waitFor()
    },
  )
})
