import { describe, expect, it } from 'vitest'
import type { Links } from '../../src/pages/links.ts'
import type { LogoutPageValues } from '../../src/pages/logout-page.ts'
import { all, parseErrors } from './dom.ts'
import { logoutRenderer, logoutValues } from './rendering.ts'

async function render(values: Partial<LogoutPageValues> = {}, links: Links = {}): Promise<string> {
  return (await logoutRenderer({}, { links })({ ...logoutValues, ...values })).html
}

describe('logoutPage', () => {
  it('asks, with one button', async () => {
    const page = await render({ loggedInAs: 'ann' })

    expect(all(page, 'p').map(({ text }) => text)).toEqual(['You are logged in as ann.', 'Do you want to log out?'])
    expect(all(page, 'form').map(({ attributes }) => attributes)).toEqual([{ method: 'post' }])
    expect(all(page, 'button').map(({ text }) => text)).toEqual(['Log out'])
    expect(parseErrors(page)).toEqual([])
  })

  it('shows the form to someone who is not logged in too (row 18)', async () => {
    expect(all(await render(), 'form')).toHaveLength(1)
  })

  it('says that it is done, and links to the login where that is set', async () => {
    const page = await render({ loggedOut: true }, { login: '/login/' })

    expect([...all(page, 'title'), ...all(page, 'h1')].map(({ text }) => text)).toEqual([
      'Successfully logged out',
      'Successfully logged out',
    ])
    expect(all(page, 'a')).toEqual([{ name: 'a', attributes: { href: '/login/' }, text: 'Log in again' }])
    expect(all(page, 'form')).toEqual([])
  })

  it('links nowhere when there is no login link', async () => {
    expect(all(await render({ loggedOut: true }), 'a')).toEqual([])
  })

  it('says what went wrong, fields included', async () => {
    const page = await render({ error: 'This came from another site.', fieldErrors: { format: '<Odd>.' } })

    expect(all(page, 'div').map(({ attributes }) => attributes)).toEqual([
      { class: 'alert', id: 'error', role: 'alert' },
    ])
    expect(all(page, 'p').map(({ text }) => text)).toEqual([
      'This came from another site.',
      '<Odd>.',
      'Do you want to log out?',
    ])
  })
})
