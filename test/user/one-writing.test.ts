import { describe, expect, it } from 'vitest'
import { isOneWriting } from '../../src/user/one-writing.ts'

describe('isOneWriting', () => {
  it.each([
    ['Latin', 'Ann'],
    ['Latin with accents of their own', 'x\u0301\u0323'],
    ['Vietnamese', 'Nguy\u1ec5n'],
    ['Cyrillic', '\u0410\u043d\u043d\u0430'],
    ['Greek', '\u0386\u03bd\u03bd\u03b1'],
    ['Arabic with digits of its own', '\u0622\u0646\u0627\u0661\u0662'],
    ['Hebrew', '\u05d7\u05e0\u05d4'],
    ['Hindi', '\u0905\u0928\u094d\u0928\u093e'],
    ['Thai', '\u0e41\u0e2d\u0e19'],
    ['Han', '\u5c71\u7530'],
    ['Japanese', '\u5c71\u7530\u306e\u30a2\u30f3'],
    ['Japanese with a long vowel', '\u30a2\u30f3\u30ca\u30fc'],
    ['Japanese and Latin', 'ann\u5c71\u7530\u306e\u30a2'],
    ['Chinese with Bopomofo and Latin', 'ann\u5c71\u3105'],
    ['Korean and Latin', 'ann\uc548\u5c71'],
    ['Cherokee', '\u13a0\u13b3'],
    ['Adlam', '\u{1e922}\u{1e923}'],
    ['digits', '2000'],
    ['a word that is Cyrillic as a whole, whatever it looks like', '\u0441\u043e\u0440\u0435'],
  ])('is true for %s (B12)', (_what, text) => {
    expect(isOneWriting(text)).toBe(true)
  })

  it.each([
    ['a Cyrillic letter in Latin', '\u0430dmin'],
    ['a Greek letter in Latin', '\u03b1dmin'],
    ['a Latin letter in Cyrillic', '\u0410n\u043d\u0430'],
    ['Greek and Cyrillic', '\u03b1\u0430'],
    ['an Armenian letter in Latin', 'a\u0578n'],
    ['a Cherokee letter in Latin', 'ann\u13aa'],
    ['Arabic digits in Latin', 'ann\u0661'],
    ['Kana and Hangul', '\u30a2\uc548'],
    ['Kana and Bopomofo', '\u30a2\u3105'],
    ['Hindi and Bengali', '\u0905\u0985'],
    ['Deseret, which nobody writes any more', '\u{10428}'],
  ])('is false for %s (B12)', (_what, text) => {
    expect(isOneWriting(text)).toBe(false)
  })
})
