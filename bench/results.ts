/** One figure, and the bound that it should keep. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly bound: string
  readonly kept: boolean | null
}

export interface Bound {
  readonly atMost?: number
  readonly atLeast?: number
}

export function row(what: string, value: number, { atMost, atLeast }: Bound = {}): Row {
  if (atMost !== undefined) return { what, value, bound: `≤ ${atMost}`, kept: value <= atMost }
  if (atLeast !== undefined) return { what, value, bound: `≥ ${atLeast}`, kept: value >= atLeast }
  return { what, value, bound: '', kept: null }
}

/** A table in Markdown, which reads well in a terminal too. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, value, bound, kept }) => [
    what,
    format(value),
    bound,
    kept === null ? '' : kept ? 'yes' : '**no**',
  ])
  const table = [['figure', 'measured', 'bound', 'kept'], ['---', '---:', '---:', '---'], ...cells]
  return table.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
