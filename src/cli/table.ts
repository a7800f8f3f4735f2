import { styleText } from 'node:util'
import { printable } from './printable.ts'

/** A column of a table: its title, and what it shows of a row. */
export type Column<Row> = readonly [title: string, cell: (row: Row) => string]

const gap = '  '
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const ascii = /^[ -~]*$/
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A table for people: a line of titles and a line for each row, in aligned columns. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const titles = columns.map(([title]) => title)
  const [header = '', ...lines] = align([titles, ...rows.map((row) => columns.map(([, cell]) => cell(row)))])
  return [styleText('bold', header), ...lines].join('\n')
}

/** One row for people, over several lines: each title with its cell. */
export function formatRecord<Row>(columns: readonly Column<Row>[], row: Row): string {
  return align(columns.map(([title, cell]) => [title, cell(row)])).join('\n')
}

/** An instant for people, to the minute, in UTC. */
export function formatInstant(instant: Date): string {
  return instant.toISOString().slice(0, 16).replace('T', ' ')
}

function align(texts: readonly (readonly string[])[]): string[] {
  const cells = texts.map((row) => row.map(printable))
  const widths = (cells[0] ?? []).map((_, index) => cells.map((row) => widthOf(row[index] ?? '')).reduce(larger, 0))
  return cells.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join(gap)
      .trimEnd(),
  )
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - widthOf(cell))
}

/** How many columns of a terminal a text takes. */
function widthOf(text: string): number {
  // Segmenting is some fifty times slower.
  if (ascii.test(text)) return text.length
  const widths = Array.from(graphemes.segment(text), ({ segment }): number => (wide.test(segment) ? 2 : 1))
  return widths.reduce((sum, width) => sum + width, 0)
}

function larger(a: number, b: number): number {
  return a > b ? a : b
}
