import { englishTexts } from './english-texts.ts'
import { type FieldErrorCode, RequestError, type UnavailableError } from './errors.ts'
import { say } from './say.ts'
import type { Texts } from './texts.ts'

/** What is wrong with one field, in words. */
export interface FieldProblem {
  /** The field's name, as sent. */
  readonly field: string
  readonly code: FieldErrorCode
  /** The sentence shown at the field. */
  readonly detail: string
}

/** A refusal in words, as a client gets it: on a page, or in a problem's body (RFC 9457). */
export interface RefusalWords {
  /** All of it in one text. */
  readonly detail: string
  /** The fields at fault; empty when it is none in particular. */
  readonly errors: readonly FieldProblem[]
}

/**
 * The sentences of a refusal. Nothing else of latchkey's words one.
 *
 * @param texts - Those of the `Auth` at hand (default: English).
 */
export function refusalWords(error: RequestError | UnavailableError, texts: Texts = englishTexts): RefusalWords {
  const fields = error instanceof RequestError ? error.fields : []
  const errors = fields.map(({ field, code, values }) => ({ field, code, detail: say(texts, code, values) }))
  if (errors.length > 0) return { detail: errors.map(({ detail }) => detail).join(' '), errors }
  const { wording, message } = error
  return { detail: wording === null ? message : say(texts, wording.text, wording.values), errors }
}
