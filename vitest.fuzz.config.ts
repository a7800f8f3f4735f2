import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { FaultReport } from './test/faults/fault-report.ts'
import { PlainSummary } from './test/plain-summary.ts'

// Generated requests, `FUZZ_REQUESTS` of them: minutes where they are many, and so not a part of the ordinary tests.
const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    reporters: ['default', new FaultReport(), new PlainSummary()],
    include: ['test/fuzz/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
  },
})
export default config
