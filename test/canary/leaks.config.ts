import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { CanaryReport } from './canary-report.ts'

const config: ViteUserConfig = defineConfig({
  test: { reporters: [new CanaryReport()], include: ['test/canary/leaks.ts'], setupFiles: ['test/canary/setup.ts'] },
})
export default config
