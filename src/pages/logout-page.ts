import { html, type Html } from './html.ts'
import { loggedInSentence } from './login-page.ts'
import { errorsOverForm, page, type BuiltInPage, type PageContext, type PageErrors } from './page.ts'

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
  render: renderLogoutPage,
  samples: [
    plain,
    { ...plain, loggedInAs: 'ann' },
    { ...plain, error: 'Error.', fieldErrors: { other: 'Error.' } },
    { ...plain, loggedOut: true },
  ],
}

function renderLogoutPage(context: LogoutPageContext): Html {
  const { loggedOut, texts } = context
  const errors = errorsOverForm(context, [])
  const title = loggedOut ? texts.loggedOut : texts.logoutTitle
  return page(context, { title, errors, content: loggedOut ? loginAgain(context) : question(context) })
}

function question({ loggedInAs, texts }: LogoutPageContext): Html {
  return html`${loggedInAs === null ? null : html`<p>${loggedInSentence(texts, loggedInAs)}</p>`}
    <p>${texts.logoutQuestion}</p>
    <form method="post">
      <button type="submit">${texts.logoutButton}</button>
    </form>`
}

function loginAgain({ links, texts }: LogoutPageContext): Html {
  if (links.login === undefined) return html``
  return html`<p class="links"><a href="${links.login}">${texts.loginAgainLink}</a></p>`
}
