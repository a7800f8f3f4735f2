/** How every token of a canary run begins: it is these characters that are looked for. */
export const tokenMark = 'canary-token'

/** What every password and key of the tests contains, so that it is found without knowing it. */
const passwordMark = 'horse'

/** The kinds of secret that can be told by their text. */
export type Secret = 'a token' | 'a password or key' | 'a password hash'

const secrets: Readonly<Record<Secret, RegExp>> = {
  'a token': anyOf([...spellings(tokenMark), ...spellings(Buffer.from(tokenMark, 'base64url')), 'canary\\+token']),
  'a password or key': anyOf(spellings(passwordMark)),
  'a password hash': /\$argon2id?\$|\$pbkdf2|pbkdf2_sha256\$/,
}

/** The first secret in a text of any encoding that keeps ASCII, and the text around it. */
export function findSecret(text: string, allowed: readonly Secret[] = []): { secret: Secret; around: string } | null {
  for (const [secret, pattern] of Object.entries(secrets) as [Secret, RegExp][]) {
    const index = allowed.includes(secret) ? -1 : text.search(pattern)
    if (index >= 0) return { secret, around: JSON.stringify(text.slice(Math.max(0, index - 60), index + 60)) }
  }
  return null
}

/** A text as it is, in hexadecimal digits, and in Base64 wherever it begins. */
function spellings(mark: string | Buffer): string[] {
  const bytes = Buffer.from(mark)
  const asIs = typeof mark === 'string' ? [mark] : []
  return [...asIs, bytes.toString('hex'), base64(bytes, 0), base64(bytes, 1), base64(bytes, 2)]
}

/** The characters of Base64 that are the same whatever stands before and after. */
function base64(bytes: Buffer, offset: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes])
  const first = Math.ceil((offset * 8) / 6)
  return all.toString('base64').slice(first, Math.floor((all.length * 8) / 6))
}

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'))
}
