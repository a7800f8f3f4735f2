import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { createTokenCookie } from '../../src/token/token-cookie.ts'
import { createToken } from '../../src/token/token.ts'

const secure = createTokenCookie({ name: 'id', https: true, maxAge: 604_800 })
const plain = createTokenCookie({ name: 'id', https: false, maxAge: 604_800 })
const T = createToken()
const other = createToken()

function sent(cookie: string): Headers {
  return new Headers({ cookie })
}

describe('createTokenCookie', () => {
  it.each(['id', 'a', 'my-app_2', '0', 'A'.repeat(64)])('takes the name %s (row 29)', (name) => {
    expect(createTokenCookie({ name, https: true, maxAge: 1 }).name).toBe(`__Host-${name}`)
    expect(createTokenCookie({ name, https: false, maxAge: 1 }).name).toBe(name)
  })

  it.each([
    'a; Max-Age=1',
    'a=b',
    'a b',
    'a,b',
    'a\r\nSet-Cookie: x',
    'id\n',
    'ä',
    'a.b',
    '"a"',
    '',
    ' ',
    'a'.repeat(73),
    '__Host-id',
    '__Secure-id',
    '__host-id',
    '__Http-id',
  ])('refuses the name %j, and tells of which option (row 29)', (name) => {
    expect(() => createTokenCookie({ name, https: true, maxAge: 1 })).toThrow(ConfigError)
    expect(() => createTokenCookie({ name, https: true, maxAge: 1 })).toThrow('cookieName takes')
  })
})

describe('read', () => {
  it.each([
    ['alone', `__Host-id=${T}`],
    ['among others', `a=b; __Host-id=${T}; c=d`],
    ['without spaces', `a=b;__Host-id=${T};c=d`],
    ['with spaces and tabs around', `  __Host-id=${T} \t; a=b`],
    ['behind more than one space', `a=b; \t __Host-id=${T}`],
    ['twice, with one value', `__Host-id=${T}; __Host-id=${T}`],
    ['beside names that begin or end alike', `__Host-id2=x; x__Host-id=y; __Host-id=${T}; __Host-=z`],
    ['beside broken ones', `;;=; =x; __Host-id; __Host-id=${T}`],
  ])('gives the token that came %s', (_what, cookie) => {
    expect(secure.read(sent(cookie))).toBe(T)
  })

  it.each([
    ['no value', '__Host-id='],
    ['a digit', '__Host-id=1'],
    ['4 kB', `__Host-id=${'a'.repeat(4_096)}`],
    ['an escape', '__Host-id=%00'],
    ['an escaped token', `__Host-id=%61${T.slice(1)}`],
    ['quotes', `__Host-id="${T}"`],
    ['an equals sign', `__Host-id==${T}`],
    ['a space inside', `__Host-id=${T} x`],
    ['bytes beyond ASCII', `__Host-id=${'\xff'.repeat(43)}`],
  ])('takes %s for no session (row 4)', (_what, cookie) => {
    expect(secure.read(sent(cookie))).toBeNull()
  })

  it.each([
    ['an escaped name', `%5F%5FHost-id=${T}`],
    ['a name escaped inside', `__Host%2Did=${T}`],
    ['no name', `=__Host-id=${T}`],
    ['another case', `__host-id=${T}`],
    ['no prefix', `id=${T}`],
    ['a space before the equals sign', `__Host-id =${T}`],
    ['a no-break space in front', `\u00A0__Host-id=${T}`],
    ['a next-line character in front', `\u0085__Host-id=${T}`],
    ['a quote in front', `"__Host-id=${T}"`],
    ['a comma in front', `a=b, __Host-id=${T}`],
    ['a value of another cookie', `a=__Host-id=${T}`],
    ['an attribute as older standards had it', `$Version=1, __Host-id=${T}`],
  ])('compares names byte by byte: %s is another cookie (row 27)', (_what, cookie) => {
    expect(secure.read(sent(cookie))).toBeNull()
    expect(secure.isPresent(sent(cookie))).toBe(false)
  })

  it.each([
    ['two valid ones', `__Host-id=${T}; __Host-id=${other}`],
    ['one between two', `__Host-id=${T}; __Host-id=${other}; __Host-id=${T}`],
  ])('believes neither of two that differ: %s (row 28)', (_what, cookie) => {
    expect(secure.read(sent(cookie))).toBeNull()
    expect(secure.isAmbiguous(sent(cookie))).toBe(true)
    expect(secure.isPresent(sent(cookie))).toBe(true)
  })

  it.each([
    ['behind it', `__Host-id=${T}; __Host-id=42`],
    ['before it', `__Host-id=42; __Host-id=${T}`],
    ['before it, and empty', `__Host-id=; __Host-id=${T}`],
    ['on both sides', `__Host-id=42; __Host-id=${T}; __Host-id=43`],
  ])('takes what can be no token for another app’s: %s (C5)', (_what, cookie) => {
    expect(secure.read(sent(cookie))).toBe(T)
    expect(secure.isAmbiguous(sent(cookie))).toBe(false)
  })

  it('believes neither of two that came in two headers (row 28)', () => {
    const headers = sent(`__Host-id=${T}`)
    headers.append('cookie', `__Host-id=${other}`)

    expect(secure.read(headers)).toBeNull()
  })

  it('tells every token that came, each once, and not more than a browser would send', () => {
    const tokens = Array.from({ length: 30 }, (_, index) => String(index).padStart(43, 'x'))
    const cookies = [...tokens, ...tokens].map((token) => `__Host-id=${token}`)

    expect(secure.readAll(sent(`__Host-id=x; __Host-id=${T}; __Host-id=${other}; __Host-id=${T}`))).toEqual([T, other])
    expect(secure.readAll(sent(cookies.join('; ')))).toEqual(tokens.slice(0, 20))
    expect(secure.readAll(new Headers())).toEqual([])
  })

  it('is null without a cookie', () => {
    expect(secure.read(new Headers())).toBeNull()
    expect(secure.isPresent(new Headers())).toBe(false)
    expect(secure.isAmbiguous(new Headers())).toBe(false)
  })

  it('reads over http under the plain name alone', () => {
    expect(plain.read(sent(`id=${T}`))).toBe(T)
    expect(plain.read(sent(`__Host-id=${T}`))).toBeNull()
  })
})

