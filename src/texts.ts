/** Every sentence and label on latchkey's pages, and the language they are in. */
export interface Texts {
  /** The language of all these texts, as in the `lang` attribute (BCP 47). */
  readonly language: string
  /** The direction of that language's script. */
  readonly direction: 'ltr' | 'rtl'

  readonly loginTitle: string
  readonly loginButton: string
  readonly usernameLabel: string
  readonly passwordLabel: string
  readonly usernameMissing: string
  readonly passwordMissing: string
  /** Over the login form for someone who is logged in; `{username}` is replaced. */
  readonly loggedInAs: string
  readonly registerLink: string
  readonly forgotLink: string

  readonly logoutTitle: string
  readonly logoutButton: string
  readonly logoutQuestion: string
  readonly loggedOut: string
  readonly loginAgainLink: string

  /** Over a form that was sent without the token of its CAPTCHA. */
  readonly captchaMissing: string
  /** Over a form whose CAPTCHA wasn't solved, or took too long. */
  readonly captchaFailed: string
  /** In the place of a CAPTCHA where scripts are turned off. */
  readonly captchaNeedsScript: string

  /** The title of a page that only says why it isn't the one asked for. */
  readonly refusedTitle: string
  /** Sentences that replace an error's own, by its `code`. */
  readonly errors: Readonly<Record<string, string>>
}

/** The texts of an app: those it replaces. */
export type TextOptions = Partial<Texts>

/** The texts where the app says nothing else. */
export const englishTexts: Texts = {
  language: 'en',
  direction: 'ltr',

  loginTitle: 'Login',
  loginButton: 'Log in',
  usernameLabel: 'Username or e-mail address',
  passwordLabel: 'Password',
  usernameMissing: 'Please enter your username or e-mail address.',
  passwordMissing: 'Please enter your password.',
  loggedInAs: 'You are logged in as {username}.',
  registerLink: 'Create an account',
  forgotLink: 'Forgot your password?',

  logoutTitle: 'Logout',
  logoutButton: 'Log out',
  logoutQuestion: 'Do you want to log out?',
  loggedOut: 'Successfully logged out',
  loginAgainLink: 'Log in again',

  captchaMissing: 'Please confirm that you are a person.',
  captchaFailed: 'That you are a person could not be confirmed. Please try again.',
  captchaNeedsScript:
    'This form has to make sure that you are a person. Please turn on JavaScript and reload the page.',

  refusedTitle: 'Sorry',
  errors: {},
}
