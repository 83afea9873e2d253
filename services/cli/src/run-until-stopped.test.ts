import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('./run-until-stopped.fixture.ts', import.meta.url))

it('a process told to stop in the moment in which it is up stops in good order', async () => {
  const ended = await new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', fixture],
      { timeout: 30_000 },
      (_error, stdout) => resolve({ code: child.exitCode, stdout }),
    )
  })
  expect(ended.code).toBe(0)
  expect(ended.stdout).toContain('closed')
})
