import { describe, expect, it } from 'vitest'
import { formatInstant, formatRecord, formatTable } from '../../src/cli/table.ts'

const columns = [
  ['Name', ({ name }: { name: string }) => name],
  ['Town', ({ town }: { town: string }) => town],
] as const

function linesOf(table: string): string[] {
  return table.split('\n').slice(1)
}

describe('formatTable', () => {
  it('aligns columns and leaves nothing at the ends of lines', () => {
    const rows = [
      { name: 'Ann', town: 'Rome' },
      { name: 'Bartholomew', town: '' },
    ]

    expect(linesOf(formatTable(columns, rows))).toEqual(['Ann          Rome', 'Bartholomew'])
  })

  it.each([
    ['山田', '山田  Rome'],
    ['Ａｎ', 'Ａｎ  Rome'],
    ['🙂x', '🙂x   Rome'],
    ['e\u0301e\u0301', 'e\u0301e\u0301    Rome'],
  ])('counts the columns that %s takes on a terminal', (name, line) => {
    expect(linesOf(formatTable(columns, [{ name, town: 'Rome' }]))).toEqual([line])
  })

  it.each([
    ['\u001b[2J', String.raw`\u001b[2J  Rome`],
    ['a\nb', String.raw`a\u000ab  Rome`],
    ['\u009b2J', String.raw`\u009b2J  Rome`],
    ['a\u202eb', String.raw`a\u202eb  Rome`],
  ])('shows characters that steer a terminal by their numbers', (name, line) => {
    expect(linesOf(formatTable(columns, [{ name, town: 'Rome' }]))).toEqual([line])
  })

  it('copes with more rows than a call can have arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ({ name: 'Ann', town: 'Rome' }))

    expect(linesOf(formatTable(columns, rows)).at(-1)).toBe('Ann   Rome')
  })
})

describe('formatRecord', () => {
  it('gives each title with its value', () => {
    expect(formatRecord(columns, { name: 'Ann', town: 'Rome' })).toBe('Name  Ann\nTown  Rome')
  })
})

describe('formatInstant', () => {
  it('is to the minute and in UTC', () => {
    expect(formatInstant(new Date('2026-11-24T08:15:59.999+01:00'))).toBe('2026-11-24 07:15')
  })
})
