import crypto from 'node:crypto'
import { tokenMark } from './marks.ts'
import { watchCalls } from './watch-calls.ts'

/** Of the environment: set by tests that need tokens as they are. */
export const unmarkedVariable = 'LATCHKEY_UNMARKED'

/** Begins every token with the mark: each is made of 32 random bytes, and 23 of them are enough for tests. */
export function markTokens(): void {
  const mark = Buffer.from(tokenMark, 'base64url')
  watchCalls(crypto, 'randomBytes', {
    after(bytes, [size, callback]) {
      const isToken = size === 32 && callback === undefined && process.env[unmarkedVariable] === undefined
      if (isToken) mark.copy(bytes as Buffer)
    },
  })
}
