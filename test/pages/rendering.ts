import {
  changePasswordPage,
  type ChangePasswordPageContext,
  type ChangePasswordPageValues,
} from '../../src/pages/change-password-page.ts'
import { loginPage, type LoginPageContext, type LoginPageValues } from '../../src/pages/login-page.ts'
import { logoutPage, type LogoutPageContext, type LogoutPageValues } from '../../src/pages/logout-page.ts'
import { createPageRenderer, type PageOptions, type PageRenderer } from '../../src/pages/page-renderer.ts'
import type { PageContext } from '../../src/pages/page.ts'
import { registerPage, type RegisterPageContext, type RegisterPageValues } from '../../src/pages/register-page.ts'
import { englishTexts } from '../../src/english-texts.ts'

/** A login page before anything was sent. */
export const loginValues: LoginPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  next: null,
  captcha: null,
  loggedInAs: null,
}

/** A logout page that asks. */
export const logoutValues: LogoutPageValues = { error: null, fieldErrors: {}, loggedInAs: null, loggedOut: false }

/** A page for registering before anything was sent. */
export const registerValues: RegisterPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  email: '',
  passwordRules: 'At least 8 characters.',
  captcha: null,
}

/** A page for changing a password before anything was sent. */
export const changePasswordValues: ChangePasswordPageValues = {
  error: null,
  fieldErrors: {},
  username: 'ann',
  passwordRules: 'At least 8 characters.',
}

type Setting = Partial<Pick<PageContext, 'texts' | 'links'>>

export function loginRenderer(
  options: PageOptions<LoginPageContext> = {},
  setting: Setting = {},
): PageRenderer<LoginPageValues> {
  return createPageRenderer(loginPage, options, { texts: englishTexts, links: {}, ...setting })
}

export function logoutRenderer(
  options: PageOptions<LogoutPageContext> = {},
  setting: Setting = {},
): PageRenderer<LogoutPageValues> {
  return createPageRenderer(logoutPage, options, { texts: englishTexts, links: {}, ...setting })
}

export function registerRenderer(
  options: PageOptions<RegisterPageContext> = {},
  setting: Setting = {},
): PageRenderer<RegisterPageValues> {
  return createPageRenderer(registerPage, options, { texts: englishTexts, links: {}, ...setting })
}

export function changePasswordRenderer(
  options: PageOptions<ChangePasswordPageContext> = {},
  setting: Setting = {},
): PageRenderer<ChangePasswordPageValues> {
  return createPageRenderer(changePasswordPage, options, { texts: englishTexts, links: {}, ...setting })
}
