import type { Reporter, TestModule } from 'vitest/node'

/** Ends a test run with one line that any reader of logs understands. */
export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) counts[test.result().state] += 1
      const hasFailedTest = tests.some((test) => test.result().state === 'failed')
      // A file that doesn't load, or a hook that fails, is a failure without a test.
      if (module.state() === 'failed' && !hasFailedTest) counts.failed += 1
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}
