import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { checkLinks } from '../../src/pages/links.ts'

describe('checkLinks', () => {
  it('accepts paths and web addresses', () => {
    expect(() =>
      checkLinks({ login: '/login/', register: '../register?x=1', forgot: 'https://a.example/' }),
    ).not.toThrow()
  })

  it.each([
    { login: 'javascript:alert(1)' },
    { logout: ' JavaScript:1' },
    { forgot: 'data:text/html,x' },
    { login: 'http://[' },
  ])('refuses %j (row 33)', (links) => {
    expect(() => checkLinks(links)).toThrow(ConfigError)
  })

  it('names the links it knows', () => {
    expect(() => checkLinks(JSON.parse('{ "signup": "/" }'))).toThrow(
      'links has no signup. It knows login, logout, register, forgot.',
    )
  })
})
