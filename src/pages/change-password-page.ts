import { currentPassword, newPassword } from './field.ts'
import type { BuiltInPage, PageContext, PageErrors } from './page.ts'

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
  content: ({ username, passwordRules, texts }) => ({
    title: texts.changePasswordTitle,
    form: {
      hidden: { name: 'username', value: username, autocomplete: 'username' },
      fields: [
        { ...currentPassword, name: 'current_password', label: texts.currentPasswordLabel },
        { ...newPassword, name: 'new_password', label: texts.newPasswordLabel, hint: passwordRules },
        { ...newPassword, name: 'confirm_new_password', label: texts.confirmNewPasswordLabel },
      ],
      button: texts.changePasswordButton,
    },
  }),
  samples: [
    plain,
    { ...plain, error: 'Error.' },
    { ...plain, fieldErrors: { current_password: 'Error.', new_password: 'Error.', confirm_new_password: 'Error.' } },
    { ...plain, fieldErrors: { other: 'Error.' } },
  ],
}
