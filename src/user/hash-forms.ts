/** PBKDF2-SHA256 as Django (base64) and Piccolo (hexadecimal) write it. */
export const pbkdf2Form: RegExp = /^pbkdf2_sha256\$(\d{1,7})\$([^$]{1,256})\$(?:([0-9a-f]{64})|([A-Za-z0-9+/]{43}=))$/
/** Argon2 in PHC form, and behind Django's `argon2` prefix. */
export const argon2Form: RegExp =
  /^(?:argon2)?(\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172})$/

/** Whether a stored hash is of a kind that `matchesForeignHash` reads. */
export function isKnownHash(stored: string): boolean {
  return pbkdf2Form.test(stored) || argon2Form.test(stored)
}
