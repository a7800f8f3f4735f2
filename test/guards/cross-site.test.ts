import { describe, expect, it } from 'vitest'
import { CrossSiteError } from '../../src/errors.ts'
import { requireSameSite } from '../../src/guards/cross-site.ts'

type Sent = Record<string, string>

const own = ['https://app.example']

function send(
  method: string,
  headers: Sent,
  origins: readonly string[] = own,
  url = 'https://app.example/',
): () => void {
  return () => requireSameSite(new Request(url, { method, headers }), origins)
}

describe('requireSameSite', () => {
  it.each<[string, string, Sent]>([
    ['same-origin', 'POST', { 'sec-fetch-site': 'same-origin' }],
    ['same-origin, whatever Origin says', 'POST', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
    ['same-origin with Origin: null', 'POST', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['none: typed or a bookmark', 'POST', { 'sec-fetch-site': 'none' }],
    ['no header at all: no browser', 'POST', {}],
    ['Origin alone, ours', 'POST', { origin: 'https://app.example' }],
    ['Origin alone, ours, by PUT', 'PUT', { origin: 'https://app.example' }],
    ['cross-site by GET', 'GET', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['cross-site by HEAD', 'HEAD', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['cross-site by OPTIONS', 'OPTIONS', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['cross-site from a trusted origin', 'POST', { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }],
    ['same-site from a trusted origin', 'POST', { 'sec-fetch-site': 'same-site', origin: 'https://app.example' }],
  ])('lets %s through (row 37)', (_what, method, headers) => {
    expect(send(method, headers)).not.toThrow()
  })

  it.each<[string, string, Sent]>([
    ['cross-site', 'POST', { 'sec-fetch-site': 'cross-site' }],
    ['cross-site by PUT', 'PUT', { 'sec-fetch-site': 'cross-site' }],
    ['cross-site by DELETE', 'DELETE', { 'sec-fetch-site': 'cross-site' }],
    ['cross-site by PATCH', 'PATCH', { 'sec-fetch-site': 'cross-site' }],
    ['cross-site by a method of its own', 'PROPFIND', { 'sec-fetch-site': 'cross-site' }],
    ['cross-site by a safe method in lower case', 'propfind', { 'sec-fetch-site': 'cross-site' }],
    ['same-site: a sibling domain (row 38)', 'POST', { 'sec-fetch-site': 'same-site' }],
    ['a sibling’s Origin', 'POST', { 'sec-fetch-site': 'same-site', origin: 'https://sub.app.example' }],
    ['an unknown value', 'POST', { 'sec-fetch-site': 'future' }],
    ['an empty value', 'POST', { 'sec-fetch-site': '' }],
    ['a value in another case', 'POST', { 'sec-fetch-site': 'Same-Origin' }],
    ['two values', 'POST', { 'sec-fetch-site': 'same-origin, cross-site' }],
    ['a foreign Origin', 'POST', { origin: 'https://evil.example' }],
    ['a foreign Origin with cross-site', 'POST', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['Origin: null', 'POST', { origin: 'null' }],
    ['Origin: null with cross-site', 'POST', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['an empty Origin', 'POST', { origin: '' }],
    ['the same host over http', 'POST', { origin: 'http://app.example' }],
    ['another port', 'POST', { origin: 'https://app.example:8443' }],
    ['the default port written out', 'POST', { origin: 'https://app.example:443' }],
    ['another case', 'POST', { origin: 'https://APP.example' }],
    ['a trailing slash', 'POST', { origin: 'https://app.example/' }],
    ['a longer name', 'POST', { origin: 'https://app.example.evil.example' }],
    ['a user in front', 'POST', { origin: 'https://app.example@evil.example' }],
    ['two origins', 'POST', { origin: 'https://app.example, https://evil.example' }],
    ['no URL', 'POST', { origin: 'http://[' }],
  ])('refuses %s with 403 (row 37)', (_what, method, headers) => {
    expect(send(method, headers)).toThrow(CrossSiteError)
  })

  it.each<[string, Sent]>([
    ['of its own site', { 'sec-fetch-site': 'same-origin', origin: 'https://app.example' }],
    ['by Origin alone, ours', { origin: 'https://app.example' }],
    ['of no browser', {}],
  ])('lets a WebSocket %s through (row 37)', (_what, headers) => {
    expect(send('GET', { upgrade: 'websocket', ...headers })).not.toThrow()
  })

  it.each<[string, Sent]>([
    ['of a sibling domain (row 38)', { 'sec-fetch-site': 'same-site', origin: 'https://sub.app.example' }],
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['by a foreign Origin alone', { origin: 'https://evil.example' }],
    ['in another case', { upgrade: 'WebSocket', origin: 'https://evil.example' }],
  ])('refuses a WebSocket %s (row 37)', (_what, headers) => {
    expect(send('GET', { upgrade: 'websocket', ...headers })).toThrow(CrossSiteError)
  })

  it.each<[string, Sent]>([
    ['a cookie', { cookie: 'id=x' }],
    ['no cookie', {}],
    ['a JSON body', { 'content-type': 'application/json' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a browser’s Accept', { accept: 'text/html' }],
  ])('refuses with %s just the same (row 37)', (_what, headers) => {
    expect(send('POST', { 'sec-fetch-site': 'cross-site', ...headers })).toThrow(CrossSiteError)
  })

  it.each([
    'x-requested-with',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-original-url',
    'x-http-method-override',
    'x-csrf-token',
    'x-middleware-subrequest',
    'forwarded',
    'referer',
  ])('is switched off by no header: %s (row 54)', (name) => {
    const values: Sent = { [name]: 'https://evil.example', origin: 'https://evil.example' }

    expect(send('POST', values)).toThrow(CrossSiteError)
    expect(send('POST', { ...values, 'sec-fetch-site': 'cross-site' })).toThrow(CrossSiteError)
  })
})

describe('requireSameSite without a configured origin', () => {
  it.each([
    ['http://localhost:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
    ['https://app.example', 'app.example'],
    ['http://localhost', 'LOCALHOST'],
  ])('takes Origin %s for Host %s (row 37)', (origin, host) => {
    expect(send('POST', { origin, host }, [], 'http://elsewhere.example/')).not.toThrow()
  })

  it.each([
    ['http://evil.example', 'localhost:3000'],
    ['http://localhost:3001', 'localhost:3000'],
    ['http://localhost', 'localhost:3000'],
    ['http://localhost:3000.evil.example', 'localhost:3000'],
    ['http://localhost:3000@evil.example', 'localhost:3000'],
    ['null', 'null'],
    ['', ''],
    ['http://', ''],
    ['capacitor://localhost', 'localhost'],
    ['http://localhost/a', 'localhost'],
    ['http://ann@localhost', 'localhost'],
    ['localhost', 'localhost'],
    ['//localhost', 'localhost'],
  ])('refuses Origin %j for Host %j (row 37)', (origin, host) => {
    expect(send('POST', { origin, host }, [])).toThrow(CrossSiteError)
  })

  it('goes by the request’s URL where there is no Host', () => {
    expect(send('POST', { origin: 'http://localhost:3000' }, [], 'http://localhost:3000/a')).not.toThrow()
    expect(send('POST', { origin: 'http://evil.example' }, [], 'http://localhost:3000/a')).toThrow(CrossSiteError)
  })

  it('refuses what has no Host, and a URL that tells none', () => {
    const headers = new Headers({ origin: 'http://localhost' })

    expect(() => requireSameSite({ method: 'POST', url: '/a', headers }, [])).toThrow(CrossSiteError)
  })

  it('believes no host that a header of a proxy names (row 54)', () => {
    const headers = { origin: 'http://evil.example', host: 'localhost', 'x-forwarded-host': 'evil.example' }

    expect(send('POST', headers, [])).toThrow(CrossSiteError)
  })

  it('refuses cross-site even from its own host: the browser knows better', () => {
    const headers = { origin: 'http://localhost', host: 'localhost', 'sec-fetch-site': 'cross-site' }

    expect(send('POST', headers, [])).toThrow(CrossSiteError)
  })
})
