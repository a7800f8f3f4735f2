import { type Field, formFields } from './field.ts'
import { html, trustedHtml, type Html } from './html.ts'
import { errorsOverForm, page, type BuiltInPage, type PageContext, type PageErrors } from './page.ts'

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
  render: renderRegisterPage,
  samples: [
    plain,
    { ...plain, error: 'Error.', username: 'ann', email: 'ann@example.org' },
    { ...plain, fieldErrors: { username: 'Error.', email: 'Error.', password: 'Error.', confirm_password: 'Error.' } },
    { ...plain, fieldErrors: { other: 'Error.' } },
    { ...plain, captcha: '<div></div>' },
  ],
}

function renderRegisterPage(context: RegisterPageContext): Html {
  const { captcha, links, texts } = context
  const fields = fieldsOf(context)
  const errors = errorsOverForm(context, fields)
  const content = html`<form method="post">
      ${formFields(fields, context, errors)}
      ${captcha === null ? null : trustedHtml(captcha)}
      <button type="submit">${texts.registerButton}</button>
    </form>
    ${links.login === undefined ? null : html`<p class="links"><a href="${links.login}">${texts.haveAccountLink}</a></p>`}`
  return page(context, { title: texts.registerTitle, errors, content })
}

function fieldsOf({ username, email, passwordRules, texts }: RegisterPageContext): Field[] {
  const chosen = { type: 'password', autocomplete: 'new-password' } as const
  return [
    { name: 'username', label: texts.newUsernameLabel, type: 'text', autocomplete: 'username', value: username },
    // Not of the type `email`, with which browsers refuse addresses in other scripts.
    { name: 'email', label: texts.emailLabel, type: 'text', inputMode: 'email', autocomplete: 'email', value: email },
    { ...chosen, name: 'password', label: texts.passwordLabel, hint: passwordRules },
    { ...chosen, name: 'confirm_password', label: texts.confirmPasswordLabel },
  ]
}
