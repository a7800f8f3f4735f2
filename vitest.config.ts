import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { PlainSummary } from './test/plain-summary.ts'

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default', new PlainSummary()],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text', 'json-summary'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/process/**'],
          pool: 'threads',
          isolate: false,
        },
      },
      { test: { name: 'process', include: ['test/process/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 } },
    ],
  },
})
export default config
