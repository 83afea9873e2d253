import { describe, expect } from 'vitest'
import { inBrowser, useBrowser } from '../testing/browser.test-kit.ts'

/** Roles with a page that each does not see, and the permission that it would take. */
const closed = [
  ['auditor', '/rule-simulation', 'legislate', '规则模拟'],
  ['auditor', '/acts', 'register', '日常办理'],
  ['rule-maker', '/penalty-cases', 'read-cases', '处罚案件'],
  ['rule-maker', '/process-view', 'read-cases', '过程总览'],
  ['registrar', '/operations', 'read-operations', '系统运行'],
  ['administrator', '/practitioners', 'read-register', '从业人员'],
] as const

describe('pages that one may not see', () => {
  useBrowser()

  inBrowser('are not in the menu, and their address says which permission is missing', async (visit) => {
    const { page, open, expectAccessible } = visit
    for (const [role, path, permission, name] of closed) {
      await open(path, { role })
      await page.getByText('您的角色看不到这一页').waitFor()
      expect(await page.locator('.needed code').allTextContents(), path).toContain(permission)
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(name)
      const menu = page.getByRole('navigation', { name: '主菜单' })
      expect(await menu.getByRole('link', { name, exact: true }).count(), `${role} ${path}`).toBe(0)
    }
    await expectAccessible()
  })

  inBrowser('open when the same address is visited by who may', async ({ page, open }) => {
    await open('/penalty-cases', { role: 'rule-maker' })
    await page.getByText('您的角色看不到这一页').waitFor()
    await open('/penalty-cases', { role: 'auditor' })
    await page.locator('[data-row]').first().waitFor()
  })

  inBrowser('leave nothing on the overview that the reader may not ask for', async ({ page, open }) => {
    for (const role of ['registrar', 'rule-maker', 'administrator']) {
      await open('/', { role })
      await page.getByRole('heading', { name: '监管总览' }).waitFor()
      await page.getByText('您的角色看不到检查与案件的期限').waitFor()
    }
  })

  inBrowser('and acts that one may not do name the permission, too', async ({ page, open }) => {
    await open('/acts/institutions/suspend', { role: 'registrar' })
    await page.getByText('您的角色看不到这一页').waitFor()
    expect(await page.locator('.needed code').count()).toBe(1)
  })
})
