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

/** One in which a finding rests on a measurement. */
async function assessmentWithInstrument({ context, base }: Visit): Promise<string> {
  const list = await context.request.get(`${base}/v1/assessments?limit=100&order=desc`)
  const ids = (await list.json()).items.map(({ id }: { id: string }) => id) as string[]
  for (const id of ids) {
    const trail = await (await context.request.get(`${base}/v1/assessments/${id}/trail`)).json()
    // One that is in work may have no report yet.
    const sentences = trail.reports.at(-1)?.sentences ?? []
    const [first] = sentences.filter((one: { text: string }) => one.text.includes('存在问题'))
    const measured = (one: { id: string; instrument: string | null }) =>
      one.instrument !== null && first?.evidence.includes(one.id)
    if (trail.evidence.some(measured)) return id
  }
  throw new Error('no finding rests on a measurement')
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

  inBrowser('measures a stage in work up to today, and says so', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'auditor' })
    const list = await context.request.get(`${base}/v1/assessments?status=open&limit=1&order=desc`)
    const [{ id }] = (await list.json()).items as [{ id: string }]
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date())
    const path = `${base}/v1/assessments/${id}/trail?asOf=${today}`
    const { visits } = (await (await context.request.get(path)).json()) as {
      visits: { leftAt: string | null; workingDays: number }[]
    }
    const inWork = visits.find(({ leftAt }) => leftAt === null)
    await open(`/assessments/${id}`)
    const stage = page.locator('.stage-visit', { hasText: `计至 ${today}` })
    await stage.waitFor()
    expect(await stage.textContent()).toContain(`${inWork?.workingDays} / `)
  })

  inBrowser('marks an assessment with a void report in its head and in the register', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    await open(`/assessments/${await troubledAssessment(visit)}`)
    await page
      .locator('.assessment-head')
      .getByText(/报告 .+ 已作废/)
      .waitFor()
    await open('/assessments?hasVoidedReport=true')
    await page.getByText('有报告已作废').nth(1).waitFor()
    await open('/assessments?hasVoidedReport=false')
    await page
      .getByText(/^共|^已列出/)
      .first()
      .waitFor()
    expect(await page.getByRole('table').getByText('有报告已作废').count()).toBe(0)
  })

  inBrowser('says where the file of a piece of evidence is, and whose account entered it', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    const id = await troubledAssessment(visit)
    await open(`/assessments/${id}?tab=evidence`)
    await page
      .getByRole('tabpanel')
      .getByText(/在证据库|由他处保存|仅有哈希值/)
      .first()
      .waitFor()
    await open(`/assessments/${id}?tab=steps`)
    await page
      .getByRole('tabpanel')
      .getByText(/由 .*录入/)
      .first()
      .waitFor()
  })

  inBrowser('says everything in words and names, in both languages', async (visit) => {
    const { page, open } = visit
    await open('/', { role: 'auditor' })
    const id = await troubledAssessment(visit)
    for (const tab of ['steps', 'evidence', 'findings', 'reports', 'persons']) {
      await open(`/assessments/${id}?tab=${tab}`)
      // Who is meant comes with requests of their own.
      await page.waitForFunction(() => document.querySelector('main [aria-busy=true]') === null)
      const shown = await page.getByRole('tabpanel').textContent()
      expect(shown, tab).not.toMatch(/[0-9A-HJKMNP-TV-Z]{26}/)
      expect(shown, tab).not.toMatch(/technicalLead|projectLead|check-table|site-image|legal-c0|archivist-/)
      if (tab !== 'reports') expect(shown, tab).toMatch(/注册消防工程师 ZX/)
    }
    await page.getByRole('button', { name: '切换为英文' }).click()
    await open(`/assessments/${id}?tab=evidence`)
    await page.getByText('check and test tables').first().waitFor()
    await page.getByText('project lead').first().waitFor()
  })

  inBrowser(
    'leads from a sentence to finding, evidence, person, instrument, time and place, and back',
    async (visit) => {
      const { page, open, picture, expectAccessible } = visit
      await open('/', { role: 'reviewer' })
      await open(`/assessments/${await assessmentWithInstrument(visit)}?tab=reports`)
      const sentence = page.locator('.sentences li', { hasText: '存在问题' }).first()
      const said = (await sentence.textContent())?.split('。')[0]?.split(' ').at(-1) ?? ''
      await sentence.getByRole('button').click()
      const dialog = page.getByRole('dialog')
      const part = (name: string) => dialog.getByRole('region', { name, exact: true })
      await part('报告语句').getByText(said).waitFor()
      await picture('assessment-evidence')
      await expectAccessible()

      await part('检查发现').getByRole('button').first().click()
      await page.waitForURL(/look=finding/)
      await part('证据').getByText('仪器', { exact: true }).first().waitFor()
      await part('证据').getByText('地点', { exact: true }).first().waitFor()
      expect(await part('证据').locator('.chain-facts').first().textContent()).toMatch(/采集20\d\d-\d\d-\d\d/)
      expect(await dialog.locator('.chain-hash').first().textContent()).toMatch(/^[0-9a-f]{64}$/)

      await part('仪器').getByRole('button').first().click()
      await page.waitForURL(/look=instrument/)
      await part('仪器')
        .getByText(/校准有效 20/)
        .first()
        .waitFor()
      await part('证据').getByRole('button').first().click()
      await page.waitForURL(/look=evidence/)
      await part('人员').getByRole('button').first().click()
      await page.waitForURL(/look=person/)
      await part('报告语句').getByText(said).waitFor()

      for (const before of [/look=evidence/, /look=instrument/, /look=finding/, /look=sentence/]) {
        await dialog.getByRole('button', { name: /回到上一项/ }).click()
        await page.waitForURL(before)
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    },
  )

  inBrowser('gives the trail as a file in four forms', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'auditor' })
    await open(`/assessments/${await troubledAssessment(visit)}`)
    const digest = await page.getByTitle(/逐字节一致/).getAttribute('title')
    const files = page.getByRole('navigation', { name: '导出留痕' }).getByRole('link')
    expect(await files.allTextContents()).toEqual(['JSON', 'XES', 'OCEL', 'PROV'])
    const kinds = {
      json: /^\{"asKnownAt"/,
      xes: /^<\?xml/,
      ocel: /"objectTypes"/,
      prov: /"wasGeneratedBy"/,
    }
    for (const [index, [format, kind]] of Object.entries(kinds).entries()) {
      const answer = await context.request.get(`${base}${await files.nth(index).getAttribute('href')}`)
      expect(answer.headers()['content-disposition']).toMatch(/^attachment; filename=/)
      expect(kind.test(await answer.text()), format).toBe(true)
      if (index === 0) expect(answer.headers().etag).toBe(`"${digest?.split('\n')[0]}"`)
    }
  })

  inBrowser('shows people by name to who may see them and says why, and has it recorded', async (visit) => {
    const { page, context, base, open } = visit
    await open('/', { role: 'auditor' })
    const id = await troubledAssessment(visit)
    await open(`/assessments/${id}?tab=persons`)
    expect(await page.getByRole('button', { name: '显示姓名…' }).count()).toBe(0)

    await open(`/assessments/${id}?tab=persons`, { role: 'reviewer' })
    expect(await page.getByRole('rowheader').locator('strong').count()).toBe(0)
    await page.getByRole('button', { name: '显示姓名…' }).click()
    await page.getByLabel('用途').fill('火灾责任倒查')
    await page.getByRole('button', { name: '显示并记录' }).click()
    await page.getByRole('rowheader').locator('strong').first().waitFor()
    expect(page.url()).not.toContain('purpose')
    const reads = await context.request.get(`${base}/v1/personal-reads?limit=100`)
    expect(await reads.text()).toContain('火灾责任倒查')
    await page.reload()
    await page.getByRole('button', { name: '显示姓名…' }).waitFor()
    expect(await page.getByRole('rowheader').locator('strong').count()).toBe(0)
  })
})
