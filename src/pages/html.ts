const markup: unique symbol = Symbol('markup')

/** Markup that is safe to send. Made by `html` and `trustedHtml` alone: no request can bring one along. */
export interface Html {
  readonly [markup]: string
  toString(): string
}

/** What may stand in an `html` template. Strings are escaped; `null` stands for nothing. */
export type HtmlValue = string | Html | null | readonly HtmlValue[]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/**
 * Builds markup, and escapes every value for text and for quoted attributes alike. `Html` values and lists of them
 * nest. Attributes must be quoted, and no value belongs inside `<script>` or a URL's scheme.
 *
 * @example
 * html`<p title="${username}">${links.map((link) => html`<a href="${link}">${link}</a>`)}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = ''
  for (const [index, string] of strings.entries()) text += string + toMarkup(values[index] ?? null)
  return trustedHtml(text)
}

/** Marks text as markup that needs no escaping. Never for anything that came with a request. */
export function trustedHtml(text: string): Html {
  return { [markup]: text, toString: () => text }
}

/** Markup of several values, each on a line of its own that begins with `indent`. */
export function onLines(values: readonly HtmlValue[], indent: string): Html {
  return trustedHtml(values.map(toMarkup).join(`\n${indent}`))
}

function toMarkup(value: HtmlValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return value.replaceAll(/[&<>"'`]/g, (character) => escapes[character] ?? '')
  if (isList(value)) return value.map(toMarkup).join('')
  return value[markup]
}

// Array.isArray alone doesn't narrow readonly arrays.
function isList(value: Html | readonly HtmlValue[]): value is readonly HtmlValue[] {
  return Array.isArray(value)
}
