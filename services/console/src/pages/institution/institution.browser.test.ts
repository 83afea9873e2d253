import { describe, expect } from 'vitest'
import { inBrowser, useBrowser, type Visit } from '../../testing/browser.test-kit.ts'

/** An institution against which something counts. */
async function blamedInstitution({ context, base }: Visit): Promise<string> {
  const cases = await context.request.get(`${base}/v1/penalty-cases?limit=1&order=desc`)
  return (await cases.json()).items[0].institution
}

function manyEvents(count: number): object[] {
  const metadata = {
    legalBasis: [],
    rulebook: null,
    institutions: [],
    practitioners: [],
    units: [],
    refusal: null,
  }
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2000, 0, 1) + index * 3_600_000).toISOString()
    return {
      id: String(index),
      type: 'Noted',
      title: { zh: '记录', en: 'Noted' },
      stream: 's-1',
      category: 's',
      position: String(index),
      effectiveAt: at,
      recordedAt: at,
      data: { note: `第${index}件` },
      metadata,
    }
  })
}

async function openDossier(visit: Visit, search = '', role = 'auditor'): Promise<string> {
  await visit.open('/', { role })
  const uscc = await blamedInstitution(visit)
  await visit.open(`/institutions/${uscc}${search}`)
  return uscc
}

