import { describe, expect, it } from 'vitest'
import { ConfigError } from '../src/errors.ts'
import { checkOrigins } from '../src/origins.ts'

describe('checkOrigins', () => {
  it.each([
    'https://app.example',
    'http://localhost',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:3000',
    'https://xn--n-0fa.example',
  ])('takes %s', (origin) => {
    expect(checkOrigins(origin, false).all).toEqual([origin])
  })

  it.each([
    ['a wildcard', '*'],
    ['a wildcard for subdomains', 'https://*.app.example'],
    ['a wildcard at the end', 'https://app.*'],
    ['a path', 'https://app.example/a'],
    ['two slashes', 'https://app.example//'],
    ['a query', 'https://app.example?a'],
    ['a fragment', 'https://app.example#a'],
    ['a user', 'https://ann@app.example'],
    ['no scheme', 'app.example'],
    ['no scheme but slashes', '//app.example'],
    ['another scheme', 'ftp://app.example'],
    ['a scheme alone', 'https://'],
    ['null', 'null'],
    ['nothing', ''],
    ['a port that browsers leave out', 'https://app.example:443'],
    ['capital letters, which browsers never send', 'https://App.example'],
    ['a name that browsers send in ASCII', 'https://ünï.example'],
    ['white space', ' https://app.example'],
    ['two in one', 'https://app.example, https://other.example'],
  ])('refuses %s (row 41)', (_what, origin) => {
    expect(() => checkOrigins(origin, false)).toThrow(ConfigError)
    expect(() => checkOrigins(['https://app.example', origin], false)).toThrow(ConfigError)
  })

  it('takes a slash at the end for nothing (C18)', () => {
    expect(checkOrigins(['https://app.example/', 'https://other.example'], true).all).toEqual([
      'https://app.example',
      'https://other.example',
    ])
  })

  it.each([
    ['https://App.example:443/', 'https://app.example'],
    ['https://ünï.example', 'https://xn--n-nga1b.example'],
    ['https://app.example/login?next=/', 'https://app.example'],
  ])('gives the right spelling of %s (C13)', (origin, right) => {
    expect(() => checkOrigins(origin, false)).toThrow(`Write it as browsers do: "${right}".`)
  })

  it('takes none in development', () => {
    expect(checkOrigins([], false)).toEqual({ all: [], https: false })
  })

  it.each([
    ['https://app.example', true],
    ['http://localhost', false],
  ])('tells of %s whether it is https (row 26)', (origin, https) => {
    expect(checkOrigins(origin, false).https).toBe(https)
  })

  it.each([[[]], [['http://app.example']], [['https://app.example', 'http://app.example']]])(
    'refuses %j in production, naming the setting (row 26)',
    (origins) => {
      expect(() => checkOrigins(origins, true)).toThrow(/^In production, set origin /)
    },
  )

  it('refuses http beside https: a cookie is Secure or it is not (row 26)', () => {
    expect(() => checkOrigins(['https://app.example', 'http://localhost'], false)).toThrow(/mixes/)
  })

  it('keeps no hold of the list that it was given', () => {
    const given = ['https://app.example']
    const { all } = checkOrigins(given, true)
    given.push('https://evil.example')

    expect(all).toEqual(['https://app.example'])
  })
})
