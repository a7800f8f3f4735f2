import { describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { loginPage } from '../../src/pages/login-page.ts'
import { createPageRenderer } from '../../src/pages/page-renderer.ts'
import { englishTexts } from '../../src/english-texts.ts'
import { loginRenderer, loginValues } from './rendering.ts'

describe('createPageRenderer', () => {
  it("gives latchkey's own page without a nonce (row 46)", async () => {
    const { html, csp } = await loginRenderer()(loginValues)

    expect(html).toMatch(/^<!doctype html>/)
    expect(html + csp).not.toContain('nonce')
  })

  it('names the hash of the very stylesheet in the page (row 46)', async () => {
    const { html, csp } = await loginRenderer({ styles: { buttonColor: 'teal' } })(loginValues)
    const stylesheet = /<style>(.*)<\/style>/s.exec(html)?.[1]
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(stylesheet))

    expect(csp).toContain(`style-src 'sha256-${Buffer.from(digest).toString('base64')}';`)
  })

  it('gives a template everything that a page shows, and a nonce', async () => {
    const renderer = loginRenderer(
      {
        template: ({ username, texts, links, cspNonce, stylesheet }) =>
          JSON.stringify([username, texts.loginTitle, links.forgot, cspNonce, stylesheet.length > 0]),
      },
      { links: { forgot: '/forgot/' } },
    )
    const { html, csp } = await renderer({ ...loginValues, username: 'ann' })
    const nonce = /script-src 'nonce-([^']+)'/.exec(csp)?.[1]

    expect(JSON.parse(html)).toEqual(['ann', 'Login', '/forgot/', nonce, true])
  })

  it('waits for a template', async () => {
    const { html } = await loginRenderer({ template: async () => 'later' })(loginValues)

    expect(html).toBe('later')
  })

  it('takes a nonce of 128 bits, a new one each time', async () => {
    const renderer = loginRenderer({ template: ({ cspNonce }) => cspNonce })
    const nonces = await Promise.all(Array.from({ length: 100 }, async () => (await renderer(loginValues)).html))

    expect(new Set(nonces).size).toBe(100)
    expect(new Set(nonces.map((nonce) => Buffer.from(nonce, 'base64').length))).toEqual(new Set([16]))
  })

  it('fails as the template fails', async () => {
    const renderer = loginRenderer({ template: () => Promise.reject(new RangeError('too much')) })

    await expect(renderer(loginValues)).rejects.toThrow(RangeError)
  })

  it('fails where a template takes longer than five seconds (F20)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const renderer = loginRenderer({ template: () => Promise.withResolvers<never>().promise })
    const failing = renderer(loginValues).catch(String)
    await vi.advanceTimersByTimeAsync(5_000)
    vi.useRealTimers()

    expect(await failing).toBe('Error: A template took longer than five seconds.')
  }, 10_000)

  it('allows forms to lead to the origins of their targets, and adds sources', async () => {
    const setting = { texts: englishTexts, links: {} }
    const options = { csp: { 'img-src': ['https://cdn.example'] } }
    const { csp } = await createPageRenderer(loginPage, options, setting, ['https://app.example/'])(loginValues)

    expect(csp).toContain("; form-action 'self' https://app.example;")
    expect(csp).toContain("; img-src 'self' data: https://cdn.example;")
  })

  it.each([
    ['both kinds of template', { template: () => '', templatePath: 'x.html' }, 'either template or templatePath'],
    ['a color that is none', { styles: { textColor: 'red;' } }, 'styles.textColor'],
    ['a source that is none', { csp: { 'img-src': ['a b'] } }, "csp['img-src']"],
  ])('refuses %s', (_name, options, message) => {
    expect(() => loginRenderer(options)).toThrow(ConfigError)
    expect(() => loginRenderer(options)).toThrow(message)
  })

  it('refuses a link that would run a script (row 33)', () => {
    expect(() => loginRenderer({}, { links: { register: 'javascript:1' } })).toThrow(ConfigError)
  })
})
