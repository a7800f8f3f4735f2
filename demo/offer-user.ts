import { randomBytes } from 'node:crypto'
import { type Auth, InvalidFormError } from '../src/index.ts'

const username = 'demo'

/** Creates a user to try the demo with when there is none yet, and prints its password: it is shown this once. */
export async function offerUser({ users }: Auth): Promise<void> {
  const existing = await users.list({ limit: 1 })
  if (existing.length > 0) return

  const password = randomBytes(9).toString('base64url')
  try {
    await users.create({ username, password })
  } catch (error) {
    // Another demo on the same database was faster, and printed its password.
    if (error instanceof InvalidFormError) return
    throw error
  }
  console.log(`A user to try it with: ${username}, password ${password}\n(shown this once)`)
}
