import { say } from '../say.ts'
import type { Texts } from '../texts.ts'
import { currentPassword } from './field.ts'
import { type BuiltInPage, linkTo, type PageContext, type PageErrors } from './page.ts'

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
  content: ({ username, next, captcha, loggedInAs, links, texts }) => ({
    title: texts.loginTitle,
    sentences: [
      loggedInAs === null
        ? null
        : { text: loggedInSentence(texts, loggedInAs), link: linkTo(links.logout, texts.logoutButton) },
    ],
    form: {
      hidden: next === null ? null : { name: 'next', value: next },
      fields: [
        { name: 'username', label: texts.usernameLabel, type: 'text', autocomplete: 'username', value: username },
        { ...currentPassword, name: 'password', label: texts.passwordLabel },
      ],
      widget: captcha,
      button: texts.loginButton,
    },
    links: [linkTo(links.forgot, texts.forgotLink), linkTo(links.register, texts.registerLink)],
  }),
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
  return say(texts, 'loggedInAs', { username })
}
