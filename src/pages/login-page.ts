import type { Texts } from '../texts.ts'
import { type Field, formFields } from './field.ts'
import { html, trustedHtml, type Html } from './html.ts'
import { errorsOverForm, page, type BuiltInPage, type PageContext, type PageErrors } from './page.ts'

/** What a login page shows this time. */
export interface LoginPageValues extends PageErrors {
  /** The username that was sent, to be shown again; empty at first. */
  readonly username: string
  /** Where to go after the login, for a hidden field; `null` for the usual place. */
  readonly next: string | null
  /** The CAPTCHA's HTML, safe as it is, for inside the form; empty when the template brings it; `null` for none. */
  readonly captcha: string | null
  /** The name of the user who is logged in already; `null` when nobody is. */
  readonly loggedInAs: string | null
}

/** What a template for the login page gets. */
export interface LoginPageContext extends LoginPageValues, PageContext {}

const plain: LoginPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  next: null,
  captcha: null,
  loggedInAs: null,
}

/** The page on which a user logs in. */
export const loginPage: BuiltInPage<LoginPageValues> = {
  render: renderLoginPage,
  samples: [
    plain,
    { ...plain, error: 'Error.', username: 'ann' },
    { ...plain, fieldErrors: { username: 'Error.', password: 'Error.' } },
    { ...plain, fieldErrors: { other: 'Error.' } },
    { ...plain, next: '/', loggedInAs: 'ann' },
    { ...plain, captcha: '<div></div>' },
  ],
}

/** The sentence that says who is logged in. */
export function loggedInSentence(texts: Texts, username: string): string {
  return texts.loggedInAs.replaceAll('{username}', () => username)
}

function renderLoginPage(context: LoginPageContext): Html {
  const { next, captcha, texts } = context
  const fields = fieldsOf(context)
  const errors = errorsOverForm(context, fields)
  const content = html`${loggedInNote(context)}
    <form method="post">
      ${next === null ? null : html`<input type="hidden" name="next" value="${next}" />`}
      ${formFields(fields, context, errors)}
      ${captcha === null ? null : trustedHtml(captcha)}
      <button type="submit">${texts.loginButton}</button>
    </form>
    ${furtherLinks(context)}`
  return page(context, { title: texts.loginTitle, errors, content })
}

function fieldsOf({ username, texts }: LoginPageContext): Field[] {
  return [
    { name: 'username', label: texts.usernameLabel, type: 'text', autocomplete: 'username', value: username },
    { name: 'password', label: texts.passwordLabel, type: 'password', autocomplete: 'current-password' },
  ]
}

function loggedInNote({ loggedInAs, links, texts }: LoginPageContext): Html | null {
  if (loggedInAs === null) return null
  const logout = links.logout === undefined ? null : html` <a href="${links.logout}">${texts.logoutButton}</a>`
  return html`<p>${loggedInSentence(texts, loggedInAs)}${logout}</p>`
}

function furtherLinks({ links, texts }: LoginPageContext): Html | null {
  if (links.forgot === undefined && links.register === undefined) return null
  return html`<p class="links">
    ${links.forgot === undefined ? null : html`<a href="${links.forgot}">${texts.forgotLink}</a>`}
    ${links.register === undefined ? null : html`<a href="${links.register}">${texts.registerLink}</a>`}
  </p>`
}
