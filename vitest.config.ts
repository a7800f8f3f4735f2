import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { CanaryReport } from './test/canary/canary-report.ts'
import { PlainSummary } from './test/plain-summary.ts'

// Only to end what hangs: how fast a machine and its disk are is no matter of these tests.
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }

// Searches all that tests bring about for secrets.
const canary = { setupFiles: ['test/canary/setup.ts'] }

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts', 'test/start-servers.ts'],
    reporters: ['default', new CanaryReport(), new PlainSummary()],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text', 'json-summary'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/process/**', 'test/frameworks/**', 'test/faults/**', 'test/fuzz/**'],
          pool: 'threads',
          isolate: false,
          ...patience,
          ...canary,
        },
      },
      { test: { name: 'process', include: ['test/process/**/*.test.ts'], ...patience, ...canary } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...patience, ...canary } },
    ],
  },
})
export default config
