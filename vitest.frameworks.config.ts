import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { PlainSummary } from './test/plain-summary.ts'

// Installs and builds an app for each framework: minutes, and so not a part of the ordinary tests.
const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    reporters: ['default', new PlainSummary()],
    include: ['test/frameworks/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 600_000,
  },
})
export default config
