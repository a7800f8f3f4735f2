import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ChangePasswordPageValues } from '../../src/pages/change-password-page.ts'
import type { LoginPageValues } from '../../src/pages/login-page.ts'
import type { LogoutPageValues } from '../../src/pages/logout-page.ts'
import type { RegisterPageValues } from '../../src/pages/register-page.ts'
import { englishTexts } from '../../src/english-texts.ts'
import { outline } from './dom.ts'
import {
  changePasswordRenderer,
  changePasswordValues,
  loginRenderer,
  loginValues,
  logoutRenderer,
  logoutValues,
  registerRenderer,
  registerValues,
} from './rendering.ts'

const links = { login: '/login/', logout: '/logout/', register: '/r?a=b&c="d"', forgot: 'https://a.example/forgot' }
const odd = {
  ...englishTexts,
  language: 'ar',
  direction: 'rtl',
  loginTitle: '</title><b>',
  loggedInAs: '<{username}>',
} as const
const evil = '"><svg onload=1>\'`{{ 1 }}{% raw %} $&'

function shipped(name: string): string {
  return fileURLToPath(new URL(`../../templates/${name}`, import.meta.url))
}

// latchkey's own pages carry no nonce: their stylesheet is allowed by its hash.
function withoutNonce(html: string): string {
  return html.replace(/(?<=<style) nonce="[^"]+"/, '')
}

const settings = [{}, { links }, { links: { register: '/r' } }, { links, texts: odd }]

describe.each(settings)('templates/session_login.html with %j', (setting) => {
  const template = loginRenderer(
    { templatePath: shipped('session_login.html'), styles: { linkColor: 'teal' } },
    setting,
  )
  const builtIn = loginRenderer({ styles: { linkColor: 'teal' } }, setting)

  it.each<Partial<LoginPageValues>>([
    {},
    { error: 'Wrong.' },
    { error: 'Wrong.', username: 'ann' },
    { fieldErrors: { username: 'Missing.' } },
    { fieldErrors: { password: 'Missing.' }, username: 'ann' },
    { fieldErrors: { password: 'Missing.' } },
    { fieldErrors: { username: 'Missing.', password: 'Missing.' }, error: 'Wrong.' },
    { fieldErrors: { next: 'Odd.', username: 'Missing.' } },
    { fieldErrors: { next: 'Odd.' }, username: 'ann' },
    { next: '/private/?a=b&c=d' },
    { loggedInAs: 'ann' },
    { captcha: '<div class="captcha"><p>A widget &amp; its label</p></div>' },
    { error: evil, fieldErrors: { username: evil, other: evil }, username: evil, next: evil, loggedInAs: evil },
  ])('makes the same document as the built-in page for %j (row 33)', async (values) => {
    const context = { ...loginValues, ...values }
    const [fromTemplate, fromPage] = await Promise.all([template(context), builtIn(context)])

    expect(outline(withoutNonce(fromTemplate.html))).toEqual(outline(fromPage.html))
  })
})

describe.each(settings)('templates/session_logout.html with %j', (setting) => {
  const template = logoutRenderer({ templatePath: shipped('session_logout.html') }, setting)
  const builtIn = logoutRenderer({}, setting)

  it.each<Partial<LogoutPageValues>>([
    {},
    { loggedInAs: evil },
    { error: evil, loggedInAs: 'ann' },
    { error: 'Wrong.', fieldErrors: { other: evil } },
    { loggedOut: true },
  ])('makes the same document as the built-in page for %j (row 33)', async (values) => {
    const context = { ...logoutValues, ...values }
    const [fromTemplate, fromPage] = await Promise.all([template(context), builtIn(context)])

    expect(outline(withoutNonce(fromTemplate.html))).toEqual(outline(fromPage.html))
  })
})

describe.each(settings)('templates/register.html with %j', (setting) => {
  const template = registerRenderer({ templatePath: shipped('register.html') }, setting)
  const builtIn = registerRenderer({}, setting)

  it.each<Partial<RegisterPageValues>>([
    {},
    { error: 'Wrong.' },
    { error: 'Wrong.', username: 'ann' },
    { error: 'Wrong.', username: 'ann', email: 'ann@example.org' },
    { fieldErrors: { username: 'Taken.' }, username: 'ann' },
    { fieldErrors: { email: 'Taken.', password: 'Short.' }, username: 'ann', email: 'ann' },
    { fieldErrors: { confirm_password: 'Differs.' } },
    { fieldErrors: { confirm_password: 'Differs.', captcha: 'Odd.' }, error: 'Wrong.' },
    { captcha: '<div class="captcha"><p>A widget &amp; its label</p></div>' },
    { error: evil, fieldErrors: { username: evil, other: evil }, username: evil, email: evil, passwordRules: evil },
  ])('makes the same document as the built-in page for %j (row 33)', async (values) => {
    const context = { ...registerValues, ...values }
    const [fromTemplate, fromPage] = await Promise.all([template(context), builtIn(context)])

    expect(outline(withoutNonce(fromTemplate.html))).toEqual(outline(fromPage.html))
  })
})

describe.each(settings)('templates/change_password.html with %j', (setting) => {
  const template = changePasswordRenderer({ templatePath: shipped('change_password.html') }, setting)
  const builtIn = changePasswordRenderer({}, setting)

  it.each<Partial<ChangePasswordPageValues>>([
    {},
    { error: 'Wrong.' },
    { fieldErrors: { current_password: 'Wrong.' } },
    { fieldErrors: { new_password: 'Short.', confirm_new_password: 'Differs.' } },
    { fieldErrors: { confirm_new_password: 'Differs.', other: 'Odd.' }, error: 'Wrong.' },
    { error: evil, fieldErrors: { new_password: evil, other: evil }, username: evil, passwordRules: evil },
  ])('makes the same document as the built-in page for %j (row 33)', async (values) => {
    const context = { ...changePasswordValues, ...values }
    const [fromTemplate, fromPage] = await Promise.all([template(context), builtIn(context)])

    expect(outline(withoutNonce(fromTemplate.html))).toEqual(outline(fromPage.html))
  })
})
