import { describe, expect, it } from 'vitest'
import { asksForJson, isBrowser } from '../../src/http/client-kind.ts'

function accepting(accept: string): Request {
  return new Request('http://app.example/', { headers: { accept } })
}

describe('isBrowser', () => {
  it.each([
    'text/html',
    'TEXT/HTML',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json, text/html;q=0.1',
    'text/html ; charset=utf-8',
    'text/html;q=0.001',
    'text/html;seq=0',
  ])('is true for Accept: %s', (accept) => {
    expect(isBrowser(accepting(accept))).toBe(true)
  })

  it.each([
    '*/*',
    'text/*',
    'application/json',
    'text/html;q=0',
    'text/html; q=0.000',
    'text/html;Q=0',
    'text/htmlx',
    'x-text/html',
    'application/xhtml+xml',
    ';;,,=',
    '',
  ])('is false for Accept: %s', (accept) => {
    expect(isBrowser(accepting(accept))).toBe(false)
  })

  it('looks at 2,048 characters, and no more (A4)', () => {
    expect(isBrowser(accepting('x,'.repeat(1_000) + 'text/html'))).toBe(true)
    expect(isBrowser(accepting('x,'.repeat(1_100) + 'text/html'))).toBe(false)
  })

  it('is false without Accept', () => {
    expect(isBrowser(new Request('http://app.example/'))).toBe(false)
  })
})

describe('asksForJson', () => {
  it.each(['application/json', 'Application/JSON', 'text/html, application/json;q=0.5'])('is true for %s', (accept) => {
    expect(asksForJson(accepting(accept))).toBe(true)
  })

  it.each(['*/*', 'application/*', 'application/problem+json', 'application/json;q=0', ''])(
    'is false for %s',
    (accept) => {
      expect(asksForJson(accepting(accept))).toBe(false)
    },
  )
})
