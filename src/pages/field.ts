import { html, type Html } from './html.ts'

/** A labelled field of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password'
  /** The purpose, as browsers and password managers know it (WCAG 2.2, 1.3.5). */
  readonly autocomplete: string
  /** What the field holds at first; never a password. */
  readonly value: string
  /** What is wrong with the value; `null` when nothing is. */
  readonly error: string | null
  /** Whether typing goes here when the page opens. */
  readonly autofocus: boolean
  /** The id of a sentence that is read out with the field when it has no error of its own; `null` for none. */
  readonly describedBy: string | null
  /** What a value must be, said before one is typed. */
  readonly hint?: string
  /** Which keyboard a telephone shows. */
  readonly inputMode?: 'email'
}

/** A field with its label, and between them what it must be and what is wrong, tied to the field for screen readers. */
export function field(shown: Field): Html {
  const { name, label, type, autocomplete, value, error, autofocus, describedBy, hint, inputMode } = shown
  const ids = [error === null ? describedBy : `${name}-error`, hint === undefined ? null : `${name}-hint`]
  const description = ids.filter((id) => id !== null).join(' ')
  const attributes = [
    inputMode === undefined ? null : html` inputmode="${inputMode}"`,
    value === '' ? null : html` value="${value}"`,
    error === null ? null : html` aria-invalid="true"`,
    description === '' ? null : html` aria-describedby="${description}"`,
    autofocus ? html` autofocus` : null,
  ]
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint === undefined ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${error === null ? null : html`<p class="field-error" id="${name}-error">${error}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      required${attributes}
    />
  </div>`
}
