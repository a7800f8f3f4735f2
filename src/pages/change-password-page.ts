import { type Field, formFields } from './field.ts'
import { html, type Html } from './html.ts'
import { errorsOverForm, page, type BuiltInPage, type PageContext, type PageErrors } from './page.ts'

/** What a page for changing a password shows this time. */
export interface ChangePasswordPageValues extends PageErrors {
  /** Whose password it is; for a hidden field, from which password managers know it. */
  readonly username: string
  /** What a password must be, to be shown before one is chosen. */
  readonly passwordRules: string
}

/** What a template for the page gets. */
export interface ChangePasswordPageContext extends ChangePasswordPageValues, PageContext {}

const plain: ChangePasswordPageValues = { error: null, fieldErrors: {}, username: 'ann', passwordRules: 'Rules.' }

/** The page on which a user chooses another password. */
export const changePasswordPage: BuiltInPage<ChangePasswordPageValues> = {
  render: renderChangePasswordPage,
  samples: [
    plain,
    { ...plain, error: 'Error.' },
    { ...plain, fieldErrors: { current_password: 'Error.', new_password: 'Error.', confirm_new_password: 'Error.' } },
    { ...plain, fieldErrors: { other: 'Error.' } },
  ],
}

function renderChangePasswordPage(context: ChangePasswordPageContext): Html {
  const { username, texts } = context
  const fields = fieldsOf(context)
  const errors = errorsOverForm(context, fields)
  const content = html`<form method="post">
      <input type="text" name="username" autocomplete="username" value="${username}" hidden readonly />
      ${formFields(fields, context, errors)}
      <button type="submit">${texts.changePasswordButton}</button>
    </form>`
  return page(context, { title: texts.changePasswordTitle, errors, content })
}

function fieldsOf({ passwordRules, texts }: ChangePasswordPageContext): Field[] {
  const current = { type: 'password', autocomplete: 'current-password' } as const
  const chosen = { type: 'password', autocomplete: 'new-password' } as const
  return [
    { ...current, name: 'current_password', label: texts.currentPasswordLabel },
    { ...chosen, name: 'new_password', label: texts.newPasswordLabel, hint: passwordRules },
    { ...chosen, name: 'confirm_new_password', label: texts.confirmNewPasswordLabel },
  ]
}
