import type { Texts } from '../texts.ts'
import { html, trustedHtml, type Html } from './html.ts'
import type { Links } from './links.ts'

/** What every page's context has. */
export interface PageContext {
  readonly texts: Texts
  readonly links: Links
  /** The content of the page's `<style>`. Safe as it is: an app's colors are checked at creation. */
  readonly stylesheet: string
  /** For the `nonce` attributes of `<style>` and `<script>` in an app's template; empty on latchkey's own pages. */
  readonly cspNonce: string
}

/** One of latchkey's own pages. `Values` is the context less what every page's has. */
export interface BuiltInPage<Values> {
  readonly render: (context: Values & PageContext) => Html
  /** Values that an app's template is tried with at creation, one for each state of the page. */
  readonly samples: readonly Values[]
}

/** What went wrong, as every page that has a form shows it. */
export interface PageErrors {
  /** The sentence over the form; `null` when there is none, or when the fields say all. */
  readonly error: string | null
  /** What is wrong with a field, by the field's name. Shown over the form where the page has no such field. */
  readonly fieldErrors: Readonly<Record<string, string>>
}

/** What differs between the documents of latchkey's own pages. */
export interface PageContent {
  /** The document's title, and the card's. */
  readonly title: string
  /** The sentences over the content that say what went wrong; empty when nothing did. */
  readonly errors: readonly string[]
  readonly content: Html
}

/** A whole document: a card with a title. Needs no script and no other file. */
export function page(context: PageContext, { title, errors, content }: PageContent): Html {
  const { texts, stylesheet, cspNonce } = context
  const nonce = cspNonce === '' ? null : html` nonce="${cspNonce}"`
  return html`<!doctype html>
<html lang="${texts.language}" dir="${texts.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style${nonce}>${trustedHtml(stylesheet)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${alert(errors)}
${content}
</main>
</body>
</html>
`
}

/** The sentences for over the form: those that no field of the page shows. */
export function errorsOverForm(
  { error, fieldErrors }: PageErrors,
  fields: readonly { readonly name: string }[],
): readonly string[] {
  const others = Object.entries(fieldErrors).filter(([name]) => !fields.some((field) => field.name === name))
  return [...(error === null ? [] : [error]), ...others.map(([, sentence]) => sentence)]
}

function alert(errors: readonly string[]): Html | null {
  if (errors.length === 0) return null
  return html`<div class="alert" id="error" role="alert">${errors.map((error) => html`<p>${error}</p>`)}</div>`
}
