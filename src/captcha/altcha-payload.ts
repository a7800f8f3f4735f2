import type { ChallengeParameters, Solution } from 'altcha-lib/types'

/** Several times as long as those of the widget, and as much as a challenge has members. */
const maxTokenLength = 4_096
const maxMembers = 32

/** What the widget sends: the challenge that it got, and the solution that it found. Nothing of it is verified. */
export interface AltchaPayload {
  readonly challenge: {
    readonly parameters: ChallengeParameters & { readonly expiresAt: number }
    readonly signature: string
  }
  readonly solution: Solution
}

/**
 * Reads a token; `null` when it is none. Strict, so that nothing a client sends makes the verification throw: that
 * would look as if it couldn't be told.
 */
export function parsePayload(token: string): AltchaPayload | null {
  if (token.length > maxTokenLength) return null
  try {
    const payload: unknown = JSON.parse(Buffer.from(token, 'base64').toString())
    return isPayload(payload) ? payload : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isPayload(value: unknown): value is AltchaPayload {
  if (!isObject(value)) return false
  const { challenge, solution } = value
  if (!isObject(challenge) || !isObject(solution)) return false
  const { parameters, signature } = challenge
  return isParameters(parameters) && typeof signature === 'string' && isSolution(solution)
}

function isParameters(value: unknown): boolean {
  if (!isObject(value)) return false
  const members = Object.values(value)
  if (members.length > maxMembers || !members.every(isPlain)) return false
  return typeof value['nonce'] === 'string' && typeof value['expiresAt'] === 'number'
}

function isSolution({ counter, derivedKey }: Readonly<Record<string, unknown>>): boolean {
  return typeof counter === 'number' && typeof derivedKey === 'string'
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
