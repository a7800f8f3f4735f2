import { describe, expect, it } from 'vitest'
import { englishTexts } from '../../src/english-texts.ts'
import {
  ForbiddenError,
  InvalidFormError,
  MethodNotAllowedError,
  TooManyTriesError,
  UnavailableError,
} from '../../src/errors.ts'
import {
  html,
  json,
  problem,
  redirect,
  refusalProblem,
  securityHeaders,
  withSecurityHeaders,
} from '../../src/http/responses.ts'
import { withRefusalHeaders } from '../../src/http/refusal-headers.ts'

describe('withSecurityHeaders', () => {
  const answers: [what: string, answer: () => Response][] = [
    ['a page', () => html('<p>', "default-src 'none'")],
    ['a page with an error', () => html('<p>', "default-src 'none'", 422)],
    ['JSON', () => json({})],
    ['a problem', () => problem({ status: 500, code: 'ERR', detail: 'No.' })],
    ['a redirect', () => redirect('/')],
  ]

  it.each(answers)('stand on %s (rows 43, 44, 45)', (_what, answer) => {
    const { headers } = withSecurityHeaders(answer(), false)

    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('camera=()')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('vary')).toBe('Cookie, Accept, Sec-Fetch-Site, Origin')
    expect(headers.has('server')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it.each(answers)('add HSTS to %s over https alone (row 45)', (_what, answer) => {
    expect(withSecurityHeaders(answer(), true).headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(withSecurityHeaders(answer(), false).headers.has('strict-transport-security')).toBe(false)
  })

  it('keep the policy that a page brings', () => {
    const { headers } = withSecurityHeaders(html('<p>', "default-src 'none'; img-src 'self'"), false)

    expect(headers.get('content-security-policy')).toBe("default-src 'none'; img-src 'self'")
  })

  it('forbid everything, and framing, on what isn’t a page (row 47)', () => {
    expect(securityHeaders['Content-Security-Policy']).toContain("default-src 'none'")
    expect(securityHeaders['Content-Security-Policy']).toContain("frame-ancestors 'none'")
    expect(securityHeaders['Content-Security-Policy']).not.toContain("'self'")
  })
})

describe('answers', () => {
  it.each([
    ['a page', html('<p>', ''), 'text/html; charset=utf-8'],
    ['JSON', json({}), 'application/json; charset=utf-8'],
    ['a problem', problem({ status: 400, code: 'ERR', detail: 'No.' }), 'application/problem+json; charset=utf-8'],
  ])('%s names its type and charset (row 35)', (_what, { headers }, type) => {
    expect(headers.get('content-type')).toBe(type)
  })

  it('a redirect is a 303 with an empty body and no type (row 35)', async () => {
    const response = redirect('/private/?a=b')

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/private/?a=b')
    expect(response.headers.has('content-type')).toBe(false)
    expect(response.body).toBeNull()
  })
})

describe('refusalProblem', () => {
  it('says what is wrong as RFC 9457 has it', async () => {
    const response = refusalProblem(new ForbiddenError(), englishTexts)

    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'ERR_LATCHKEY_FORBIDDEN',
      detail: 'You may not see this page.',
    })
  })

  it.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [405, 'Method Not Allowed'],
    [413, 'Content Too Large'],
    [415, 'Unsupported Media Type'],
    [422, 'Unprocessable Content'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
    [599, 'Error'],
  ])('titles %s as RFC 9110 does: %s', async (status, title) => {
    expect(await problem({ status, code: 'ERR', detail: 'No.' }).json()).toMatchObject({ title })
  })

  it('names the fields at fault', async () => {
    const error = new InvalidFormError([{ field: 'username', code: 'newUsernameMissing' }])
    const errors = [{ field: 'username', code: 'newUsernameMissing', detail: 'Please choose a username.' }]

    expect(await refusalProblem(error, englishTexts).json()).toMatchObject({ status: 422, errors })
  })

  it('tells nothing of what lies behind an unavailable service (row 95)', async () => {
    const cause = new Error('connect ECONNREFUSED postgres://ann:secret@db')
    const body = await refusalProblem(new UnavailableError({ cause }), englishTexts).json()

    expect(Object.keys(body as object).toSorted()).toEqual(['code', 'detail', 'status', 'title', 'type'])
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})

describe('withRefusalHeaders', () => {
  it.each([
    ['429', new TooManyTriesError(61), 'retry-after', '61'],
    ['503', new UnavailableError(), 'retry-after', '5'],
    ['503 with a time of its own', new UnavailableError({ retryAfter: 2 }), 'retry-after', '2'],
    ['405', new MethodNotAllowedError(), 'allow', 'GET, HEAD, POST'],
  ])('tells with a %s how to go on (row 78)', (_what, error, name, value) => {
    expect(withRefusalHeaders(refusalProblem(error, englishTexts), error).headers.get(name)).toBe(value)
  })

  it('tells nothing with what can’t be gone on with', () => {
    const { headers } = withRefusalHeaders(new Response(), new ForbiddenError())

    expect([...headers]).toEqual([])
  })
})
