import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'projections/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Real engines, real sockets and real processes: slow on a loaded machine, never hanging.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
