/** A text that carries a number: one for all numbers, or one for each plural category of its language (CLDR). */
export type CountedText = string | PluralText

/** Texts by plural category, as `Intl.PluralRules` names them. Where a category has none, `other` stands for it. */
export interface PluralText {
  readonly zero?: string
  readonly one?: string
  readonly two?: string
  readonly few?: string
  readonly many?: string
  readonly other: string
}

/** What stands on pages, whatever was sent. */
export interface PageTexts {
  readonly loginTitle: string
  readonly loginButton: string
  readonly usernameLabel: string
  readonly passwordLabel: string
  /** Over the login form for someone who is logged in; `{username}` is replaced. */
  readonly loggedInAs: string
  readonly registerLink: string
  readonly forgotLink: string

  readonly registerTitle: string
  readonly registerButton: string
  readonly newUsernameLabel: string
  readonly emailLabel: string
  readonly confirmPasswordLabel: string
  /** On the page on which a user is created, to the login. */
  readonly haveAccountLink: string

  readonly changePasswordTitle: string
  readonly changePasswordButton: string
  readonly currentPasswordLabel: string
  readonly newPasswordLabel: string
  readonly confirmNewPasswordLabel: string

  /** At the field for a new password; `{minimum}` is replaced by the least number of characters. */
  readonly passwordRules: CountedText

  readonly logoutTitle: string
  readonly logoutButton: string
  readonly logoutQuestion: string
  readonly loggedOut: string
  readonly loginAgainLink: string

  /** In the place of a CAPTCHA where scripts are turned off. */
  readonly captchaNeedsScript: string

  /** The title of a page that only says why it isn't the one asked for. */
  readonly refusedTitle: string
}

/** What is said of a whole request that is refused. */
export interface RefusalTexts {
  readonly loginFailed: string
  readonly notLoggedIn: string
  readonly forbidden: string
  readonly crossSite: string
  readonly readOnly: string
  readonly notFound: string
  readonly methodNotAllowed: string
  readonly requestTooSlow: string
  /** `{maximum}` is replaced by the most that is read, in KiB. */
  readonly bodyTooLarge: CountedText
  readonly unsupportedBody: string
  /** `{minutes}` is replaced by how long to wait, rounded up. */
  readonly tooManyTries: CountedText
  readonly unavailable: string
  /** With 500; `{requestId}` is replaced. */
  readonly unexpected: string

  readonly bodyBrokenOff: string
  readonly bodyNotUtf8: string
  readonly bodyNotJson: string
  readonly bodyNotObject: string
  readonly bodyTooDeep: string
  readonly bodyNotPercentEncoded: string
  readonly bodyNotMultipart: string
  readonly bodyHasFile: string
  readonly bodyFieldTwice: string
  /** Also for a field's name that is too long; `{maximum}` is replaced by the most fields. */
  readonly bodyTooManyFields: CountedText
}

/** What is said of one field of a form. The name of each text is the `code` of a field's error. */
export interface FieldTexts {
  readonly usernameMissing: string
  readonly passwordMissing: string
  readonly newUsernameMissing: string
  readonly emailMissing: string
  readonly newPasswordMissing: string

  /** `{maximum}` is replaced by the most characters. */
  readonly usernameUnfit: CountedText
  readonly usernameTaken: string
  readonly emailUnfit: string
  readonly emailTaken: string

  readonly currentPasswordWrong: string
  /** `{minimum}` is replaced. */
  readonly passwordTooShort: CountedText
  /** `{maximum}` is replaced. */
  readonly passwordTooLong: CountedText
  readonly passwordBroken: string
  readonly passwordMarks: string
  readonly passwordCommon: string
  readonly passwordIsName: string
  readonly passwordUnchanged: string
  readonly passwordsDiffer: string

  /** Of any field: it holds a number, a list or an object. */
  readonly fieldNotText: string
  /** Of a name or a password that can be nobody's; `{maximum}` is replaced by the most bytes of one, characters of the other. */
  readonly fieldTooLong: CountedText
  readonly fieldBroken: string
  readonly fieldMarks: string

  /** Of a form that was sent without the token of its CAPTCHA. */
  readonly captchaMissing: string
  /** Of a form whose CAPTCHA wasn't solved, or took too long. */
  readonly captchaFailed: string

  /** Of a user of another system. */
  readonly usernameUnusable: string
  readonly usernameIsOtherEmail: string
  readonly passwordHashUnknown: string
  /** Of a user who is imported with a hash that the package `@node-rs/bcrypt` reads. */
  readonly passwordHashNeedsBcrypt: string
}

/** The texts that are said, each by its name. */
export interface Sentences extends PageTexts, RefusalTexts, FieldTexts {}

/** Every sentence and label of latchkey's, and the language they are in. */
export interface Texts extends Sentences {
  /** The language of all these texts, as in the `lang` attribute (BCP 47). Numbers and plurals follow it. */
  readonly language: string
  /** The direction of that language's script. */
  readonly direction: 'ltr' | 'rtl'
}

/** The texts of an app: those it replaces. */
export type TextOptions = Partial<Texts>

/** What is put into a text, by the name that stands in braces there. The number of a `CountedText` comes first. */
export type TextValues = Readonly<Record<string, string | number>>
