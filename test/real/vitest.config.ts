import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // What `npm test` tries less often, or in its own process rather than with what is built, is tried in full here.
    include: ['test/{real,property,e2e}/**/*.test.ts', 'test/unit/judge/scale.test.ts'],
    env: { FUZZ_FACTOR: '5', E2E_BUILT: '1' },
    globalSetup: ['test/real/setup.ts'],
    // Each file starts servers, a shop and tracerun: together they would only wait for one another.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000
  }
})
