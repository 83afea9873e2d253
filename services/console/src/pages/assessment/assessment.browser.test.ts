import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'

type Trail = { reports: { voided: unknown }[]; visits: { outcome: string | null }[] }

/** One with a report that was voided and replaced, or a stage that was returned. */
async function troubledAssessment({ context, base }: Visit): Promise<string> {
  const list = await context.request.get(`${base}/v1/assessments?limit=100&order=desc`)
  const ids = (await list.json()).items.map(({ id }: { id: string }) => id) as string[]
  for (const id of ids) {
    const trail = (await (await context.request.get(`${base}/v1/assessments/${id}/trail`)).json()) as Trail
    if (trail.reports.some(({ voided }) => voided !== null)) return id
  }
  throw new Error('no report was ever voided')
}

describe('the trail of an assessment', () => {
  useBrowser()

  inBrowser('shows the eight stages with their clocks, and what was done in each', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/', { role: 'auditor' })
    await open(`/assessments/${await troubledAssessment(visit)}`)
    await page.locator('.stage').nth(7).waitFor()
    expect(await page.locator('.stage').count()).toBe(8)
    await picture('assessment')
    await expectAccessible()
    const all = await page.locator('.listing tbody tr').count()
    await page.locator('.stage').nth(3).click()
    await page.waitForURL(/stage=S4/)
    await page.waitForFunction(
      (before) => document.querySelectorAll('.listing tbody tr').length < before,
      all,
    )
  })

  inBrowser('tells of a voided report why, and what came in its place', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/', { role: 'auditor' })
    await open(`/assessments/${await troubledAssessment(visit)}?tab=reports`)
    await page.getByText(/作废：/).waitFor()
    expect(await page.locator('.report').count()).toBeGreaterThan(1)
    await expectAccessible()
    await picture('assessment-reports')
  })

  inBrowser('leads from a finding to the evidence on which it rests', async (visit) => {
    const { page, open, picture, expectAccessible } = visit
    await open('/', { role: 'reviewer' })
    await open(`/assessments/${await troubledAssessment(visit)}?tab=findings`)
    await page.locator('.listing tbody .link').first().click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('.chain-hash').first().waitFor()
    expect(await dialog.locator('.chain-hash').first().textContent()).toMatch(/^[0-9a-f]{64}$/)
    await picture('assessment-evidence')
    await expectAccessible()
  })
})
