import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findUnreadMarks, readMarkedTests } from '../scripts/requirement-marks.ts'
import { faultsOf, findContradictions, writeRequirementsPage } from '../scripts/requirements-page.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/requirements.md'), 'utf8')
const tests = readMarkedTests(root)
const faults = faultsOf(readFileSync(join(root, 'docs/reliability.md'), 'utf8'))

describe('docs/requirements.md', () => {
  it('has a row for each that a test names, and a test for each that is met', () => {
    expect(findContradictions(page, tests, faults)).toEqual([])
  })

  it('says which tests show what, as "npm run requirements" writes it', () => {
    expect(page).toBe(writeRequirementsPage(page, tests))
  })

  it('is named by tests in a way that is read', () => {
    expect(tests.length).toBeGreaterThan(500)
    expect(findUnreadMarks(root)).toEqual([])
  })
})

function testOf(...rows: string[]): { file: string; line: number; name: string; rows: string[] } {
  return { file: 'test/a.test.ts', line: 7, name: 'is so', rows }
}

describe('findContradictions', () => {
  it('finds none where tests show what is met, and what is not built has none', () => {
    const table = '| 1 | A. | ASVS 1.2.3 | met |\n| 2 | B. | | not yet: later |\n| A3 | C. | | partly |\n'

    expect(findContradictions(table, [testOf('1', 'A3', 'F4')], new Set(['F4']))).toEqual([])
  })

  it.each([
    ['a row that isn’t there', '| 1 | A. | | met |', ['1', '2'], "test/a.test.ts:7 names row 2, which there isn't."],
    [
      'a fault that isn’t there',
      '| 1 | A. | | met |',
      ['1', 'F5'],
      "test/a.test.ts:7 names row F5, which there isn't.",
    ],
    ['no test of what is met', '| 1 | A. | | met, mostly |', [], 'No test names row 1: met, mostly'],
    ['no test of what is otherwise', '| 1 | A. | ASVS 1.2.3* | otherwise |', [], 'No test names row 1: otherwise'],
    ['a test of what isn’t built', '| 1 | A. | | not yet |', ['1'], 'A test names row 1: not yet'],
    ['a row that lacks a cell', '| 1 | A. | met |', [], "This row doesn't have four cells: | 1 | A. | met |"],
    ['a row that is there twice', '| 1 | A. | | met |\n| 1 | B. | | met |', ['1'], 'Row 1 is there twice.'],
  ])('tells of %s', (_what, table, rows, sentence) => {
    expect(findContradictions(table, [testOf(...rows)], new Set(['F4']))).toEqual([sentence])
  })

  it('tells of a status that is none', () => {
    expect(findContradictions('| 1 | A. | | perhaps |', [testOf('1')], new Set())).toEqual([
      'The status begins with none of met, partly, otherwise, not needed, not yet in row 1: perhaps',
    ])
  })
})

describe('writeRequirementsPage', () => {
  it('says which files show a row, and how latchkey stands to a standard', () => {
    const table = '## A\n| 9 | A. | ASVS 1.2.10, 1.2.9*; NIST 3.1 | otherwise |\n| 8 | B. | ASVS 1.2.9 | met |\n'
    const written = writeRequirementsPage(
      `${table}<!-- shown by -->\nold\n<!-- /shown by -->\n## B\n<!-- by standard -->\n<!-- /by standard -->\n`,
      [testOf('9'), testOf('8'), testOf('9')],
    )

    expect(written).toContain('\n- **9** `test/a.test.ts`\n- **8** `test/a.test.ts`\n')
    expect(written).toContain('\n| ASVS 1.2.9 | 8 met, 9 otherwise |\n| ASVS 1.2.10 | 9 met |\n| NIST 3.1 | 9 met |\n')
    expect(written).not.toContain('old')
  })
})
