import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldCase } from '../../src/unicode.ts'
import { spellUsername, toIdentifier } from '../../src/user/identifier.ts'

const keyOf = (text: string): string | undefined => toIdentifier(text)?.key

describe('toIdentifier', () => {
  it.each([
    ['upper case', 'ADMIN', 'admin'],
    ['white space at the ends', ' \u00a0admin\t', 'admin'],
    ['dotless i', 'adm\u0131n', 'admin'],
    ['full-width letters', '\uff21\uff24\uff2d\uff29\uff2e', 'admin'],
    ['the Kelvin sign', '\u212aim', 'kim'],
    ['a ligature', 'o\ufb00ice', 'office'],
    ['sharp s', 'gro\u00df', 'gross'],
    ['capital sharp s', 'GRO\u1e9e', 'gross'],
    ['a letter and its combining accent', 'e\u0301lan', '\u00e9lan'],
    ['final sigma', '\u039f\u0394\u039f\u03c3', '\u03bf\u03b4\u03bf\u03c2'],
  ])('gives one key to %s (rows 11, 67)', (_what, text, key) => {
    expect(keyOf(text)).toBe(key)
  })

  it.each(['\u00e1dmin', 'adm in', 'admin.', '\u0430dmin'])('keeps %j apart from admin (row 11)', (text) => {
    expect(keyOf(text)).not.toBe('admin')
    expect(keyOf(text)).toBeDefined()
  })

  it.each([
    ['nothing', ''],
    ['white space', ' \u3000 '],
    ['a zero-width space', 'admin\u200b'],
    ['a zero-width joiner', 'ad\u200dmin'],
    ['a word joiner', '\u2060admin'],
    ['a soft hyphen', 'ad\u00admin'],
    ['a variation selector', 'admin\ufe0f'],
    ['a Hangul filler', 'admin\u3164'],
    ['a half-width Hangul filler', 'admin\uffa0'],
    ['a right-to-left override', '\u202enimda'],
    ['an isolate', '\u2066admin\u2069'],
    ['NUL', 'admin\u0000'],
    ['a line feed inside', 'ad\nmin'],
    ['half a surrogate pair', 'admin\ud800'],
    ['a text of a megabyte', 'a'.repeat(1_000_000)],
  ])('refuses %s (rows 11, 67)', (_what, text) => {
    expect(toIdentifier(text)).toBeNull()
  })

  it('counts the bytes of the key, not of what was typed (row 67)', () => {
    expect(keyOf('\u00e9'.repeat(127))).toBe('\u00e9'.repeat(127))
    expect(keyOf('e\u0301'.repeat(127))).toBe('\u00e9'.repeat(127))
    expect(toIdentifier('\u00e9'.repeat(127) + 'e')).toBeNull()
    expect(toIdentifier('\ufdfa'.repeat(30))).toBeNull()
  })

  it('reads 1,024 characters, and no more', () => {
    expect(keyOf('ann'.padStart(1_024))).toBe('ann')
    expect(toIdentifier('ann'.padStart(1_025))).toBeNull()
  })

  it('folds no long run of combining marks, which takes long, and would make too long a key (A4)', () => {
    const marks = ['\u0301', '\u0316', '\u0344', '\u0345', '\u0f73', '\u3099', '\uff9e', '\u{1d165}', '\u{10a0d}']
    const run = fc.string({ unit: fc.constantFrom(...marks), minLength: 161, maxLength: 300 })
    const base = fc.constantFrom('', 'a', '\u03b1', '\u1112\u1161')
    const property = fc.property(base, run, (start, text) => Buffer.byteLength(foldCase(start + text)) > 254)
    expect(fc.check(property, { numRuns: 200, seed: 4 })).toMatchObject({ failed: false })
    expect(toIdentifier('a' + '\u0301'.repeat(161))).toBeNull()
    expect(keyOf('b' + '\u0301'.repeat(120))).toBe('b' + '\u0301'.repeat(120))
  })

  it.each(['ann@example.org', 'ANN@EXAMPLE.ORG', 'ann\uff20example.org', '\u0061\u006e\u006e@example.org '])(
    'reads %j as an e-mail address (row 67)',
    (text) => {
      expect(toIdentifier(text)).toEqual({ kind: 'email', key: 'ann@example.org' })
    },
  )

  it('reads a name without an @ as a username', () => {
    expect(toIdentifier('ann')).toEqual({ kind: 'username', key: 'ann' })
  })

  it('gives a key itself as key (row 67)', () => {
    const isStable = (text: string): boolean => keyOf(keyOf(text) ?? '') === keyOf(text)
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 20 }), isStable)
    expect(fc.check(property, { numRuns: 500, seed: 67 })).toMatchObject({ failed: false })
  })

  it('gives a text, in either case and any normal form, the same key (row 67)', () => {
    const spellings = (text: string): string[] => [text.toUpperCase(), text.toLowerCase(), text.normalize('NFKD')]
    const isOneName = (text: string): boolean => spellings(text).every((spelling) => keyOf(spelling) === keyOf(text))
    const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), isOneName)
    expect(fc.check(property, { numRuns: 500, seed: 67 })).toMatchObject({ failed: false })
  })
})

describe('spellUsername', () => {
  it('keeps the case and drops compatible characters', () => {
    expect(spellUsername(' \uff21nn ')).toBe('Ann')
  })
})
