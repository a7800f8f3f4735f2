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

  readonly registerTitle: string
  readonly registerButton: string
  readonly newUsernameLabel: string
  readonly emailLabel: string
  readonly confirmPasswordLabel: string
  readonly newUsernameMissing: string
  readonly emailMissing: string
  /** On the page on which a user is created, to the login. */
  readonly haveAccountLink: string

  readonly changePasswordTitle: string
  readonly changePasswordButton: string
  readonly currentPasswordLabel: string
  readonly newPasswordLabel: string
  readonly confirmNewPasswordLabel: string
  readonly currentPasswordWrong: string

  /** At the field for a new password; `{minimum}` is replaced by the least number of characters. */
  readonly passwordRules: string
  readonly newPasswordMissing: string
  /** `{minimum}` is replaced. */
  readonly passwordTooShort: string
  readonly passwordTooLong: string
  readonly passwordBroken: string
  readonly passwordMarks: string
  readonly passwordCommon: string
  readonly passwordIsName: string
  readonly passwordUnchanged: string
  readonly passwordsDiffer: string
  readonly usernameUnfit: string
  readonly usernameTaken: string
  readonly emailUnfit: string
  readonly emailTaken: string

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

  registerTitle: 'Create an account',
  registerButton: 'Create account',
  newUsernameLabel: 'Username',
  emailLabel: 'E-mail address',
  confirmPasswordLabel: 'Password again',
  newUsernameMissing: 'Please choose a username.',
  emailMissing: 'Please enter your e-mail address.',
  haveAccountLink: 'Log in instead',

  changePasswordTitle: 'Change password',
  changePasswordButton: 'Change password',
  currentPasswordLabel: 'Current password',
  newPasswordLabel: 'New password',
  confirmNewPasswordLabel: 'New password again',
  currentPasswordWrong: 'This is not your current password.',

  passwordRules: 'At least {minimum} characters. Not a common password, your name or your address.',
  newPasswordMissing: 'Please choose a password.',
  passwordTooShort: 'A password has at least {minimum} characters.',
  passwordTooLong: 'A password has at most 1,024 characters.',
  passwordBroken: 'The password holds broken Unicode.',
  passwordMarks: 'The password has too many combining marks in a row.',
  passwordCommon: 'This password is on a list of common ones. Please choose another.',
  passwordIsName: 'The password must not be your name, your address or the name of this site.',
  passwordUnchanged: 'The new password must differ from the current one.',
  passwordsDiffer: 'The two passwords differ.',
  usernameUnfit:
    'A username has 1 to 64 letters or digits of one alphabet, with single dots, underscores or hyphens between them.',
  usernameTaken: 'This username is taken.',
  emailUnfit: 'This is not an e-mail address.',
  emailTaken: 'This e-mail address is taken.',

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
