import { describe, expect, it } from 'vitest'
import { securityHeaders } from '../../src/http/responses.ts'
import { brokenRules, readAnswer } from './answer-rules.ts'

const policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; style-src 'sha256-x'"

function page(body: string, headers: Record<string, string> = {}, status = 200): Promise<string[]> {
  const right = {
    ...securityHeaders,
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
    'strict-transport-security': 'max-age=31536000',
  }
  return readAnswer(new Response(body, { status, headers: { ...right, ...headers } })).then(brokenRules)
}

describe('brokenRules', () => {
  it('has nothing against a page that is right', async () => {
    expect(await page('<p>Hello</p>')).toEqual([])
  })

  it.each([
    ['an inline script', '<script>a()</script>', {}, 200],
    ['an inline style', '<style>p {}</style>', {}, 200],
    ['a handler', '<p onclick="a()">', {}, 200],
    ['another site', '<img src="https://evil.example/a">', {}, 200],
    ['a stack', '<p>at a (/b/c.ts:1:2)</p>', {}, 200],
    ['a type without a charset', 'a', { 'content-type': 'text/html' }, 200],
    ['JSON that is none', 'a', { 'content-type': 'application/json; charset=utf-8' }, 200],
    ['a redirect with a body', 'a', { location: '/' }, 303],
    ['an open door', 'a', { 'access-control-allow-origin': '*' }, 200],
    ['a cookie for scripts', 'a', { 'set-cookie': '__Host-id=; Max-Age=0; Path=/; SameSite=Lax; Secure' }, 200],
    ['405 that says nothing', 'a', {}, 405],
    ['429 that says nothing', 'a', {}, 429],
    ['503 that says never', 'a', { 'retry-after': '0' }, 503],
    ['its program', 'a', { 'x-powered-by': 'latchkey' }, 200],
    ['what may be kept', 'a', { 'cache-control': 'public' }, 200],
  ])('notices %s', async (_what, body, headers, status) => {
    expect(await page(body, headers, status)).toHaveLength(1)
  })

  it('notices each header that is missing', async () => {
    const broken = brokenRules(await readAnswer(new Response(null)))

    expect(broken).toHaveLength(Object.keys(securityHeaders).length + 1)
  })
})
