import type { Texts } from '../texts.ts'
import { type Field, formFields } from './field.ts'
import { html, onLines, trustedHtml, type Html } from './html.ts'
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

/** What went wrong, as every page that has a form shows it. */
export interface PageErrors {
  /** The sentence over the form; `null` when there is none, or when the fields say all. */
  readonly error: string | null
  /** What is wrong with a field, by the field's name. Shown over the form where the page has no such field. */
  readonly fieldErrors: Readonly<Record<string, string>>
}

/** One of latchkey's own pages. `Values` is the context less what every page's has. */
export interface BuiltInPage<Values> {
  readonly content: (context: Values & PageContext) => PageContent
  /** Values that an app's template is tried with at creation, one for each state of the page. */
  readonly samples: readonly Values[]
}

/** What a page shows, in this order. A part that is `null` isn't there this time. */
export interface PageContent {
  /** The document's title, and the card's. */
  readonly title: string
  readonly sentences?: readonly (Sentence | null)[]
  readonly form?: Form
  readonly links?: readonly (Link | null)[]
}

/** A sentence, and perhaps a link that follows it. */
interface Sentence {
  readonly text: string
  readonly link?: Link | null
}

/** A form that is posted to the page's own address. */
interface Form {
  readonly hidden?: HiddenField | null
  readonly fields?: readonly Field[]
  /** A CAPTCHA's HTML, safe as it is. */
  readonly widget?: string | null
  readonly button: string
}

/** A value that comes back with the form. */
interface HiddenField {
  readonly name: string
  readonly value: string
  /** What password managers know it by. */
  readonly autocomplete?: 'username'
}

export interface Link {
  readonly text: string
  readonly href: string
}

/** A link to one of the app's pages; `null` where the app has none. */
export function linkTo(href: string | undefined, text: string): Link | null {
  return href === undefined ? null : { href, text }
}

/** A whole document: a card with a title. Needs no script and no other file. */
export function renderPage(
  { texts, stylesheet, cspNonce }: PageContext,
  { title, sentences = [], form, links }: PageContent,
  errors: PageErrors = { error: null, fieldErrors: {} },
): Html {
  const nonce = cspNonce === '' ? null : html` nonce="${cspNonce}"`
  const overForm = errorsOverForm(errors, form?.fields ?? [])
  const parts = [
    ...sentences.map(toParagraph),
    ...(form === undefined ? [] : [toForm(form, errors, overForm)]),
    ...(links === undefined ? [] : [toLinks(links)]),
  ]
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
${toAlert(overForm)}
${onLines(parts, '    ')}
</main>
</body>
</html>
`
}

/** The sentences for over the form: those that no field of the page shows. */
function errorsOverForm({ error, fieldErrors }: PageErrors, fields: readonly Field[]): readonly string[] {
  const others = Object.entries(fieldErrors).filter(([name]) => !fields.some((field) => field.name === name))
  return [...(error === null ? [] : [error]), ...others.map(([, sentence]) => sentence)]
}

function toAlert(errors: readonly string[]): Html | null {
  if (errors.length === 0) return null
  return html`<div class="alert" id="error" role="alert">${errors.map((error) => html`<p>${error}</p>`)}</div>`
}

function toParagraph(sentence: Sentence | null): Html | null {
  if (sentence === null) return null
  const { text, link = null } = sentence
  return html`<p>${text}${link && html` ${toAnchor(link)}`}</p>`
}

function toForm({ hidden, fields = [], widget, button }: Form, errors: PageErrors, overForm: readonly string[]): Html {
  const parts = [
    ...(hidden === undefined ? [] : [hidden && toHiddenField(hidden)]),
    ...(fields.length === 0 ? [] : [formFields(fields, errors, overForm)]),
    ...(widget === undefined ? [] : [widget && trustedHtml(widget)]),
    html`<button type="submit">${button}</button>`,
  ]
  return html`<form method="post">
      ${onLines(parts, '      ')}
    </form>`
}

function toHiddenField({ name, value, autocomplete }: HiddenField): Html {
  if (autocomplete === undefined) return html`<input type="hidden" name="${name}" value="${value}" />`
  return html`<input type="text" name="${name}" autocomplete="${autocomplete}" value="${value}" hidden readonly />`
}

function toLinks(links: readonly (Link | null)[]): Html | null {
  if (links.every((link) => link === null)) return null
  const anchors = links.map((link) => link && toAnchor(link))
  if (anchors.length === 1) return html`<p class="links">${anchors}</p>`
  return html`<p class="links">
    ${onLines(anchors, '    ')}
  </p>`
}

function toAnchor({ href, text }: Link): Html {
  return html`<a href="${href}">${text}</a>`
}
