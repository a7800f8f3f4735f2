import type { Summary } from './statistics.ts'

/** One part of the results: a table, and the targets that figures in it have. */
export interface Section {
  readonly title: string
  /** How it was measured, and how to read it. */
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  readonly targets: readonly Target[]
}

export interface Row {
  readonly name: string
  readonly cells: readonly Cell[]
}

/** `null`: doesn't apply. */
export type Cell = Summary | number | string | null

export interface Target {
  readonly what: string
  readonly bound: string
  readonly measured: Summary
  readonly kept: boolean
}

export function atMost(what: string, most: number, measured: Summary): Target {
  return { what, bound: `≤ ${most}`, measured, kept: measured.median <= most }
}

export function atLeast(what: string, least: number, measured: Summary): Target {
  return { what, bound: `≥ ${least}`, measured, kept: measured.median >= least }
}

/** Tables in Markdown, which read well in a terminal too. */
export function sectionText({ title, about, columns, rows, targets }: Section): string {
  const figures = table(
    ['', ...columns],
    rows.map(({ name, cells }) => [name, ...cells.map(format)]),
  )
  return [`## ${title}`, about, figures, ...(targets.length === 0 ? [] : [targetTable(targets)])].join('\n\n')
}

export function targetTable(targets: readonly Target[]): string {
  return table(
    ['target', 'bound', 'measured', 'kept'],
    targets.map(({ what, bound, measured, kept }) => [what, bound, format(measured), kept ? 'yes' : '**no**']),
  )
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function format(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return formatNumber(cell)
  const { median, low, high, decimals } = cell
  const [middle, ...spread] = [median, low, high].map((value) => formatNumber(value, decimals))
  return low === high ? `${middle}` : `${middle} (${spread.join('–')})`
}

function formatNumber(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals)
  if (value >= 10_000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
