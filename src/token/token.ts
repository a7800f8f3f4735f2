import { crypto } from '../crypto.ts'

/** A new session token: 32 random bytes as base64url (43 characters), with no structure (OWASP ASVS 7.2.3). */
export function createToken(): string {
  return crypto().randomBytes(32).toString('base64url')
}

/** Whether `text` has the form of a token; anything else is refused before the database is asked. */
export function isToken(text: string): boolean {
  return text.length === 43 && /^[\w-]+$/.test(text)
}

/** What stores keep instead of the token: its SHA-256, as 64 hexadecimal digits. */
export function hashToken(token: string): string {
  // Synchronous on purpose: WebCrypto would wait in the queue behind every password hash and file read.
  return crypto().hash('sha256', token)
}