describe('the dossier of an institution', () => {
  useBrowser()

  inBrowser('shows every event about it, and one in full beside them', async (visit) => {
    const { page, picture, expectAccessible } = visit
    await openDossier(visit)
    await page.locator('.timeline-event').first().click()
    await page.waitForURL(/event=/)
    await page.getByRole('tab', { name: '内容' }).waitFor()
    await picture('institution')
    await page.getByRole('tab', { name: '变化' }).click()
    await page.locator('.differences, .event-details p').first().waitFor()
    await expectAccessible()
  })

  inBrowser(
    'goes through its events by the arrow keys, and keeps the chosen one in the address',
    async (visit) => {
      const { page } = visit
      await openDossier(visit)
      await page.locator('.timeline-event').first().waitFor()
      await page.getByRole('region', { name: '事件时间线' }).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(
        () =>
          [...document.querySelectorAll('.timeline-event')].findIndex((row) => row.ariaPressed === 'true') ===
          2,
      )
      const title = await page.locator('.event-details h3').textContent()
      await page.reload()
      await page.locator('.event-details h3').waitFor()
      expect(await page.locator('.event-details h3').textContent()).toBe(title)
    },
  )

  inBrowser('jumps to an event by its address, however far back it lies', async (visit) => {
    const { page, context, base } = visit
    await visit.open('/', { role: 'auditor' })
    const uscc = await blamedInstitution(visit)
    const history = await context.request.get(`${base}/v1/institutions/${uscc}/history?limit=500`)
    const events = (await history.json()).items as { id: string; title: { zh: string } }[]
    expect(events.length).toBeGreaterThan(60)
    const early = events[5]
    // Few at a time, so that what is early lies many pages on.
    await page.route(`**/institutions/${uscc}/history*`, (route) =>
      route.continue({ url: route.request().url().replace('limit=500', 'limit=20') }),
    )
    await visit.open(`/institutions/${uscc}?event=${early?.id}`)
    await page.getByText('时间线从所选事件开始').waitFor()
    expect(await page.locator('.timeline-event[aria-pressed=true] strong').textContent()).toBe(
      early?.title.zh,
    )
    expect(await page.locator('.event-details h3').textContent()).toContain(early?.title.zh)
    await page.getByRole('button', { name: '从头显示' }).click()
    await page.waitForURL((url) => !url.search.includes('at='))
    expect(await page.locator('.timeline-event[aria-pressed=true]').count()).toBe(0)
  })

  inBrowser('tells what caused what', async (visit) => {
    const { page } = visit
    await openDossier(visit, '?category=creditAccount')
    await page.locator('.timeline-event', { hasText: '信用计分' }).first().click()
    await page.waitForURL(/event=/)
    const chosen = new URL(page.url()).searchParams.get('event')
    const whole = new URL(page.url())
    whole.searchParams.delete('category')
    await page.goto(whole.href)
    await page.getByRole('tab', { name: '因果' }).click()
    await page.locator('.causes li').nth(1).waitFor()
    expect(chosen).not.toBeNull()
  })

  inBrowser('stands as it stood on a past day, and says so loudly', async (visit) => {
    const { page, picture } = visit
    await openDossier(visit, '?asOf=2026-03-31&asKnownAt=2026-04-30')
    await page.getByText('您看到的是过去某日的情况').waitFor()
    await page.locator('.timeline-event').first().waitFor()
    expect(await page.locator('.timeline-event time').first().getAttribute('datetime')).toMatch(/^202[3-6]-/)
    await picture('institution-past')
  })

  inBrowser('has its conditions, people, cases and credit on tabs of their own', async (visit) => {
    const { page, picture, expectAccessible } = visit
    await openDossier(visit)
    const tab = async (name: string) => {
      await page.getByRole('tab', { name, exact: true }).click()
      await page.waitForLoadState('networkidle')
    }
    await tab('从业条件')
    await page.locator('.listing tbody tr').nth(3).waitFor()
    await tab('人员')
    await page.locator('[data-row]').first().waitFor()
    await tab('处罚')
    await page.locator('[data-row]').first().waitFor()
    await tab('项目与书面结论')
    await page.locator('[data-row]').first().waitFor()
    await tab('信用明细')
    await page.locator('.listing tbody tr').first().waitFor()
    await page.locator('.grade-chart canvas').waitFor()
    await expectAccessible()
    await picture('institution-credit')
    await page.getByRole('button', { name: '查看事件' }).first().click()
    await page.waitForURL(/event=/)
  })

  inBrowser(
    'tells the veto that decides its grade: by which act, since when, and until when',
    async (visit) => {
      const { page, context, base } = visit
      await openDossier(visit)
      const graded = await context.request.get(`${base}/v1/institutions?grade=E&limit=100`)
      const rows: { uscc: string }[] = (await graded.json()).items
      const vetoed = []
      for (const { uscc } of rows) {
        const credit = await (await context.request.get(`${base}/v1/institutions/${uscc}/credit`)).json()
        if (credit.veto !== null) vetoed.push(uscc)
      }
      expect(vetoed.length).toBeGreaterThan(0)
      await visit.open(`/institutions/${vetoed[0]}?tab=credit`)
      const veto = page.locator('.vetoes li').first()
      await veto.waitFor()
      expect(await veto.textContent()).toMatch(
        /一票否决 \S+.*自.*起，等级不按得分确定.*(不得解除|可以申请信用修复解除)/,
      )
      expect(await page.locator('.follows').textContent()).toMatch(/抽查机会为一般的|每年检查/)
      await visit.expectAccessible()
      await veto.getByRole('button', { name: '查看事件' }).click()
      await page.waitForURL(/tab=timeline.*event=|event=.*tab=timeline/)
    },
  )

  inBrowser('names its people to who says why, and leads to the replay of the same day', async (visit) => {
    const { page } = visit
    await openDossier(visit, '?tab=people&asOf=2026-03-31', 'reviewer')
    await page.locator('[data-row]').first().getByText('已隐去').waitFor()
    await page.getByRole('button', { name: '显示姓名…' }).click()
    await page.getByLabel('用途').fill('火灾责任倒查')
    await page.getByRole('button', { name: '显示并记录' }).click()
    await page.locator('[data-row]').first().getByText('已隐去').waitFor({ state: 'detached' })
    expect(await page.locator('.dossier-head').getByText('已隐去').count()).toBe(0)
    await page.getByRole('link', { name: '回放与核对' }).click()
    await page.waitForURL(/replay\?subject=.*asOf=2026-03-31/)
    await page.getByRole('region', { name: /^核对/ }).waitFor()
  })

  inBrowser('scrolls through a hundred thousand events', async (visit) => {
    const { page } = visit
    await visit.open('/', { role: 'auditor' })
    const uscc = await blamedInstitution(visit)
    await page.route(`**/institutions/${uscc}/history*`, (route) =>
      route.fulfill({ json: { items: manyEvents(100_000), nextCursor: null, asOf: '1' } }),
    )
    await visit.open(`/institutions/${uscc}`)
    await page.getByText('共 100000 条').waitFor()
    await page.getByRole('region', { name: '事件时间线' }).evaluate((scrolled) => {
      scrolled.scrollTop = scrolled.scrollHeight
    })
    await page.locator('.timeline-event', { hasText: '第99999件' }).waitFor()
    expect(await page.locator('.timeline-event').count()).toBeLessThan(80)
  })

  inBrowser('says what is wrong when there is no such institution', async (visit) => {
    const { page, open, expectTrouble } = visit
    expectTrouble(/404/)
    await open('/institutions/91320402MA1WABCD1L', { role: 'auditor' })
    await page.getByRole('alert').getByText('未找到').waitFor()
  })
})
