import type { Reporter, TestModule } from 'vitest/node'

const contractName = / as a login over HTTP$/

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
    for (const line of [...contractLines(modules), ...skippedLines(modules)]) console.log(line)
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}

/** Which framework passes how many of the stories that are told to all of them. */
function contractLines(modules: readonly TestModule[]): string[] {
  const suites = modules.flatMap((module) => [...module.children.allSuites()])
  const contracts = suites.filter(({ name }) => contractName.test(name))
  const lines = contracts.map((suite) => {
    const tests = [...suite.children.allTests()]
    const passed = tests.filter((test) => test.result().state === 'passed')
    return `  ${suite.name.replace(contractName, '').padEnd(34)}${passed.length} of ${tests.length} stories passed`
  })
  return lines.length === 0 ? [] : ['\na login over HTTP, in each framework and database:', ...lines]
}

/** Which parts were left out, since something that they need isn't here. */
function skippedLines(modules: readonly TestModule[]): string[] {
  const suites = modules.flatMap((module) => [...module.children.suites()])
  const skipped = suites.filter((suite) => suite.state() === 'skipped')
  const lines = skipped.map((suite) => `  ${suite.name}`)
  return lines.length === 0 ? [] : ['\nskipped:', ...lines]
}
