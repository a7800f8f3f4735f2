import { loggedInSentence } from './login-page.ts'
import { type BuiltInPage, linkTo, type PageContext, type PageErrors } from './page.ts'

/** What a logout page shows this time. */
export interface LogoutPageValues extends PageErrors {
  /** The name of the user who is logged in; `null` when nobody is. */
  readonly loggedInAs: string | null
  /** Whether the session has ended: the page says so, and doesn't ask. */
  readonly loggedOut: boolean
}

/** What a template for the logout page gets. */
export interface LogoutPageContext extends LogoutPageValues, PageContext {}

const plain: LogoutPageValues = { error: null, fieldErrors: {}, loggedInAs: null, loggedOut: false }

/** The page that asks whether to log out, and then says that it is done. */
export const logoutPage: BuiltInPage<LogoutPageValues> = {
  content: ({ loggedInAs, loggedOut, links, texts }) =>
    loggedOut
      ? { title: texts.loggedOut, links: [linkTo(links.login, texts.loginAgainLink)] }
      : {
          title: texts.logoutTitle,
          sentences: [
            loggedInAs === null ? null : { text: loggedInSentence(texts, loggedInAs) },
            { text: texts.logoutQuestion },
          ],
          form: { button: texts.logoutButton },
        },
  samples: [
    plain,
    { ...plain, loggedInAs: 'ann' },
    { ...plain, error: 'Error.', fieldErrors: { other: 'Error.' } },
    { ...plain, loggedOut: true },
  ],
}
