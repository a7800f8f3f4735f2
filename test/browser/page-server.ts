import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { changePasswordPage, type ChangePasswordPageValues } from '../../src/pages/change-password-page.ts'
import { loginPage, type LoginPageValues } from '../../src/pages/login-page.ts'
import { logoutPage, type LogoutPageValues } from '../../src/pages/logout-page.ts'
import { createPageRenderer, type RenderedPage } from '../../src/pages/page-renderer.ts'
import { registerPage, type RegisterPageValues } from '../../src/pages/register-page.ts'
import { createRefusalPage } from '../../src/pages/refusal-page.ts'
import { englishTexts } from '../../src/english-texts.ts'
import { say } from '../../src/say.ts'

const links = { login: '/login', logout: '/logout', register: '/register', forgot: '/forgot' }
const setting = { texts: englishTexts, links }
const loginWith = createPageRenderer(loginPage, {}, setting)
const logoutWith = createPageRenderer(logoutPage, {}, setting)
const registerWith = createPageRenderer(registerPage, {}, setting)
const changePasswordWith = createPageRenderer(changePasswordPage, {}, setting)
const refusal = createRefusalPage(englishTexts)

const loginValues: LoginPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  next: null,
  captcha: null,
  loggedInAs: null,
}
const logoutValues: LogoutPageValues = { error: null, fieldErrors: {}, loggedInAs: 'ann', loggedOut: false }

const passwordRules = say(englishTexts, 'passwordRules', { minimum: 8 })
const registerValues: RegisterPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  email: '',
  passwordRules,
  captcha: null,
}
const changePasswordValues: ChangePasswordPageValues = { error: null, fieldErrors: {}, username: 'ann', passwordRules }

function login(values: Partial<LoginPageValues> = {}): Promise<RenderedPage> {
  return loginWith({ ...loginValues, ...values })
}

function logout(values: Partial<LogoutPageValues> = {}): Promise<RenderedPage> {
  return logoutWith({ ...logoutValues, ...values })
}

function register(values: Partial<RegisterPageValues> = {}): Promise<RenderedPage> {
  return registerWith({ ...registerValues, ...values })
}

function changePassword(values: Partial<ChangePasswordPageValues> = {}): Promise<RenderedPage> {
  return changePasswordWith({ ...changePasswordValues, ...values })
}

/** Every state of every page, by its path. */
export const pages: Readonly<Record<string, () => RenderedPage | Promise<RenderedPage>>> = {
  '/login': () => login(),
  '/login-error': () => login({ error: 'The username or password is incorrect.', username: 'ann' }),
  '/login-field-errors': () =>
    login({
      fieldErrors: {
        username: englishTexts.usernameMissing,
        password: englishTexts.passwordMissing,
      },
    }),
  '/login-password-error': () => login({ fieldErrors: { password: englishTexts.passwordMissing }, username: 'ann' }),
  '/login-logged-in': () => login({ loggedInAs: 'ann', next: '/private/' }),
  '/login-long-name': () => login({ loggedInAs: 'a'.repeat(64), username: 'b'.repeat(254) }),
  '/logout': () => logout(),
  '/logout-error': () => logout({ error: 'This request came from another site. Open the page here and try again.' }),
  '/logged-out': () => logout({ loggedInAs: null, loggedOut: true }),
  '/register': () => register(),
  '/register-error': () => register({ error: 'Too many tries.', username: 'ann', email: 'ann@example.org' }),
  '/register-field-errors': () =>
    register({
      username: 'ann',
      email: 'b'.repeat(254),
      fieldErrors: {
        username: englishTexts.usernameTaken,
        email: englishTexts.emailUnfit,
        password: englishTexts.passwordCommon,
        confirm_password: englishTexts.passwordsDiffer,
      },
    }),
  '/change-password': () => changePassword(),
  '/change-password-error': () => changePassword({ error: 'Too many tries.', username: 'a'.repeat(64) }),
  '/change-password-field-errors': () =>
    changePassword({
      fieldErrors: {
        current_password: englishTexts.currentPasswordWrong,
        new_password: englishTexts.passwordUnchanged,
        confirm_new_password: englishTexts.passwordsDiffer,
      },
    }),
  '/refusal': () => refusal('You may not see this page.'),
}

/** A server of all these pages, each with its policy. What is posted comes back as plain text, with the address. */
export interface PageServer {
  readonly origin: string
  readonly close: () => void
}

export async function servePages(): Promise<PageServer> {
  const server = createServer((request, response) => void answer(request, response))
  return { origin: await listen(server), close: () => server.close() }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const body = (await request.toArray()).join('')
    response.setHeader('Content-Type', 'text/plain').end(`${request.url} ${body}`)
    return
  }
  const render = pages[new URL(request.url ?? '/', 'http://localhost').pathname]
  if (render === undefined) {
    response.writeHead(204).end()
    return
  }
  const { html, csp } = await render()
  response.setHeader('Content-Type', 'text/html; charset=utf-8').setHeader('Content-Security-Policy', csp).end(html)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
