import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A test, or a rule of one, whose name ends in a mark like `(rows 16, F10)`. */
export interface MarkedTest {
  readonly file: string
  readonly line: number
  readonly name: string
  /** The rows that it names: `16`, `F10`. */
  readonly rows: readonly string[]
}

const row = String.raw`(?:rows? )?(?:[A-F]\d+|\d+(?: to \d+)?)`
const rowList = String.raw`${row}(?:(?:, |; | and )${row})*`
// In parentheses at the end of a name, or before it: 'row 35: is what its type says'.
const mark = new RegExp(String.raw`\((${rowList})\)|['"\`](rows? ${rowList}):`, 'g')
const namesRow = /\brow|[A-F]\d/
const likeMark = /\brows? [A-F]?\d/
const quoted = /(['"`])((?:\\.|(?!\1).)*)\1/g
const comment = /^\s*(?:\/[/*]|\*)/

function rowsOf(list: string): string[] {
  return [...list.matchAll(/([A-F]?)(\d+)(?: to (\d+))?/g)].flatMap(([, letter = '', first = '', last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${letter}${Number(first) + index}`),
  )
}

function marksOf(line: string): string[] {
  if (comment.test(line)) return []
  return [...line.matchAll(mark)].map(([, after = '', before = after]) => before).filter((list) => namesRow.test(list))
}

/** Of the texts in a line, the one that has the mark. */
function nameIn(line: string): string {
  const texts = [...line.matchAll(quoted)]
  return texts.find(([whole]) => marksOf(whole).length > 0)?.[2] ?? line.trim()
}

/** What looks at marks has some that are made up. */
const example = 'test/requirements.test.ts'

function linesOfTests(root: string): { file: string; line: number; text: string }[] {
  return globSync(['test/**/*.ts', 'src/testing/**/*.ts'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== example)
    .toSorted()
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .map((text, index) => ({ file, line: index + 1, text })),
    )
}

/** Every test that names a row, in the order of files and lines. */
export function readMarkedTests(root: string): MarkedTest[] {
  return linesOfTests(root).flatMap(({ file, line, text }) => {
    const rows = marksOf(text).flatMap(rowsOf)
    return rows.length === 0 ? [] : [{ file, line, name: nameIn(text), rows }]
  })
}

/** Where a name says `row 16` in a way that isn't read. */
export function findUnreadMarks(root: string): string[] {
  return linesOfTests(root)
    .filter(({ text }) => likeMark.test(text) && !comment.test(text) && marksOf(text).length === 0)
    .map(({ file, line }) => `${file}:${line}`)
}
