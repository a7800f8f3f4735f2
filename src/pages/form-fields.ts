import { type Field, field } from './field.ts'
import type { Html } from './html.ts'
import type { PageErrors } from './page.ts'

/** A field, less what follows from the others. */
export type FormField = Omit<Field, 'value' | 'error' | 'autofocus' | 'describedBy'> & { readonly value?: string }

/**
 * The fields of a form. Typing starts at the first one at fault, or else at the first that is empty.
 *
 * @param errorId - The id of the sentences over the form; `null` when there are none. Screen readers often miss an alert
 *   that was there from the start, so it is read out with the field in focus too.
 */
export function formFields(fields: readonly FormField[], { fieldErrors }: PageErrors, errorId: string | null): Html[] {
  const atFault = fields.find(({ name }) => fieldErrors[name] !== undefined)
  const first = atFault ?? fields.find(({ value = '' }) => value === '')
  return fields.map((each) =>
    field({
      value: '',
      ...each,
      error: fieldErrors[each.name] ?? null,
      autofocus: each === first,
      describedBy: each === first ? errorId : null,
    }),
  )
}
