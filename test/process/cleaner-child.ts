import { setTimeout as pause } from 'node:timers/promises'
import { createAuth } from '../../src/index.ts'
import { cleaningLease } from '../../src/session/session-cleaner.ts'

// A process that cleans up and never comes to an end with it. Tells of each time that it took or kept the right to do so.
const auth = createAuth({ limits: null })
for (;;) {
  console.log(await auth.sessions.claimCleaning(cleaningLease))
  await pause(500)
}
