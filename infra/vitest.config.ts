import { defineConfig } from 'vitest/config'

const inBrowser = 'services/console/src/**/*.browser.test.ts'

export default defineConfig({
  test: {
    // Real engines, real sockets and real processes: slow on a loaded machine, never hanging.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'projections/src/**/*.test.ts',
            'services/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', inBrowser],
        },
      },
      {
        extends: true,
        test: {
          // Chromium on the built console, a real gateway and a ledger with three years in it.
          name: 'console',
          include: [inBrowser],
          globalSetup: 'services/console/src/testing/seeded-gateway.test-kit.ts',
          // One browser at a time: two cores.
          fileParallelism: false,
        },
      },
    ],
  },
})
