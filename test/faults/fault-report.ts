import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { databaseVersions } from '../database-servers.ts'
import type { TestContext } from 'vitest'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

const page = join(import.meta.dirname, '../../docs/reliability.md')

/** Leaves a test's one line with its figures for the end of the run. */
export function tell({ task }: TestContext, line: string): void {
  Object.assign(task.meta, { line })
}

/** How long a fault lasts: as usual, or for `FAULT_SECONDS` where that is longer. */
export function seconds(usual: number): number {
  return Math.max(usual, Number(process.env['FAULT_SECONDS'] ?? 0))
}

/**
 * Prints what each fault did at the end of a run; where
 * `FAULT_FIGURES` names a part of the docs, there as well, if all passed.
 */
export class FaultReport implements Reporter {
  private isNarrowed = false

  onInit(vitest: Vitest): void {
    this.isNarrowed = vitest.config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const lines = tests.flatMap((test) => lineOf(test.meta())).toSorted(byFault)
    if (lines.length > 0) console.log(['', 'the faults:', ...lines.map((line) => `  ${line}`)].join('\n'))
    const part = process.env['FAULT_FIGURES']
    if (part !== undefined && modules.every((module) => module.ok())) writeLines(part, lines, this.isNarrowed)
  }
}

function lineOf(meta: object): string[] {
  return 'line' in meta && typeof meta.line === 'string' ? [meta.line] : []
}

function byFault(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

/** Where only some tests ran (`-t`), what others told stays, if it was on the same day, machine and databases. */
function writeLines(part: string, told: readonly string[], isNarrowed: boolean): void {
  const [before, after] = [`<!-- figures: ${part} -->\n`, '<!-- /figures -->']
  const [head, rest] = splitAt(readFileSync(page, 'utf8'), before)
  const [last, tail] = splitAt(rest, after)
  const introduction = describeRun()
  const stays = isNarrowed && last.startsWith(introduction) ? linesOf(last) : []
  const toldAgain = new Set(told.map(subjectOf))
  const lines = [...told, ...stays.filter((line) => !toldAgain.has(subjectOf(line)))].toSorted(byFault)
  const text = `${introduction}\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`
  writeFileSync(page, head + before + text + after + tail)
}

function describeRun(): string {
  const [processor] = os.cpus()
  const machine = `${os.cpus().length} cores (${processor?.model.trim()}), ${os.type()} ${os.arch()}`
  const versions = [`Node ${process.versions.node}`, `SQLite ${process.versions['sqlite']}`, ...databaseVersions()]
  const today = new Date().toISOString().slice(0, 10)
  return `On ${today}, on ${machine}, with ${versions.join(', ')}:`
}

function linesOf(block: string): string[] {
  return /```text\n(.+?)\n```/s.exec(block)?.[1]?.split('\n') ?? []
}

/** Which fault it is, and on what. */
function subjectOf(line: string): string {
  return line.split(/[,:]/, 1)[0] ?? ''
}

function splitAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`${page} has no ${mark.trim()}.`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}
