import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/browser/**'],
    // What is imported is kept from file to file: so many small files would load the same sources again and again.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    // The slow ones wait for child processes rather than compute.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'html'] }
  }
})