describe('set and clear', () => {
  it.each([
    ['set', secure.set(new Response(), T)],
    ['clear', secure.clear(new Response())],
  ])('%s keeps the answer out of caches, which would give the cookie to others (row 44)', (_verb, { headers }) => {
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('leave what the answer says about caching', () => {
    const headers = { 'cache-control': 'private, no-cache' }

    expect(secure.set(new Response('', { headers }), T).headers.get('cache-control')).toBe('private, no-cache')
  })

  it('set a __Host- cookie that scripts and other sites can’t use, over https (row 25)', () => {
    expect(secure.set(new Response(), T).headers.getSetCookie()).toEqual([
      `__Host-id=${T}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax; Secure`,
    ])
  })

  it('clear it under the same name, path and attributes (rows 18, 25)', () => {
    expect(secure.clear(new Response()).headers.getSetCookie()).toEqual([
      '__Host-id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure',
    ])
  })

  it('leave out Secure and the prefix over http alone (row 26)', () => {
    expect(plain.set(new Response(), T).headers.getSetCookie()).toEqual([
      `id=${T}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax`,
    ])
    expect(plain.clear(new Response()).headers.getSetCookie()).toEqual([
      'id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ])
  })

  it('name no Domain, ever (row 25)', () => {
    expect(secure.set(new Response(), T).headers.get('set-cookie')).not.toMatch(/domain/i)
  })

  it('stay far below the 4,096 bytes that browsers keep (row 30)', () => {
    const long = createTokenCookie({ name: 'a'.repeat(64), https: true, maxAge: 2 ** 31 })

    expect(long.set(new Response(), T).headers.get('set-cookie')?.length).toBeLessThan(300)
  })

  it('give whole seconds', () => {
    const cookie = createTokenCookie({ name: 'id', https: false, maxAge: 1.9 })

    expect(cookie.set(new Response(), T).headers.get('set-cookie')).toContain('Max-Age=1;')
  })

  it.each([['a; Domain=evil.example'], [''], ['a\r\nb'], [`${'a'.repeat(42)}=`]])(
    'never send %j, which is no token (row 29)',
    (value) => {
      expect(() => secure.set(new Response(), value)).toThrow(TypeError)
      expect(() => secure.set(new Response(), value)).toThrow('a token that latchkey made')
    },
  )

  it('keep everything else of the response, other cookies included', async () => {
    const headers = new Headers({ 'x-app': 'yes' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    const response = secure.set(new Response('body', { status: 201, headers }), T)

    expect(response.status).toBe(201)
    expect(response.headers.get('x-app')).toBe('yes')
    expect(response.headers.getSetCookie()).toHaveLength(3)
    expect(await response.text()).toBe('body')
  })

  it('leave the response that they were given as it was: it may be sent to others', () => {
    const shared = new Response(null, { status: 204 })
    secure.set(shared, T)
    secure.clear(shared)

    expect([...shared.headers]).toEqual([])
  })

  it('work on a redirect whose headers can’t be changed', () => {
    const response = secure.clear(Response.redirect('https://app.example/'))

    expect(response.status).toBe(302)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })
})
