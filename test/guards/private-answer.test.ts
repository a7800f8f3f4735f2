import { describe, expect, it } from 'vitest'
import { markPrivate } from '../../src/guards/private-answer.ts'

describe('markPrivate', () => {
  it('keeps an answer out of shared caches (rows 43, 44)', () => {
    const { headers } = markPrivate(new Response('hello'))

    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('vary')).toBe('Cookie')
  })

  it('leaves what the app says about caching (row 45)', () => {
    const { headers } = markPrivate(new Response('', { headers: { 'cache-control': 'private, max-age=60' } }))

    expect(headers.get('cache-control')).toBe('private, max-age=60')
  })

  it.each([
    ['Accept', 'Accept, Cookie'],
    ['Cookie', 'Cookie'],
    ['accept, cookie', 'accept, cookie'],
    ['Cookie2', 'Cookie2, Cookie'],
    ['*', '*'],
  ])('makes Vary: %s into %s (row 43)', (before, after) => {
    expect(markPrivate(new Response('', { headers: { vary: before } })).headers.get('vary')).toBe(after)
  })

  it('adds no other header to the app’s own answers (row 45)', () => {
    const { headers } = markPrivate(new Response(null, { status: 204, headers: { 'x-app': 'yes' } }))

    expect([...headers.keys()].toSorted()).toEqual(['cache-control', 'vary', 'x-app'])
  })

  it('marks a redirect whose headers can’t be changed', () => {
    const response = markPrivate(Response.redirect('https://app.example/'))

    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('https://app.example/')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('vary')).toBe('Cookie')
  })

  it('keeps every cookie that the app sets', () => {
    const headers = new Headers()
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')

    expect(markPrivate(new Response('', { headers })).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})
