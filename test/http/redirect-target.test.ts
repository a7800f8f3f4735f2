import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { foreignTargets, ownTargets } from '../walks/redirect-corpus.ts'
import { checkTarget, nextFromQuery, ownPath } from '../../src/http/redirect-target.ts'

const ourOrigin = 'https://app.example'

const roots: readonly string[] = [
  '/',
  '//',
  '/\\',
  '/.',
  '/..',
  '/%2e',
  '/%09',
  '/\t',
  '/\u2028',
  'http:',
  '?',
  '#',
  '@',
  ':',
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...roots), fc.constant('evil.example'), fc.string({ unit: 'binary' })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const anyPath = fc.oneof(
  hostile,
  hostile.map((text) => `/${text}`),
)

/** A title holds no more of it: Stryker makes one expression of the titles of all tests that a change concerns. */
function brief(target: string): string {
  return target.length > 100 ? `${target.slice(0, 10)}… of ${target.length} characters` : target
}

describe('ownPath', () => {
  it.each(foreignTargets.map((next) => [brief(next), next]))('refuses %j (row 31)', (_brief, next) => {
    expect(ownPath(next)).toBeNull()
  })

  it.each(ownTargets.map(([next, path]) => [brief(next), brief(path), next, path]))(
    'takes %j as %j (row 31)',
    (_next, _path, next, path) => {
      expect(ownPath(next)).toBe(path)
    },
  )

  it('gives nothing, or a path on our own origin that is the same when read again (row 31)', () => {
    fc.assert(
      fc.property(anyPath, (next) => {
        const path = ownPath(next) ?? '/'

        expect(new URL(path, ourOrigin).origin).toBe(ourOrigin)
        expect(path).toMatch(/^\/(?!\/)[!-~]*$/)
        expect(ownPath(path)).toBe(path)
      }),
      { numRuns: 5_000 },
    )
  })

  it('refuses what is too long until it is parsed (row 31)', () => {
    expect(ownPath('/a/..'.repeat(500))).toBeNull()
  })

  it('refuses what is too long once it is percent-encoded (row 31)', () => {
    expect(ownPath(`/${'ü'.repeat(1000)}`)).toBeNull()
  })
})

describe('nextFromQuery', () => {
  const login = 'https://app.example/login/'

  it('reads `next` once and decodes it once', () => {
    expect(nextFromQuery(`${login}?next=%2Fprivate%3Fa%3D1`)).toBe('/private?a=1')
  })

  it.each([
    ['no parameter', ''],
    ['an empty one', '?next='],
    ['a repeated one', '?next=/a&next=/a'],
    ['an array', '?next[]=/a'],
    ['another case', '?NEXT=/a'],
    ['an encoded tab', '?next=/%09/evil.example'],
    ['an encoded origin', '?next=%2F%2Fevil.example'],
    ['half a host', '?next=http://['],
    ['a lone percent sign', '?next=%'],
    ['broken UTF-8', '?next=%ff'],
    ['100 kB', `?next=/${'a'.repeat(100_000)}`],
  ])('gives null for %s (rows 31, 32)', (_what, query) => {
    expect(nextFromQuery(login + query)).toBeNull()
  })

  it('gives null for what is no URL (row 32)', () => {
    expect(nextFromQuery('http://[')).toBeNull()
  })
})

describe('checkTarget', () => {
  it.each([
    ['/', '/'],
    ['/private/?a=b#c', '/private/?a=b#c'],
    ['/ünïcode', '/%C3%BCn%C3%AFcode'],
    ['https://app.example', 'https://app.example/'],
    ['http://localhost:3000/a', 'http://localhost:3000/a'],
  ])('takes %s', (target, checked) => {
    expect(checkTarget('redirectTo', target)).toBe(checked)
  })

  it.each([
    '',
    'private/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://app.example/',
    'xhttp://app.example/',
    'https://user@app.example/',
    'https://:password@app.example/',
    'http://[',
  ])('refuses %j, naming the option', (target) => {
    expect(() => checkTarget('redirectTo', target)).toThrow(ConfigError)
    expect(() => checkTarget('redirectTo', target)).toThrow('redirectTo must be a path')
    expect(() => checkTarget('redirectTo', target)).toThrow(/^redirectTo must be /)
  })
})
