import { describe, expect, it } from 'vitest'
import { findPasswordBreak } from '../../src/password/password-form.ts'

describe('findPasswordBreak', () => {
  it.each([
    ['nothing', ''],
    ['1,024 characters', 'a'.repeat(1_024)],
    ['1,024 emoji', '\u{1f511}'.repeat(1_024)],
    ['1,024 letters in NFD', 'e\u0301'.repeat(1_024)],
    ['1,024 letters of four characters each', '\u03b1\u0313\u0300\u0345'.repeat(1_024)],
    ['600 letters that are 1,200 in NFC', '\u0958'.repeat(600)],
    ['30 combining marks on each letter', ('a' + '\u0301'.repeat(30)).repeat(33)],
  ])('lets %s through (row 58)', (_what, password) => {
    expect(findPasswordBreak(password)).toBeNull()
  })

  it.each([
    ['1,025 characters', 'a'.repeat(1_025), 'passwordTooLong'],
    ['1,025 emoji', '\u{1f511}'.repeat(1_025), 'passwordTooLong'],
    ['1,025 letters in NFD', 'e\u0301'.repeat(1_025), 'passwordTooLong'],
    ['more characters than are counted', '\u03b1\u0313\u0300\u0345'.repeat(1_024) + 'a', 'passwordTooLong'],
    ['a megabyte', 'a'.repeat(1_000_000), 'passwordTooLong'],
    ['half a surrogate pair', 'a\ud800', 'passwordBroken'],
    ['4,096 combining marks', '\u0301\u0316'.repeat(2_048), 'passwordMarks'],
    ['31 combining marks behind other text', `correct horse${'\u0301'.repeat(31)}s`, 'passwordMarks'],
  ])('stops %s (row 58, A4)', (_what, password, fault) => {
    expect(findPasswordBreak(password)).toBe(fault)
  })
})
