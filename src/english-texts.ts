import type { Texts } from './texts.ts'

/** The texts where the app says nothing else. */
export const englishTexts: Texts = {
  language: 'en',
  direction: 'ltr',

  loginTitle: 'Login',
  loginButton: 'Log in',
  usernameLabel: 'Username or e-mail address',
  passwordLabel: 'Password',
  loggedInAs: 'You are logged in as {username}.',
  registerLink: 'Create an account',
  forgotLink: 'Forgot your password?',

  registerTitle: 'Create an account',
  registerButton: 'Create account',
  newUsernameLabel: 'Username',
  emailLabel: 'E-mail address',
  confirmPasswordLabel: 'Password again',
  haveAccountLink: 'Log in instead',

  changePasswordTitle: 'Change password',
  changePasswordButton: 'Change password',
  currentPasswordLabel: 'Current password',
  newPasswordLabel: 'New password',
  confirmNewPasswordLabel: 'New password again',

  passwordRules: 'At least {minimum} characters. Not a common password, your name or your address.',

  logoutTitle: 'Logout',
  logoutButton: 'Log out',
  logoutQuestion: 'Do you want to log out?',
  loggedOut: 'Successfully logged out',
  loginAgainLink: 'Log in again',

  captchaNeedsScript:
    'This form has to make sure that you are a person. Please turn on JavaScript and reload the page.',

  refusedTitle: 'Sorry',

  loginFailed: 'The username or password is incorrect.',
  notLoggedIn: 'Please log in first.',
  forbidden: 'You may not see this page.',
  crossSite: 'This request came from another site. Open the page here and try again.',
  readOnly: 'This page is for looking at. Nothing can be changed here.',
  notFound: 'There is nothing at this address.',
  methodNotAllowed: 'This address answers GET, HEAD and POST.',
  requestTooSlow: 'The request took too long to arrive.',
  bodyTooLarge: 'The request body is too large.',
  unsupportedBody:
    'Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data, in UTF-8.',
  tooManyTries: 'Too many tries. Please wait a while and try again.',
  unavailable: 'The service is busy. Please try again in a moment.',
  unexpected: 'Something went wrong. The error is logged as {requestId}.',

  bodyBrokenOff: 'The body broke off.',
  bodyNotUtf8: 'The body is not valid UTF-8.',
  bodyNotJson: 'The body is not valid JSON.',
  bodyNotObject: 'The JSON body must be an object.',
  bodyTooDeep: 'The JSON body is nested too deeply.',
  bodyNotPercentEncoded: 'The form is not percent-encoded UTF-8.',
  bodyNotMultipart: 'The body is not a valid multipart form.',
  bodyHasFile: 'This form takes no files.',
  bodyFieldTwice: 'The form has a field twice.',
  bodyTooManyFields: 'The form has too many fields, or a field name that is too long.',

  usernameMissing: 'Please enter your username or e-mail address.',
  passwordMissing: 'Please enter your password.',
  newUsernameMissing: 'Please choose a username.',
  emailMissing: 'Please enter your e-mail address.',
  newPasswordMissing: 'Please choose a password.',

  usernameUnfit:
    'A username has 1 to {maximum} letters or digits of one alphabet, with single dots, underscores or hyphens between them.',
  usernameTaken: 'This username is taken.',
  emailUnfit: 'This is not an e-mail address.',
  emailTaken: 'This e-mail address is taken.',

  currentPasswordWrong: 'This is not your current password.',
  passwordTooShort: 'A password has at least {minimum} characters.',
  passwordTooLong: 'A password has at most {maximum} characters.',
  passwordBroken: 'The password holds broken Unicode.',
  passwordMarks: 'The password has too many combining marks in a row.',
  passwordCommon: 'This password is on a list of common ones. Please choose another.',
  passwordIsName: 'The password must not be your name, your address or the name of this site.',
  passwordUnchanged: 'The new password must differ from the current one.',
  passwordsDiffer: 'The two passwords differ.',

  fieldNotText: 'This field must be text.',
  fieldTooLong: 'This is too long.',
  fieldBroken: 'This field holds broken Unicode.',
  fieldMarks: 'This has too many combining marks in a row.',

  captchaMissing: 'Please confirm that you are a person.',
  captchaFailed: 'That you are a person could not be confirmed. Please try again.',

  usernameUnusable: 'Nobody can log in with this username.',
  usernameIsOtherEmail: "A username with an @ must be the user's e-mail address, too.",
  passwordHashUnknown:
    'This is of no known form: argon2, bcrypt, PBKDF2, scrypt and phpass are, as docs/importing-users.md lists them.',
  passwordHashNeedsBcrypt: 'bcrypt needs a package: npm install @node-rs/bcrypt',
}
