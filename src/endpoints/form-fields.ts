import type { Auth } from '../auth.ts'
import { MalformedBodyError } from '../errors.ts'
import { type Form, textField } from '../http/form.ts'
import { requirePossiblePassword } from '../password/password-form.ts'
import { say } from '../say.ts'
import { maxKeyBytes } from '../user/identifier.ts'

/**
 * A username or an e-mail address as it was typed; empty when it isn't there.
 *
 * @throws {MalformedBodyError} When it isn't text, or longer than any name can be.
 */
export function readName(form: Form, field: string): string {
  const name = textField(form, field) ?? ''
  if (Buffer.byteLength(name) > maxKeyBytes) {
    throw new MalformedBodyError({ field, code: 'fieldTooLong', values: { maximum: maxKeyBytes } })
  }
  return name
}

/**
 * A password as it was typed; empty when it isn't there.
 *
 * @throws {MalformedBodyError} When it isn't text, or can be nobody's password.
 */
export function readPassword(form: Form, field: string): string {
  const password = textField(form, field) ?? ''
  requirePossiblePassword(password, field)
  return password
}

/** What the page shows again of a field; never for a password. Takes whatever was sent. */
export function shownText(form: Form | null, field: string): string {
  const text = form?.get(field)
  return typeof text === 'string' ? text.toWellFormed().slice(0, maxKeyBytes) : ''
}

/** What a new password has to be, to be shown before one is chosen. */
export function passwordRulesOf({ wiring: { texts }, users }: Auth): string {
  return say(texts, 'passwordRules', { minimum: users.passwordPolicy.minimumLength })
}
