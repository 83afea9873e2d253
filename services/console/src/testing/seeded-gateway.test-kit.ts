import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.test-kit.ts'
import { buildConsole, copyOf, seededFolder, startGateway } from './gateway-process.test-kit.ts'

/** Before the tests in a browser: the console is built, and a gateway serves it on a ledger with three years in it. */

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the gateway is, and a folder to copy for another; null: there is no browser, so nothing was started. */
    gateway: { readonly base: string; readonly seed: string } | null
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() === null) {
    project.provide('gateway', null)
    return undefined
  }
  buildConsole()
  const seed = await seededFolder()
  const folder = copyOf(seed)
  const gateway = await startGateway(folder.path)
  project.provide('gateway', { base: gateway.base, seed })
  return async () => {
    await gateway.stop()
    folder.remove()
  }
}
