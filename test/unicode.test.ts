import { describe, expect, it } from 'vitest'
import { hasTooManyMarks } from '../src/unicode.ts'

const overlay = '\u0334' // of combining class 1, the lowest
const above = '\u0301' // 230
const iota = '\u0345' // 240, the highest

/** Of the planes that have combining marks of a class. */
function everyCharacter(): string[] {
  return Array.from({ length: 0x2_0000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
}

/** Whether normalizing moves it past another mark, or another mark past it. */
function isSorted(character: string): boolean {
  const last = Array.from(character.normalize('NFKD')).at(-1) ?? ''
  const moves = (text: string): boolean =>
    text.normalize('NFD') !== Array.from(text, (c) => c.normalize('NFD')).join('')
  return moves(last + overlay) || moves(above + last) || moves(iota + last)
}

/** Whether its decomposition has a letter in it, which ends a run. */
function hasStarter(character: string): boolean {
  return !Array.from(character.normalize('NFKD')).every(isSorted)
}

describe('hasTooManyMarks', () => {
  it('counts whatever Unicode sorts into order, in NFC and in NFKC (A4)', () => {
    const sorted = everyCharacter().filter((character) => isSorted(character) && !hasStarter(character))

    expect(sorted.length).toBeGreaterThan(900)
    expect(sorted.filter((character) => !hasTooManyMarks(character.repeat(31)))).toEqual([])
  })

  it.each([
    ['30 marks', '\u0301'.repeat(30), false],
    ['31 marks', '\u0301'.repeat(31), true],
    ['31 marks between letters', `a${'\u0301\u0316'.repeat(16)}b`, true],
    ['30 marks and 30 more', `a${'\u0301'.repeat(30)}b${'\u0316'.repeat(30)}`, false],
    ['a long text without marks', 'correct horse '.repeat(300), false],
    ['half-width voiced sound marks', '\uff9e\u0316'.repeat(16), true],
    ['syllables with vowel signs', '\u0915\u093f'.repeat(500), false],
  ])('says of %s: %s %s', (_what, text, expected) => {
    expect(hasTooManyMarks(text)).toBe(expected)
  })
})
