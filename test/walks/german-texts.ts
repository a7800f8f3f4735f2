import type { Texts } from '../../src/index.ts'

/** Every text in German, each of them another. */
export const germanTexts: Texts = {
  language: 'de',
  direction: 'ltr',

  loginTitle: 'Anmeldung',
  loginButton: 'Anmelden',
  usernameLabel: 'Benutzername oder E-Mail-Adresse',
  passwordLabel: 'Passwort',
  loggedInAs: 'Sie sind als {username} angemeldet.',
  registerLink: 'Noch kein Benutzerkonto?',
  forgotLink: 'Passwort vergessen?',

  registerTitle: 'Benutzerkonto anlegen',
  registerButton: 'Konto anlegen',
  newUsernameLabel: 'Benutzername',
  emailLabel: 'E-Mail-Adresse',
  confirmPasswordLabel: 'Passwort wiederholen',
  haveAccountLink: 'Stattdessen anmelden',

  changePasswordTitle: 'Passwort ändern',
  changePasswordButton: 'Neues Passwort speichern',
  currentPasswordLabel: 'Bisheriges Passwort',
  newPasswordLabel: 'Neues Passwort',
  confirmNewPasswordLabel: 'Neues Passwort wiederholen',

  passwordRules: {
    one: 'Mindestens ein Zeichen.',
    other: 'Mindestens {minimum} Zeichen. Kein verbreitetes Passwort, nicht Ihr Name und nicht Ihre Adresse.',
  },

  logoutTitle: 'Abmeldung',
  logoutButton: 'Abmelden',
  logoutQuestion: 'Möchten Sie sich abmelden?',
  loggedOut: 'Sie sind abgemeldet',
  loginAgainLink: 'Wieder anmelden',

  captchaNeedsScript:
    'Dieses Formular muss sicherstellen, dass Sie ein Mensch sind. Bitte schalten Sie JavaScript ein und laden Sie die Seite neu.',

  refusedTitle: 'Das geht leider nicht',

  loginFailed: 'Der Benutzername oder das Passwort ist falsch.',
  notLoggedIn: 'Bitte melden Sie sich zuerst an.',
  forbidden: 'Sie dürfen diese Seite nicht sehen.',
  crossSite: 'Diese Anfrage kam von einer anderen Website. Öffnen Sie die Seite hier und versuchen Sie es noch einmal.',
  readOnly: 'Diese Seite ist nur zum Ansehen da. Hier lässt sich nichts ändern.',
  notFound: 'Unter dieser Adresse gibt es nichts.',
  methodNotAllowed: 'Diese Adresse beantwortet GET, HEAD und POST.',
  requestTooSlow: 'Die Anfrage kam zu langsam an.',
  bodyTooLarge: 'Der Inhalt der Anfrage ist größer als {maximum} KiB.',
  unsupportedBody:
    'Senden Sie den Inhalt als application/json, application/x-www-form-urlencoded oder multipart/form-data, in UTF-8.',
  tooManyTries: {
    one: 'Zu viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.',
    other: 'Zu viele Versuche. Bitte warten Sie {minutes} Minuten und versuchen Sie es dann noch einmal.',
  },
  unavailable: 'Der Dienst ist ausgelastet. Bitte versuchen Sie es gleich noch einmal.',
  unexpected: 'Etwas ist schiefgegangen. Der Fehler steht als {requestId} im Protokoll.',

  bodyBrokenOff: 'Der Inhalt der Anfrage brach ab.',
  bodyNotUtf8: 'Der Inhalt ist kein gültiges UTF-8.',
  bodyNotJson: 'Der Inhalt ist kein gültiges JSON.',
  bodyNotObject: 'Der JSON-Inhalt muss ein Objekt sein.',
  bodyTooDeep: 'Der JSON-Inhalt ist zu tief verschachtelt.',
  bodyNotPercentEncoded: 'Das Formular ist kein UTF-8 in Prozentkodierung.',
  bodyNotMultipart: 'Der Inhalt ist kein gültiges Multipart-Formular.',
  bodyHasFile: 'Dieses Formular nimmt keine Dateien an.',
  bodyFieldTwice: 'Das Formular enthält ein Feld zweimal.',
  bodyTooManyFields: 'Das Formular hat mehr als {maximum} Felder, oder ein Feldname ist zu lang.',

  usernameMissing: 'Bitte geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.',
  passwordMissing: 'Bitte geben Sie Ihr Passwort ein.',
  newUsernameMissing: 'Bitte wählen Sie einen Benutzernamen.',
  emailMissing: 'Bitte geben Sie Ihre E-Mail-Adresse ein.',
  newPasswordMissing: 'Bitte wählen Sie ein Passwort.',

  usernameUnfit:
    'Ein Benutzername hat 1 bis {maximum} Buchstaben oder Ziffern eines Alphabets, mit einzelnen Punkten, Unterstrichen oder Bindestrichen dazwischen.',
  usernameTaken: 'Dieser Benutzername ist vergeben.',
  emailUnfit: 'Das ist keine E-Mail-Adresse.',
  emailTaken: 'Diese E-Mail-Adresse ist vergeben.',

  currentPasswordWrong: 'Das ist nicht Ihr bisheriges Passwort.',
  passwordTooShort: 'Ein Passwort hat mindestens {minimum} Zeichen.',
  passwordTooLong: 'Ein Passwort hat höchstens {maximum} Zeichen.',
  passwordBroken: 'Das Passwort enthält fehlerhaftes Unicode.',
  passwordMarks: 'Das Passwort enthält zu viele kombinierende Zeichen hintereinander.',
  passwordCommon: 'Dieses Passwort steht auf einer Liste verbreiteter Passwörter. Bitte wählen Sie ein anderes.',
  passwordIsName: 'Das Passwort darf nicht Ihr Name, Ihre Adresse oder der Name dieser Website sein.',
  passwordUnchanged: 'Das neue Passwort muss sich vom bisherigen unterscheiden.',
  passwordsDiffer: 'Die beiden Passwörter stimmen nicht überein.',

  fieldNotText: 'Dieses Feld muss Text enthalten.',
  fieldTooLong: 'Das ist zu lang: Mehr als {maximum} sind es nie.',
  fieldBroken: 'Dieses Feld enthält fehlerhaftes Unicode.',
  fieldMarks: 'Hier stehen zu viele kombinierende Zeichen hintereinander.',

  captchaMissing: 'Bitte bestätigen Sie, dass Sie ein Mensch sind.',
  captchaFailed: 'Es ließ sich nicht bestätigen, dass Sie ein Mensch sind. Bitte versuchen Sie es noch einmal.',

  usernameUnusable: 'Mit diesem Benutzernamen kann sich niemand anmelden.',
  usernameIsOtherEmail: 'Ein Benutzername mit @ muss auch die E-Mail-Adresse des Benutzers sein.',
  passwordHashUnknown:
    'Diese Form kennt latchkey nicht: argon2, bcrypt, PBKDF2, scrypt und phpass, wie sie docs/importing-users.md aufzählt.',
  passwordHashNeedsBcrypt: 'Für bcrypt fehlt ein Paket: npm install @node-rs/bcrypt',
}
