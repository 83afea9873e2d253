import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'

/** Address of a penalty decision of the scenario. */
async function aDecision({ context, base }: Visit): Promise<string> {
  const cases = await context.request.get(`${base}/v1/penalty-cases?status=decided&limit=1`)
  const stream = `penaltyCase-${(await cases.json()).items[0].id}`
  const read = await context.request.get(`${base}/v1/streams/${stream}?limit=100`)
  const { items } = (await read.json()) as { items: { type: string; revision: number }[] }
  return `/events/${stream}/${items.find(({ type }) => type === 'PenaltyDecided')?.revision}`
}

describe('an event', () => {
  useBrowser()

  inBrowser('is told in words, yuan and levels that stay wide', async (visit) => {
    const { page } = visit
    await visit.open('/', { role: 'auditor' })
    await visit.open(await aDecision(visit))
    const tree = page.locator('.value-tree').first()
    await tree.getByText('处罚内容', { exact: true }).waitFor()
    await tree.getByText('罚款', { exact: true }).first().waitFor()
    await tree
      .getByText(/^¥[\d,]+$/)
      .first()
      .waitFor()
    expect(await tree.getByText(/^(fineFen|true|false)$/).count()).toBe(0)
    const whole = (await tree.boundingBox())?.width ?? 0
    for (const inner of await tree.locator('.value-tree').all())
      expect((await inner.boundingBox())?.width ?? 0).toBeGreaterThan(whole * 0.85)
    await visit.picture('event')
    await visit.expectAccessible()
  })
})
