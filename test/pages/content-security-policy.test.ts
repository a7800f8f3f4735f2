import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import {
  createContentSecurityPolicy,
  type ContentSecurityPolicyOptions,
} from '../../src/pages/content-security-policy.ts'

function policy(options: Partial<ContentSecurityPolicyOptions> = {}, nonce: string | null = null): string {
  return createContentSecurityPolicy({ stylesheet: '', ...options })(nonce)
}

describe('createContentSecurityPolicy', () => {
  it('allows the stylesheet by its hash, and no script and no frame (rows 46 and 47)', () => {
    expect(policy()).toBe(
      "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; script-src 'none'; " +
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
        "frame-ancestors 'none'",
    )
  })

  it("allows an app's own styles and scripts by a nonce", () => {
    expect(policy({}, 'abc')).toContain("style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'nonce-abc';")
    expect(policy({}, 'abc')).toContain("; script-src 'nonce-abc';")
  })

  it.each([
    ['https://app.example:8443/path?x=1#y', 'https://app.example:8443'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['//other.example/x', 'other.example'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example'],
    ['app.example://done', 'app.example:'],
  ])('allows a redirect to %s', (target, source) => {
    expect(policy({ formTargets: ['/', target] })).toContain(`; form-action 'self' ${source};`)
  })

  it('names an origin once', () => {
    const formTargets = ['https://app.example/a', 'https://app.example/b']

    expect(policy({ formTargets })).toContain("; form-action 'self' https://app.example;")
  })

  it('adds sources to its own, and directives it does not use itself', () => {
    const value = policy({
      sources: { 'script-src': ['https://a.example'], 'img-src': ['https://b.example'], 'frame-src': ["'self'"] },
    })

    expect(value).toContain('; script-src https://a.example;')
    expect(value).toContain("; img-src 'self' data: https://b.example;")
    expect(value).toMatch(/; frame-src 'self'$/)
  })

  it.each([
    { 'script-src': ['a b'] },
    { 'script-src': ['a;base-uri *'] },
    { 'script-src': ['a,b'] },
    { 'script-src': ['a\nb'] },
    { 'script-src': [''] },
    { 'script-src': ["'none'"] },
    { 'script-src': ['é'] },
    { 'script-src': 'https://a.example' },
    { 'script-src': [1] },
    { 'frame-ancestors': ['*'] },
    { 'base-uri': ['*'] },
    { 'Script-Src': ['*'] },
    { 'report-uri; x': ['*'] },
  ])('refuses %j', (sources) => {
    const options: ContentSecurityPolicyOptions = JSON.parse(JSON.stringify({ stylesheet: '', sources }))

    expect(() => createContentSecurityPolicy(options)).toThrow(ConfigError)
  })
})
