import { describe, expect, it } from 'vitest'
import type { LoginPageValues } from '../../src/pages/login-page.ts'
import type { Links } from '../../src/pages/links.ts'
import { englishTexts } from '../../src/english-texts.ts'
import type { TextOptions } from '../../src/texts.ts'
import { all, elementsOf, fieldNamed, parseErrors } from './dom.ts'
import { loginRenderer, loginValues } from './rendering.ts'

async function render(
  values: Partial<LoginPageValues> = {},
  links: Links = {},
  texts: TextOptions = {},
): Promise<string> {
  const renderer = loginRenderer({}, { links, texts: { ...englishTexts, ...texts } })
  return (await renderer({ ...loginValues, ...values })).html
}

const payloads = ['"><svg onload=1>', "'", '`', '</title>', '</style>', 'javascript:1', 'a\u2028b', '$& $1']

describe('loginPage', () => {
  it('asks for a username and a password, as password managers know them (row 63)', async () => {
    const page = await render()

    expect(fieldNamed(page, 'username')).toEqual({
      id: 'username',
      name: 'username',
      type: 'text',
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      required: '',
      autofocus: '',
    })
    expect(fieldNamed(page, 'password')).toMatchObject({
      type: 'password',
      autocomplete: 'current-password',
      required: '',
    })
  })

  it('labels each field', async () => {
    const labels = all(await render(), 'label').map(({ attributes, text }) => [attributes['for'], text])

    expect(labels).toEqual([
      ['username', 'Username or e-mail address'],
      ['password', 'Password'],
    ])
  })

  it('posts to its own address', async () => {
    expect(all(await render(), 'form').map(({ attributes }) => attributes)).toEqual([{ method: 'post' }])
  })

  it('has no parse error, no script and no address of another file', async () => {
    const page = await render({ error: 'No.', fieldErrors: { username: 'Bad.' }, next: '/', loggedInAs: 'ann' })

    expect(parseErrors(page)).toEqual([])
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|\bon[a-z]+=|javascript:/)
  })

  it('keeps the username, but no password', async () => {
    const page = await render({ username: 'ann' })

    expect(fieldNamed(page, 'username')['value']).toBe('ann')
    expect(fieldNamed(page, 'password')).not.toHaveProperty('value')
  })

  it('says over the form what went wrong, and ties it to the field in focus', async () => {
    const page = await render({ error: 'The password is wrong.', username: 'ann' })

    expect(elementsOf(page)).toContainEqual({
      name: 'div',
      attributes: { class: 'alert', id: 'error', role: 'alert' },
      text: 'The password is wrong.',
    })
    expect(fieldNamed(page, 'password')).toMatchObject({ autofocus: '', 'aria-describedby': 'error' })
    expect(fieldNamed(page, 'username')).not.toHaveProperty('autofocus')
  })

  it('shows no alert when nothing went wrong', async () => {
    expect(await render()).not.toContain('role="alert"')
  })

  it.each(['username', 'password'])('ties what is wrong with the %s to it, and starts there', async (name) => {
    const page = await render({
      fieldErrors: { [name]: 'Please enter it.' },
      username: name === 'username' ? '' : 'ann',
    })

    expect(elementsOf(page)).toContainEqual({
      name: 'p',
      attributes: { class: 'field-error', id: `${name}-error` },
      text: 'Please enter it.',
    })
    expect(fieldNamed(page, name)).toMatchObject({
      'aria-invalid': 'true',
      'aria-describedby': `${name}-error`,
      autofocus: '',
    })
    expect(all(page, 'input').filter(({ attributes }) => 'autofocus' in attributes)).toHaveLength(1)
  })

  it('shows over the form what is wrong with a field it does not have', async () => {
    const page = await render({ fieldErrors: { next: 'This is too long.' } })

    expect(elementsOf(page)).toContainEqual({
      name: 'div',
      attributes: { class: 'alert', id: 'error', role: 'alert' },
      text: 'This is too long.',
    })
  })

  it('carries where to go next', async () => {
    expect(fieldNamed(await render({ next: '/a?b=c&d="e"' }), 'next')).toEqual({
      type: 'hidden',
      name: 'next',
      value: '/a?b=c&d="e"',
    })
  })

  it('carries no next when there is none', async () => {
    expect(await render()).not.toContain('name="next"')
  })

  it('says who is logged in, and links to the logout', async () => {
    const page = await render({ loggedInAs: 'ann' }, { logout: '/logout/' })

    expect(all(page, 'p').map(({ text }) => text)).toEqual(['You are logged in as ann. Log out'])
    expect(all(page, 'a')).toEqual([{ name: 'a', attributes: { href: '/logout/' }, text: 'Log out' }])
  })

  it('links to where an account is made and a password is asked for, where set', async () => {
    const links = all(await render({}, { register: '/register/', forgot: '/forgot/' }), 'a')

    expect(links.map(({ attributes, text }) => [attributes['href'], text])).toEqual([
      ['/forgot/', 'Forgot your password?'],
      ['/register/', 'Create an account'],
    ])
  })

  it('has no links where none is set', async () => {
    expect(all(await render({ loggedInAs: 'ann' }), 'a')).toEqual([])
  })

  it('speaks the language of its texts', async () => {
    const page = await render({}, {}, { language: 'ar', direction: 'rtl', loginTitle: 'تسجيل الدخول' })

    expect(all(page, 'html')[0]?.attributes).toEqual({ lang: 'ar', dir: 'rtl' })
    expect([...all(page, 'title'), ...all(page, 'h1')].map(({ text }) => text)).toEqual([
      'تسجيل الدخول',
      'تسجيل الدخول',
    ])
  })

  it.each(payloads)('shows %j as what it is, wherever it stands (row 33)', async (payload) => {
    const texts = { loginTitle: payload, usernameLabel: payload, loginButton: payload, loggedInAs: '{username}' }
    const values = { error: payload, username: payload, next: payload, loggedInAs: payload }
    const page = await render({ ...values, fieldErrors: { username: payload } }, {}, texts)

    expect(fieldNamed(page, 'username')['value']).toBe(payload)
    expect(fieldNamed(page, 'next')['value']).toBe(payload)
    expect(['title', 'h1', 'label', 'button', 'p'].map((name) => all(page, name)[0]?.text)).toEqual(
      Array.from({ length: 5 }, () => payload),
    )
    expect(all(page, 'p').map(({ text }) => text)).toEqual([payload, payload, payload])
    expect(all(page, 'svg')).toEqual([])
  })
})
