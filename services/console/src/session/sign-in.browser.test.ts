import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../testing/browser.test-kit.ts'

describe('signing in', () => {
  useBrowser()

  inBrowser(
    'lets a trial choose a role, and shows its pages',
    async ({ page, base, picture, expectAccessible }) => {
      await page.goto(`${base}/`)
      await page.getByRole('heading', { name: '登录' }).waitFor()
      await expectAccessible()
      await picture('sign-in')
      await page.getByRole('radio', { name: /审计员/ }).check()
      await page.getByRole('button', { name: '进入' }).click()
      await page.getByRole('navigation', { name: '主菜单' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/console/')
    },
  )

  inBrowser('keeps the token where no script can read it', async ({ page, open }) => {
    await open('/', { role: 'auditor' })
    const readable = await page.evaluate(
      () => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }),
    )
    expect(readable).not.toContain('eyJ')
  })

  inBrowser('speaks English when asked to, and remembers it', async ({ page, open }) => {
    await open('/', { role: 'auditor' })
    await page.getByRole('button', { name: '切换为英文' }).click()
    await page.getByRole('link', { name: 'Overview' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Overview' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  inBrowser('tells what is wrong with a token', async ({ page, base, expectTrouble }) => {
    expectTrouble(/401/)
    await page.goto(`${base}/console/`)
    await page.getByRole('button', { name: '改用令牌登录' }).click()
    await page.getByRole('textbox').fill('not-a-token')
    await page.getByRole('button', { name: '进入' }).click()
    await page.getByRole('alert').filter({ hasText: '令牌无效' }).waitFor()
  })

  inBrowser('ends the session by signing out', async ({ page, base, open }) => {
    await open('/', { role: 'duty-officer' })
    await page.getByRole('button', { name: '退出' }).click()
    await page.getByRole('heading', { name: '登录' }).waitFor()
    expect(
      (await page.request.get(`${base}/console/session`).then((answer) => answer.json())).principal,
    ).toBeNull()
  })
})
