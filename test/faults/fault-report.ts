import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

const page = join(import.meta.dirname, '../../docs/reliability.md')
const figures = /(?<=<!-- figures -->\n).*(?=<!-- \/figures -->)/s

/** Leaves a test's one line with its figures for the end of the run. */
export function tell({ task }: TestContext, line: string): void {
  Object.assign(task.meta, { line })
}

/** How many times longer than usual a fault lasts that is measured in seconds. `FAULT_SECONDS` says how long at least. */
export function seconds(usual: number): number {
  return Math.max(usual, Number(process.env['FAULT_SECONDS'] ?? 0))
}

/** Prints what each fault did at the end of a run; with `FAULT_FIGURES=write`, into the docs as well. */
export class FaultReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const lines = tests.flatMap((test) => lineOf(test.meta())).toSorted(byFault)
    if (lines.length > 0) console.log(['', 'the faults:', ...lines.map((line) => `  ${line}`)].join('\n'))
    if (process.env['FAULT_FIGURES'] === 'write') writeLines(lines)
  }
}

function lineOf(meta: object): string[] {
  return 'line' in meta && typeof meta.line === 'string' ? [meta.line] : []
}

function byFault(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

function writeLines(lines: readonly string[]): void {
  const [processor] = os.cpus()
  const machine = `${os.cpus().length} cores (${processor?.model.trim()}), ${os.type()} ${os.arch()}, Node ${process.version}`
  const today = new Date().toISOString().slice(0, 10)
  const text = `On ${machine}, on ${today}:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`
  writeFileSync(page, readFileSync(page, 'utf8').replace(figures, text))
}
