import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { FaultReport } from './test/faults/fault-report.ts'
import { PlainSummary } from './test/plain-summary.ts'

// Kills processes and databases, floods and starves servers: minutes, and so not a part of the ordinary tests.
const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    reporters: ['default', new FaultReport(), new PlainSummary()],
    include: ['test/faults/**/*.test.ts'],
    // Each is measured, and alone.
    fileParallelism: false,
    // But for those that wait, each for a time limit.
    maxConcurrency: 10,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
})
export default config
