import { html } from 'hono/html'
import type { User } from '../src/index.ts'

type Page = ReturnType<typeof html>

export function homePage(user: User | null): Page {
  const content =
    user === null
      ? html`<p>You are not logged in.</p>
          <p><a href="/login/">Log in</a> <a href="/register/">Create an account</a></p>`
      : html`<p>You are logged in as <strong>${user.username}</strong>.</p>
          <p>
            <a href="/private/">Your private page</a> <a href="/api/me">Your data as JSON</a>
            <a href="/change-password/">Change your password</a> <a href="/logout/">Log out</a>
          </p>`
  return page('latchkey demo', content)
}

export function privatePage(user: User): Page {
  return page(
    'Private page',
    html`<p>Hello <strong>${user.username}</strong>. Nobody sees this page without logging in.</p>
      <p><a href="/">Home</a> <a href="/change-password/">Change your password</a> <a href="/logout/">Log out</a></p>`,
  )
}

function page(title: string, content: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          body {
            max-width: 40rem;
            margin: 3rem auto;
            padding: 0 1rem;
            font:
              1rem/1.6 system-ui,
              sans-serif;
          }
          a {
            margin-right: 1rem;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
}
