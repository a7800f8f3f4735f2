import type { MarkedTest } from './requirement-marks.ts'

/** A line of a table of docs/requirements.md. */
interface Requirement {
  /** Its number, `76` or `A4`. */
  readonly row: string
  /** Like `ASVS 7.2.3`; with an asterisk at the end where latchkey decides otherwise. */
  readonly standards: readonly string[]
  readonly status: string
}

const tableLine = /^\| ([A-D]?\d+) \|[^|]*\| ([^|]*)\| ([^|]*) \|$/gm
const likeTableLine = /^\| [A-D]?\d+ \|.*$/gm
const shownBy = /(<!-- shown by -->\n)[^]*?(?=<!-- \/shown by -->)/g
const byStandard = /(<!-- by standard -->\n)[^]*?(?=<!-- \/by standard -->)/
const shownStatuses = ['met', 'partly', 'otherwise']
const statuses = [...shownStatuses, 'not needed', 'not yet']
const lineWidth = 118

function standardsOf(cell: string): string[] {
  return cell.split(';').flatMap((list) => {
    const [name = '', ...ids] = list.trim().split(/ (.*)/)
    return ids
      .join('')
      .split(', ')
      .flatMap((id) => (id === '' ? [] : [`${name} ${id}`]))
  })
}

/** Every line of the tables of requirements, in the order of the page. */
function requirementsOf(page: string): Requirement[] {
  return [...page.matchAll(tableLine)].map(([, row = '', standards = '', status = '']) => ({
    row,
    standards: standardsOf(standards),
    status,
  }))
}

function statusOf({ status }: Requirement): string | undefined {
  return statuses.find((word) => status.startsWith(word))
}

function compareIds(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

/** Files by row, each once. */
function filesByRow(tests: readonly MarkedTest[]): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>()
  for (const { file, rows } of tests) {
    for (const row of rows) files.set(row, (files.get(row) ?? new Set()).add(file))
  }
  return files
}

/** Lines of a list, of words that no line breaks. */
function wrap(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const line = lines.pop()
    if (line === undefined) lines.push(word)
    else if (line.length + word.length < lineWidth) lines.push(`${line} ${word}`)
    else lines.push(line, `  ${word}`)
  }
  return lines.join('\n')
}

function writeShownBy(section: string, files: ReadonlyMap<string, ReadonlySet<string>>): string {
  const lines = requirementsOf(section).flatMap(({ row }) => {
    const names = [...(files.get(row) ?? [])].map((file) => `\`${file}\``)
    return names.length === 0 ? [] : [wrap([`- **${row}**`, ...names.join(', ').split(' ')])]
  })
  const list = `<details><summary>Shown by</summary>\n\n${lines.join('\n')}\n\n</details>\n`
  return section.replace(shownBy, (_block, begin: string) => begin + list)
}

/** What a row has to say to one standard: it may deviate from that one alone. */
function answerTo(standard: string, requirement: Requirement): string {
  if (standard.endsWith('*')) return `${requirement.row} otherwise`
  const status = statusOf(requirement) ?? '?'
  return `${requirement.row} ${status === 'otherwise' ? 'met' : status}`
}

function writeByStandard(requirements: readonly Requirement[]): string {
  const answers = Map.groupBy(
    requirements
      .toSorted((one, other) => compareIds(one.row, other.row))
      .flatMap((each) => each.standards.map((standard) => ({ standard, answer: answerTo(standard, each) }))),
    ({ standard }) => standard.replace('*', ''),
  )
  const lines = [...answers]
    .toSorted(([one], [other]) => compareIds(one, other))
    .map(([standard, found]) => `| ${standard} | ${found.map(({ answer }) => answer).join(', ')} |`)
  return `| standard | rows |\n| --- | --- |\n${lines.join('\n')}\n`
}

/** The page with what the tests say. */
export function writeRequirementsPage(page: string, tests: readonly MarkedTest[]): string {
  const files = filesByRow(tests)
  const sections = page.split(/^(?=## )/m).map((section) => writeShownBy(section, files))
  return sections
    .join('')
    .replace(byStandard, (_block, begin: string) => `${begin}${writeByStandard(requirementsOf(page))}`)
}

/** The rows that docs/reliability.md has: `F1` and so on. */
export function faultsOf(reliabilityPage: string): Set<string> {
  return new Set(reliabilityPage.match(/\bF\d+\b/g))
}

/** What is wrong between page and tests, a sentence for each. */
export function findContradictions(page: string, tests: readonly MarkedTest[], faults: ReadonlySet<string>): string[] {
  const requirements = requirementsOf(page)
  const rows = new Map(requirements.map((each) => [each.row, each]))
  const shown = filesByRow(tests)
  const strayMarks = tests.flatMap(({ file, line, rows: named }) =>
    named
      .filter((row) => !rows.has(row) && !faults.has(row))
      .map((row) => `${file}:${line} names row ${row}, which there isn't.`),
  )
  const broken = (page.match(likeTableLine) ?? []).filter((line) => requirementsOf(line).length === 0)
  const twice = requirements.filter((each) => rows.get(each.row) !== each)
  return [
    ...strayMarks,
    ...broken.map((line) => `This row doesn't have four cells: ${line}`),
    ...twice.map(({ row }) => `Row ${row} is there twice.`),
    ...[...rows.values()].flatMap(wrongStatus),
  ]

  function wrongStatus(each: Requirement): string[] {
    const status = statusOf(each)
    const told = `row ${each.row}: ${each.status}`
    if (status === undefined) return [`The status begins with none of ${statuses.join(', ')} in ${told}`]
    if (shownStatuses.includes(status)) return shown.has(each.row) ? [] : [`No test names ${told}`]
    return shown.has(each.row) ? [`A test names ${told}`] : []
  }
}
