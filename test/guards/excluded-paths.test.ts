import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { createIsExcluded } from '../../src/guards/excluded-paths.ts'

const isExcluded = createIsExcluded(['/', '/health', '/docs/*', '/exact/'])

describe('createIsExcluded', () => {
  it.each(['/', '/health', '/docs', '/docs/', '/docs/a', '/docs/a/b', '/docs/a%20b', '/docs/ä', '/exact/'])(
    'leaves %s alone',
    (path) => {
      expect(isExcluded(path)).toBe(true)
    },
  )

  it.each([
    '',
    '/a',
    '/health/',
    '/health/a',
    '/healthy',
    '/HEALTH',
    '/%68ealth',
    '/docs-internal',
    '/docsx/a',
    '/Docs/a',
    '/exact',
    '/a/docs/b',
    'docs/a',
    '//docs/a',
    '/docs//a',
    '/docs/a//',
    '//health',
    '/health//',
    '/docs/%2e%2e/private',
    '/docs/%2E%2E/private',
    '/docs/..%2fprivate',
    '/docs/%2fprivate',
    '/docs%2fa',
    '/docs/..%5cprivate',
    '/docs/..\\private',
    '/docs/%252e%252e/private',
    '/docs/..%252fprivate',
    '/docs/..;/private',
    '/docs/..%3b/private',
    '/health;x',
    '/health%00',
    '/health?a',
    '/docs/../private',
    '/docs/./../private',
    '/docs/..',
    '/docs/.',
  ])('guards %j (row 53)', (path) => {
    expect(isExcluded(path)).toBe(false)
  })

  it('excludes everything by /*, where that is wanted', () => {
    expect(createIsExcluded(['/*'])('/a/b')).toBe(true)
    expect(createIsExcluded(['/*'])('/')).toBe(true)
  })

  it('excludes nothing by itself', () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        expect(createIsExcluded([])(path)).toBe(false)
      }),
    )
  })

  it('excludes nothing that a router would find outside the folder, however it decodes (row 53)', () => {
    const pieces = fc.constantFrom('/docs', '/', '..', '.', '%2e', '%2f', '%5c', '\\', '%25', '2e', ';', 'private', 'a')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const path = `/docs/${parts.join('')}`
        const seen = new URL(decoded(path).replaceAll('\\', '/').replaceAll(/\/+/g, '/'), 'http://app.example').pathname

        expect(createIsExcluded(['/docs/*'])(path) && !/^\/docs(?:\/|$)/.test(seen)).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each(['', 'docs', 'docs/*', '*', '/*/a', '/a*', '/a/**', '/docs/*.html', ' /docs', 'https://app.example/docs'])(
    'refuses the pattern %j with a ConfigError',
    (pattern) => {
      expect(() => createIsExcluded(['/health', pattern])).toThrow(ConfigError)
      expect(() => createIsExcluded(['/health', pattern])).toThrow(/^excludedPaths takes paths like/)
    },
  )
})

/** Decoded twice, as behind a proxy that decodes. */
function decoded(path: string): string {
  const once = path.replaceAll(/%([2-5][0-9a-f])/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
  return once.replaceAll(/%([2-5][0-9a-f])/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}
