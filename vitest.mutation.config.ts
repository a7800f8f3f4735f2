import { defineConfig, type ViteUserConfig } from 'vitest/config'

const folder = process.env['MUTATED_FOLDER'] ?? '*'

// What each change of `npm run mutation` is tried by.
const config: ViteUserConfig = defineConfig({
  test: {
    // Known devices are seen in cookies alone, and counted requests in front of a handler.
    include: [
      `test/${folder}/**/*.test.ts`,
      ...(folder === 'device' ? ['test/endpoints/known-devices.test.ts'] : []),
      ...(folder === 'throttle' ? ['test/endpoints/known-devices.test.ts', 'test/guards/rate-limit.test.ts'] : []),
    ],
    setupFiles: ['test/without-shrinking.ts'],
    isolate: false,
    // Where a hash never comes, a test waits for it as long.
    testTimeout: 10_000,
    // Stryker can't print them, and ends. A change that only a stray error tells of counts as not noticed.
    onUnhandledError: () => false,
  },
})
export default config
