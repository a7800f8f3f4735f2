import { newPassword } from './field.ts'
import { type BuiltInPage, linkTo, type PageContext, type PageErrors } from './page.ts'

/** What a page for registering shows this time. */
export interface RegisterPageValues extends PageErrors {
  /** The username that was sent, to be shown again; empty at first. */
  readonly username: string
  /** The e-mail address that was sent, to be shown again; empty at first. */
  readonly email: string
  /** What a password must be, to be shown before one is chosen. */
  readonly passwordRules: string
  /** The CAPTCHA's HTML, safe as it is, for inside the form; empty when the template brings it; `null` for none. */
  readonly captcha: string | null
}

/** What a template for the page gets. */
export interface RegisterPageContext extends RegisterPageValues, PageContext {}

const plain: RegisterPageValues = {
  error: null,
  fieldErrors: {},
  username: '',
  email: '',
  passwordRules: 'Rules.',
  captcha: null,
}

/** The page on which someone becomes a user. */
export const registerPage: BuiltInPage<RegisterPageValues> = {
  content: ({ username, email, passwordRules, captcha, links, texts }) => ({
    title: texts.registerTitle,
    form: {
      fields: [
        { name: 'username', label: texts.newUsernameLabel, type: 'text', autocomplete: 'username', value: username },
        // Not of the type `email`, with which browsers refuse addresses in other scripts.
        {
          name: 'email',
          label: texts.emailLabel,
          type: 'text',
          inputMode: 'email',
          autocomplete: 'email',
          value: email,
        },
        { ...newPassword, name: 'password', label: texts.passwordLabel, hint: passwordRules },
        { ...newPassword, name: 'confirm_password', label: texts.confirmPasswordLabel },
      ],
      widget: captcha,
      button: texts.registerButton,
    },
    links: [linkTo(links.login, texts.haveAccountLink)],
  }),
  samples: [
    plain,
    { ...plain, error: 'Error.', username: 'ann', email: 'ann@example.org' },
    { ...plain, fieldErrors: { username: 'Error.', email: 'Error.', password: 'Error.', confirm_password: 'Error.' } },
    { ...plain, fieldErrors: { other: 'Error.' } },
    { ...plain, captcha: '<div></div>' },
  ],
}
