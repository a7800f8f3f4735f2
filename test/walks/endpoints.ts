import { type LoginApp, type LoginAppOptions, browserHeaders, password, startLoginApp } from '../endpoints/login-app.ts'

type Fields = Readonly<Record<string, string>>

/** A function of the package that makes a page with a form, and how it is reached in a `LoginApp`. */
export interface Endpoint {
  readonly path: string
  /** Under which name a `LoginApp` takes its options. */
  readonly option: 'login' | 'logout' | 'register' | 'changePassword'
  /** Whether it is asked with a session. */
  readonly withSession: boolean
  /** The form that it takes. */
  readonly right: Fields
}

export const endpoints: Readonly<Record<string, Endpoint>> = {
  'latchkey sessionLogin': {
    path: '/login/',
    option: 'login',
    withSession: false,
    right: { username: 'ann', password },
  },
  'latchkey sessionLogout': { path: '/logout/', option: 'logout', withSession: true, right: {} },
  'latchkey register': {
    path: '/register/',
    option: 'register',
    withSession: false,
    right: { username: 'bob', email: 'bob@example.org', password, confirm_password: password },
  },
  'latchkey changePassword': {
    path: '/change-password/',
    option: 'changePassword',
    withSession: true,
    right: { current_password: password, new_password: `new ${password}`, confirm_new_password: `new ${password}` },
  },
}

export type ClientName = 'a browser' | 'a program' | 'a program that asks for JSON'

export const clients: Readonly<Record<ClientName, Fields>> = {
  'a browser': browserHeaders,
  'a program': { accept: '*/*' },
  'a program that asks for JSON': { accept: 'application/json' },
}

export const home = 'https://app.example'

/** Starts an app at an https origin, whose endpoint redirects. */
export function startEndpointApp({ option }: Endpoint, options: LoginAppOptions = {}): Promise<LoginApp> {
  return startLoginApp({
    ...options,
    auth: { origin: home, ...options.auth },
    [option]: { redirectTo: '/private/', ...options[option] },
  })
}

/** A body as a form sends it, and its type. */
export function form(fields: Fields): { method: 'POST'; body: URLSearchParams } {
  return { method: 'POST', body: new URLSearchParams(fields) }
}
