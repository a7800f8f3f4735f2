import { spellUsername, toIdentifier } from './identifier.ts'
import { isOneWriting } from './one-writing.ts'

/** Letters with their marks, digits and `_`. */
const word = '(?:\\p{L}[\\p{Mn}\\p{Mc}]*|[\\p{Nd}_])+'
const usernameForm = new RegExp(`^(?=.*\\p{L})(?!.*\\p{Mn}{5})${word}(?:[.-]${word})*$`, 'u')
/** In code points. */
export const maxUsernameLength = 64

/** What Windows takes for a device, whatever follows a dot, and spreadsheets for a value. */
const reserved = /^(?:(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|(?:true|false)$)/

/** An atom of RFC 5321 without what a shell or a template acts on, and beginning so that no spreadsheet reads a formula. */
const atom = "[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}_+'-]+"
const mailboxForm = new RegExp(`^(?=[\\p{L}\\p{Nd}_])(?=.{1,64}$)${atom}(?:\\.${atom})*$`, 'u')
const labelForm = /^(?!-)[\p{L}\p{Mn}\p{Mc}\p{Nd}-]{1,63}(?<!-)$/u

/**
 * Whether a new user can have this name: 1 to 64 letters and digits of one writing, with single dots or hyphens between
 * them, and `_`; no number, and nothing that a file system has a use for. Users who have another kind of name already can
 * log in with it.
 */
export function fitsAsUsername(text: string): boolean {
  const identifier = toIdentifier(text)
  const name = spellUsername(text)
  if (identifier === null || Array.from(name).length > maxUsernameLength || !usernameForm.test(name)) return false
  return !reserved.test(identifier.key) && Number.isNaN(Number(name)) && isOneWriting(name)
}

/** Whether a new user can have this e-mail address. */
export function fitsAsEmail(text: string): boolean {
  const identifier = toIdentifier(text)
  // Both forms count: mail goes to the spelling, and a full-width comma becomes a real one in the key only.
  return identifier !== null && isAddress(text.trim()) && isAddress(identifier.key)
}

function isAddress(text: string): boolean {
  const [mailbox = '', domain = '', ...more] = text.split('@')
  return more.length === 0 && mailboxForm.test(mailbox) && isOneWriting(mailbox) && isHostname(domain)
}

function isHostname(domain: string): boolean {
  const labels = domain.split('.')
  // A last label of digits is an IPv4 address, to whoever parses it.
  return labels.every((label) => labelForm.test(label) && isOneWriting(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
}
