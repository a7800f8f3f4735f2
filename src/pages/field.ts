import { html, type Html } from './html.ts'
import type { PageErrors } from './page.ts'

/** A labelled field of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password'
  /** The purpose, as browsers and password managers know it (WCAG 2.2, 1.3.5). */
  readonly autocomplete: string
  /** What the field holds at first; never a password. */
  readonly value?: string
  /** What a value must be, said before one is typed. */
  readonly hint?: string
  /** Which keyboard a telephone shows. */
  readonly inputMode?: 'email'
}

/** A password that someone has. */
export const currentPassword = { type: 'password', autocomplete: 'current-password' } as const

/** A password that someone chooses. */
export const newPassword = { type: 'password', autocomplete: 'new-password' } as const

/**
 * The fields of a form, each with its label, and between them what it must be and what is wrong, tied to the field for
 * screen readers. Typing starts at the first one at fault, or else at the first that is empty.
 *
 * @param errors - The sentences over the form. Screen readers often miss an alert that was there from the start, so it is
 *   read out with the field in focus too.
 */
export function formFields(
  fields: readonly Field[],
  { fieldErrors }: PageErrors,
  errors: readonly string[],
): readonly Html[] {
  const atFault = fields.find(({ name }) => fieldErrors[name] !== undefined)
  const first = atFault ?? fields.find(({ value = '' }) => value === '')
  const alert = errors.length === 0 ? [] : ['error']
  return fields.map((field) => formField(field, fieldErrors[field.name] ?? null, field === first, alert))
}

function formField(field: Field, error: string | null, isFirst: boolean, alert: readonly string[]): Html {
  const { name, label, type, autocomplete, value = '', hint, inputMode } = field
  const told = error === null ? (isFirst ? alert : []) : [`${name}-error`]
  const descriptions = [...told, ...(hint === undefined ? [] : [`${name}-hint`])]
  const attributes = [
    inputMode === undefined ? null : html` inputmode="${inputMode}"`,
    value === '' ? null : html` value="${value}"`,
    error === null ? null : html` aria-invalid="true"`,
    descriptions.length === 0 ? null : html` aria-describedby="${descriptions.join(' ')}"`,
    isFirst ? html` autofocus` : null,
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
