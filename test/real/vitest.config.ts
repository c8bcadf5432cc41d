import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/real/setup.ts'],
    // Each file starts servers, a shop and tracerun: together they would only wait for one another.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000
  }
})
