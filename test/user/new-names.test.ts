import { execFileSync } from 'node:child_process'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsAsEmail, fitsAsUsername } from '../../src/user/new-names.ts'

/** Texts that are often names, and made of what names are made of. */
const almostNames = fc.string({
  unit: fc.constantFrom(
    ...Array.from('abzABZ019._-_-..\u00e9\u0301\u0430\u5c71 /~$*?[]{}()<>|&;!#%^+=@,:`\'"\\\u202e'),
  ),
  minLength: 1,
  maxLength: 8,
})

describe('fitsAsUsername', () => {
  it.each([
    'ann',
    'a',
    'Ann-Marie_2.0',
    'jean-luc',
    'o.neil',
    '_ann_',
    'ann__lee',
    '4chan',
    '7eleven',
    'console',
    'com',
    'com10',
    'truest',
    '\u00c5sa',
    'a\u0301nn',
    'x\u0301',
    '\u0410\u043d\u043d\u0430',
    '\u5c71\u7530',
    'taro\u5c71\u7530',
    '\u0905\u0928\u094d\u0928\u093e',
    '\u0e01\u0e34\u0e48\u0e07',
    '\u{1e922}\u{1e923}',
  ])('accepts %j (B12)', (text) => {
    expect(fitsAsUsername(text)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['a space', 'ann smith'],
    ['an address', 'ann@example.org'],
    ['an address with a full-width @', 'ann\uff20example.org'],
    ['a path', 'ann/..'],
    ['markup', '<ann>'],
    ['a zero-width space', 'ann\u200b'],
    ['65 letters', 'a'.repeat(65)],
    ['the folder above', '..'],
    ['this folder', '.'],
    ['a hidden file', '.ann'],
    ['a dot at the end, which Windows drops', 'ann.'],
    ['two dots', 'ann..lee'],
    ['an option', '-rf'],
    ['a long option', '--help'],
    ['the end of options', '--'],
    ['a hyphen at the end', 'ann-'],
    ['what begins like Punycode', 'xn--ann'],
    ['a mark alone', '\u0301'],
    ['marks alone', '\u0301\u0316\u0301'],
    ['a mark in front', '\u0301ann'],
    ['a mark on a digit', '1\u0301a'],
    ['a mark behind a hyphen', 'a-\u0301'],
    ['five marks on a letter', 'x\u0316\u0317\u0318\u0319\u031c'],
    ['an enclosing mark', 'a\u20dd'],
    ['a number', '1234'],
    ['a number with a fraction', '1.5'],
    ['a date', '2000-01-01'],
    ['a number in powers of ten', '1e5'],
    ['a hexadecimal number', '0x1f'],
    ['underscores alone', '___'],
    ['a device', 'con'],
    ['a device in capitals', 'NUL'],
    ['a device with an ending', 'aux.txt'],
    ['a numbered device', 'COM1'],
    ['a numbered device in other digits', 'lpt\u00b9'],
    ['a value of spreadsheets', 'TRUE'],
    ['a variable', '$HOME'],
    ['a home', '~ann'],
    ['a pattern', 'ann*'],
    ['a formula', '=cmd'],
    ['a Cyrillic letter in Latin', '\u0430dmin'],
    ['a Cyrillic word and a Latin one', '\u0430\u043d\u043d\u0430-ann'],
    ['a Greek letter in Latin', 'adm\u03b9n'],
  ])('refuses %s (B12)', (_what, text) => {
    expect(fitsAsUsername(text)).toBe(false)
  })

  it('counts code points', () => {
    expect(fitsAsUsername('\u{1e922}'.repeat(63))).toBe(true)
    expect(fitsAsUsername('a'.repeat(64))).toBe(true)
  })

  it('refuses what nobody could log in with: a key of more than 254 bytes', () => {
    expect(fitsAsUsername('\u{1e922}'.repeat(64))).toBe(false)
  })

  it('takes no name that is another file than itself, an option or a number (B12)', () => {
    const isHarmless = (name: string): boolean =>
      path.posix.join('/home', name) === `/home/${name}` &&
      path.win32.join('C:\\home', name) === `C:\\home\\${name}` &&
      /^[\p{L}\p{Nd}_]/u.test(name) &&
      Number.isNaN(Number(name))
    const property = fc.property(
      almostNames,
      (text) => !fitsAsUsername(text) || isHarmless(text.normalize('NFKC').trim()),
    )
    expect(fc.check(property, { numRuns: 20_000, seed: 12 })).toMatchObject({ failed: false })
  })

  it('takes names that a shell leaves as they are (B12)', () => {
    const names = fc.sample(almostNames, { numRuns: 5_000, seed: 12 }).filter(fitsAsUsername)
    const echoed = execFileSync('sh', ['-c', `cd /; printf '%s\\n' ${names.join(' ')}`], { encoding: 'utf8' })

    expect(names.length).toBeGreaterThan(100)
    expect(echoed.trimEnd().split(/\s+/)).toEqual(names.map((name) => name.trim()))
  })
})

describe('fitsAsEmail', () => {
  it.each([
    'ann@example.org',
    "o'brien+news@mail.example",
    "o'neil@example.com",
    'first+tag@example.com',
    'ann_lee-2.x@sub.example.co.uk',
    '13800138000@qq.com',
    '_ann@example.org',
    'ann-@example.org',
    'ann+@example.org',
    ' Ann@Example.org ',
    '\u00e4nne@b\u00fccher.example',
    '\u0430\u043d\u043d\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444',
    'ann@\u043f\u0440\u0438\u043c\u0435\u0440.com',
    '\u5c71\u7530@\u4f8b.jp',
    'ann@xn--bcher-kva.example',
    'ann@3com.example',
    'a@localhost',
  ])('accepts %j (B12)', (text) => {
    expect(fitsAsEmail(text)).toBe(true)
  })

  it.each([
    '',
    'ann',
    '@example.org',
    'ann@',
    'ann@@example.org',
    'ann@x@example.org',
    'ann b@example.org',
    'ann@example.org,eve@example.org',
    'ann@example.org\uff0ceve',
    'ann\uff20example.org',
    'ann\uff20x@example.org',
    '"ann"@example.org',
    'Ann <ann@example.org>',
    'ann@example.org\r\nBcc:eve',
    'ann\u200b@example.org',
    `${'a'.repeat(250)}@b.example`,
  ])('refuses %j (row 67)', (text) => {
    expect(fitsAsEmail(text)).toBe(false)
  })

  it.each([
    ['a command', '`id`@x'],
    ['a command in brackets', '$(id)@x.y'],
    ['a variable', '${IFS}@x.y'],
    ['a pipe', '|x@y'],
    ['a command behind', 'x;id@x.y'],
    ['a command beside', 'x&id&@x.y'],
    ['a redirection', 'x>y@x.y'],
    ['a pattern', '*@x.y'],
    ['a home', '~root@x.y'],
    ['a path', '../x@x.y'],
    ['a slash', 'a/b@x.y'],
    ['a formula', '=cmd@x.y'],
    ['a formula with plus', '+1+2@x.y'],
    ['a formula with minus', '-1@x.y'],
    ['a formula inside', 'x=1@x.y'],
    ['an apostrophe in front', "'x@x.y"],
    ['an option', '--help@x.y'],
    ['a template', '{{x}}@x.y'],
    ['a percent sign', 'a%00@x.y'],
    ['an address of UUCP', 'a!b@x.y'],
    ['a dot in front', '.ann@x.y'],
    ['a dot at the end', 'ann.@x.y'],
    ['two dots', 'a..b@x.y'],
    ['65 letters in front', `${'a'.repeat(65)}@x.y`],
    ['a mark alone', '\u0301@x.y'],
    ['a mixture in front', '\u0430dmin@x.y'],
    ['a mixture behind', 'ann@\u0435xample.org'],
    ['two dots in the host', 'ann@x..y'],
    ['a dot in front of the host', 'ann@.x.y'],
    ['a dot behind the host', 'ann@x.y.'],
    ['a hyphen in front of the host', 'ann@-x.y'],
    ['a hyphen at the end of a label', 'ann@x-.y'],
    ['a label of 64', `ann@${'x'.repeat(64)}.y`],
    ['an underscore in the host', 'ann@x_y.z'],
    ['an address of IPv4', 'ann@127.0.0.1'],
    ['an address of IPv6', 'ann@[::1]'],
    ['a port', 'ann@x.y:25'],
    ['a command in the host', 'ann@x.y`id`'],
    ['a formula in the host', 'ann@=x.y'],
  ])('refuses %s (B12)', (_what, text) => {
    expect(fitsAsEmail(text)).toBe(false)
  })

  it('takes no address that begins as a formula or an option, or holds what a shell runs (B12)', () => {
    const address = fc.tuple(almostNames, almostNames).map((parts) => parts.join('@'))
    const isHarmless = (text: string): boolean =>
      /^[\p{L}\p{Nd}_]/u.test(text) && !/[^\p{L}\p{M}\p{Nd}_.@+'-]/u.test(text)
    const property = fc.property(address, (text) => !fitsAsEmail(text) || isHarmless(text.trim()))
    expect(fc.check(property, { numRuns: 20_000, seed: 12 })).toMatchObject({ failed: false })
  })
})
