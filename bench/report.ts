import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { drawChart } from './chart.ts'
import { type Section, sectionText, targetTable } from './results.ts'

/** Writes the tables, and the chart where its figures were measured. */
export function writeReport(
  sections: readonly Section[],
  minutes: number,
  folders: { tables: string; chart: string },
): void {
  const targets = sections.flatMap((section) => section.targets)
  const parts = [introduction(minutes), '## Targets', targetTable(targets), ...sections.map(sectionText)]
  writeFileSync(join(folders.tables, 'RESULTS.md'), `${parts.join('\n\n')}\n`)

  const sessionCheck = sections.find(({ title }) => title === 'A valid session')
  if (sessionCheck === undefined) return
  mkdirSync(folders.chart, { recursive: true })
  writeFileSync(join(folders.chart, 'session-check.svg'), drawChart(sessionCheck))
}

function introduction(minutes: number): string {
  const [processor] = os.cpus()
  const machine = `${os.cpus().length} cores (${processor?.model.trim()}), ${os.type()} ${os.arch()}`
  return `# Measured

By \`npm run bench\`, on ${machine}, Node ${process.version}, on ${new Date().toISOString().slice(0, 10)}, in ${minutes.toFixed(0)} minutes.
What is measured, how, and what isn't: [performance](../docs/performance.md).

A figure is the median of its rounds, with the least and the most in parentheses. In each round every server had its turn,
in another order each time. A ratio is taken round by round, so that what slows the machine for a while slows both sides.
Ratios of session checks, with three decimals, have their interval at 95 % in parentheses.`
}
